"""How people, phones and pages are called wherever staff read of them."""

from __future__ import annotations

import sqlite3

from ivr.clock import from_iso
from ivr.config import Config
from ivr.rota.local import minute


def page_state(page: sqlite3.Row, config: Config) -> str:
    """How a page stands, in a few words. People are named, as config.yaml names them."""
    if page["state"] == "taken":
        return f"taken by {who(page['accepted_by'], config)}"
    if page["state"] == "closed":
        how = str(page["outcome"] or "").replace("_", " ")
        return f"closed by {who(page['closed_by'], config)}, {how}" if how else "closed"
    return (
        "OPEN"
        + (", nobody took it" if page["unanswered_at"] else "")
        + (", caller gone" if page["caller_gone"] else "")
    )


def promise_state(rows: list[sqlite3.Row], config: Config) -> str | None:
    """How what was promised in a call stands: "due Tue 24 Nov 16:10, Ana Marlow". None: nothing was."""
    return "; ".join(_promise(row, config) for row in rows) or None


def _promise(promise: sqlite3.Row, config: Config) -> str:
    if promise["state"] == "kept":
        return f"kept by {who(promise['kept_by'], config)}"
    due = minute(from_iso(promise["due_at"]), config.clinic.zone)
    if promise["state"] == "missed":
        return f"MISSED, was due {due}"
    return f"due {due}" + (f", {who(promise['owner'], config)}" if promise["owner"] else "")


def who(person: str | None, config: Config) -> str:
    """The name of a person's id, or of a leg's; the id itself when config.yaml no longer has it."""
    found = config.people.get((person or "").partition("/")[0])
    return found.name if found else person or "somebody"
