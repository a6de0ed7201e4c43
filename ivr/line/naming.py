"""How people, phones and pages are called wherever staff read of them."""

from __future__ import annotations

import sqlite3

from ivr.config import Config


def page_state(page: sqlite3.Row, config: Config) -> str:
    """How a page stands, in a few words. People are named, as config.yaml names them."""
    if page["state"] == "taken":
        return f"taken by {who(page['accepted_by'], config)}"
    if page["state"] == "closed":
        return "closed"
    return (
        "OPEN"
        + (", nobody took it" if page["unanswered_at"] else "")
        + (", caller gone" if page["caller_gone"] else "")
    )


def who(person: str | None, config: Config) -> str:
    """The name of a person's id, or of a leg's; the id itself when config.yaml no longer has it."""
    found = config.people.get((person or "").partition("/")[0])
    return found.name if found else person or "somebody"
