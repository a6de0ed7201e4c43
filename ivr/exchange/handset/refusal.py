"""Something that can't be done at the page."""

from __future__ import annotations


class Refusal(Exception):
    """Says in words for whoever sits there what can't be done, and what to do instead."""
