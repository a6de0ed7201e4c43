"""What is typed to change the rota or a day's hours, read and judged; times are the clinic's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ivr.config import Config, written
from ivr.desk.weeks import Stretch
from ivr.line import laying
from ivr.line.laying import Preview, Unfit
from ivr.rota.local import wall
from ivr.storage.staff import Member

PLACES = ("first", "second", "third")
SWAP, ALONE = "swap", "alone"  # somebody stands in for somebody; just these people are on call
NOT_YOURS = "You can hand over your own shifts only. An owner can do more."


@dataclass(frozen=True)
class Day:
    """A day that is to differ: `before` and `after` as config.yaml writes hours."""

    hours: str
    day: date
    before: str
    after: str


def typed(form: Mapping[str, str], me: Member) -> dict[str, str]:
    """Return the fields of a change, as they were typed; clinicians hand over their own."""
    names = ("kind", "from", "until", "out", "into", *PLACES)
    found = {name: form.get(name, "").strip()[:40] for name in names}
    if found["kind"] != ALONE or me.role != "owner":
        found["kind"] = SWAP
    if me.role != "owner" and not found["out"]:
        found["out"] = me.person
    return found


def change(config: Config, given: Mapping[str, str], me: Member, now: datetime) -> Preview:
    """Return what a change as typed would do. Errors: Unfit, by the field."""
    if me.role != "owner" and given["out"] != me.person:
        raise Unfit("out", NOT_YOURS)
    starts, ends = (moment(config, given[name], name) for name in ("from", "until"))
    if given["kind"] == SWAP:
        return laying.handed_over(config, given["out"], given["into"], starts, ends, now)
    chain = tuple(given[place] for place in PLACES if given[place])
    return laying.overridden(config, chain, starts, ends, now)


def given(config: Config, me: Member, one: Stretch, whose: str) -> dict[str, str]:
    """Return what the form that changes a stretch of the rota has filled in; {}: not for `me`.

    whose   who is to be replaced in it, and nobody else; "": all of it
    """
    when = {"from": local(config, one.starts), "until": local(config, one.ends)}
    if me.role == "owner":
        chain = dict(zip(PLACES, one.chain, strict=False))
        return {"kind": SWAP, **when, "out": whose} if whose else {"kind": ALONE, **when, **chain}
    theirs = me.role == "clinician" and me.person in one.chain
    return when if theirs and whose in ("", me.person) else {}


def moment(config: Config, text: str, field: str) -> datetime:
    """Return the instant (UTC) that a field names by the clinic's clocks. Errors: Unfit."""
    try:
        return written.moment(text.replace("T", " ")[:16], config.clinic.zone)
    except ValueError as error:
        if not text:
            raise Unfit(field, "Say when: a date and a time.") from None
        raise Unfit(field, _said(error)) from None


def local(config: Config, at: datetime) -> str:
    """Return an instant as a field for date and time holds it: "2026-11-24T20:00"."""
    return f"{wall(at, config.clinic.zone):%Y-%m-%dT%H:%M}"


def day(config: Config, form: Mapping[str, str], now: datetime) -> Day:
    """Return a day that differs, as typed. Errors: Unfit, by the field."""
    hours = form.get("hours", "")
    if hours not in config.hours:
        raise Unfit("hours", "There are no such hours in config.yaml. Choose from the list.")
    try:
        named = written.day(form.get("day", ""))
    except ValueError:
        raise Unfit("day", "Say which day.") from None
    if named < wall(now, config.clinic.zone).date():
        raise Unfit("day", "That day is over. Choose one that is to come.")
    text = " ".join(form.get("spans", "").lower().split())
    try:
        written.spans(text)
    except ValueError as error:
        raise Unfit("spans", _said(error)) from None
    return Day(hours, named, laying.said(config.hours_of(hours).spans(named)), text)


def _said(error: ValueError) -> str:
    return ". ".join(str(part) for part in error.args) + "."
