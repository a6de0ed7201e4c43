"""The clinic line: a phone line that a patient of an aesthetic clinic can trust."""

__version__ = "0.1.0"
