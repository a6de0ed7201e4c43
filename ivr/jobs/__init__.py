"""The edge to time: a scheduler whose ticks ask what is due. What they then do is the line's own affair."""

from ivr.jobs.scheduler import run
from ivr.line.intervals import EVERY

__all__ = ["EVERY", "run"]
