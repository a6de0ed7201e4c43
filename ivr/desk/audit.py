"""Who did what, and when: one line of the journal for each read of a message and each change."""

from __future__ import annotations

from ivr.line.answer import Line
from ivr.storage.staff import Member, noted


def note(line: Line, user: Member | str, what: str, about: str = "", call: str = "") -> None:
    """Record that somebody did something. Never raises; with the database gone it is spilled.

    what   a few fixed words, "listened to a message": nothing typed by anybody, no number, no full name
    about  which one: an account's name, a reference, a leg id
    call   the CallSid, if it belongs to a call: it then stands in that call's story
    """
    who = user if isinstance(user, str) else user.name
    line.store.record([noted(who, what, line.clock.now(), about, call)])
