"""config.yaml and the environment → one checked Config; or every problem at once, with line and cure."""

from ivr.config.config import Config
from ivr.config.environment import Environment
from ivr.config.load import load

__all__ = ["Config", "Environment", "load"]
