"""Whole calls at random: who rings, when, what everybody does, and how the exchange and the disk behave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from ivr.exchange import people
from ivr.exchange.acts import THINKS, Act, HangUp, Moment, Person, Plan, Press, Speak, Talk
from ivr.exchange.switches import _CHOICES, DOCUMENTED, Switches
from tests.calls.phones import TakesAndIsGone

NUMBERS = ["+447700900001", "+441632960001", "+447700900002", "+447700900003"]
NUMBERS += ["+442079460001", "+442079460002"]
CALLERS = ("+447700900123", "+441632960123", "+12025550123", "anonymous", "+266696687", "", "+4477009")
SAYINGS = ["yes", "no", "not sure", "something is wrong", "I'd like to book", "a nurse please", "press one"]
SAYINGS += ["my lips are swollen", "none of them", "say that again", "filler", "yesterday", "hello"]

# Keys that callers press to begin with, so that they get somewhere.
WAYS = (
    "",
    "",
    "1",
    "11",
    "12",
    "121",
    "1221",
    "12211",
    "122112",
    "1222",
    "122211",
    "122213",
    "12222",
    "2",
    "21",
)

_keys = st.sampled_from("1112222013456789*#")
_when = st.sampled_from((None, None, 0.5, 3.0, 40.0))  # seconds into a wait; None: once it has been asked


@dataclass
class Whims:
    """A caller who does one drawn thing at each wait, of the list for waits of that kind; then nothing."""

    gathers: list[tuple[Act | None, float | None]]
    records: list[list[tuple[float, Act]]]
    dials: list[float | None]
    joined: float | None

    def does(self, moment: Moment) -> Plan:
        if moment.kind == "gather" and self.gathers:
            act, at = self.gathers.pop(0)
            return [(moment.prompts + THINKS if at is None else at, act)] if act else []
        if moment.kind == "record" and self.records:
            return self.records.pop(0)
        if moment.kind == "dial" and self.dials:
            after = self.dials.pop(0)
            return [] if after is None else [(after, HangUp())]
        if moment.kind == "joined" and self.joined is not None:
            return [(self.joined, HangUp())]
        return []


@dataclass(frozen=True)
class Call:
    """One drawn call. `cut`: the database is gone from this webhook on; `restart`: after each so many."""

    at: datetime
    from_: str
    callers: Sequence[Whims]
    phones: dict[str, tuple[Person, ...]]
    switches: Switches
    cut: int | None
    restart: int | None


def _gathers() -> st.SearchStrategy[list[tuple[Act | None, float | None]]]:
    """Most callers say that something is wrong, and stay on the line."""
    acts = st.one_of(
        st.builds(Press, _keys),
        st.builds(Press, st.sampled_from("12")),
        st.builds(Press, st.sampled_from("12")),
        st.builds(Speak, st.sampled_from(SAYINGS)),
        st.none(),
    )
    usual = st.tuples(acts, _when)
    leaves = st.tuples(st.just(HangUp()), _when)
    rest = st.lists(st.one_of(*[usual] * 20, leaves), max_size=10)
    return st.builds(
        lambda keys, more: [*((Press(key), None) for key in keys), *more], st.sampled_from(WAYS), rest
    )


def _records() -> st.SearchStrategy[list[tuple[float, Act]]]:
    seconds = st.sampled_from((1.0, 9.0, 100.0))
    ends = st.one_of(st.builds(Press, _keys), st.just(HangUp()))
    return st.one_of(
        st.just([]),
        st.builds(lambda seconds: [(0.0, Talk(seconds))], seconds),
        st.builds(lambda seconds, end: [(0.0, Talk(seconds)), (seconds, end)], seconds, ends),
        st.builds(lambda end: [(THINKS, end)], ends),
    )


def _whims() -> st.SearchStrategy[Whims]:
    never = st.none()
    return st.builds(
        Whims,
        _gathers(),
        st.lists(_records(), max_size=3),
        st.lists(st.one_of(*[never] * 8, st.sampled_from((0.0, 7.0, 14.0, 30.0))), max_size=5),
        st.one_of(never, st.sampled_from((0.0, 50.0))),
    )


def _people() -> st.SearchStrategy[Person]:
    after = st.sampled_from((1.0, 5.0, 14.0, 19.0, 25.0))
    at = st.sampled_from((None, 1.0, 9.0, 30.0))
    press = st.sampled_from(("1", "1", "2", "5", "", "*"))
    answers = st.builds(people.Answers, after, press, st.just(30.0), at)
    return st.one_of(
        answers,
        answers,
        st.builds(TakesAndIsGone, st.sampled_from((0.5, 1.0, 3.0))),
        st.builds(people.HangsUp, after, st.sampled_from((0.0, 3.0))),
        st.builds(people.Voicemail, after),
        st.builds(people.Screening, after),
        st.builds(people.Rejects, after),
        st.sampled_from((people.Busy(), people.NoAnswer(), people.Unreachable(), people.SwitchedOff())),
    )


def _switches() -> st.SearchStrategy[Switches]:
    values: dict[str, st.SearchStrategy[Any]] = {}
    for field in fields(DOCUMENTED):
        if field.name in _CHOICES:
            values[field.name] = st.sampled_from(_CHOICES[field.name])
        elif field.name == "answer_seconds":
            values[field.name] = st.sampled_from((0.0, 0.0, 2.0))
        elif field.name == "dial_timeout_extra":
            values[field.name] = st.sampled_from((0.0, 5.0))
        elif field.name == "callbacks_lost":
            # Then calls are over when the line asks, much later: see gone_no_callback.yaml and tests/lost.
            values[field.name] = st.just(False)
        else:
            values[field.name] = st.booleans()
    return st.builds(Switches, **values)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    """Draw a call, or two of the same caller."""
    minutes = st.integers(0, 72 * 24 * 60)  # from before the clocks go back to after New Year
    cut = draw(st.one_of(st.none(), st.none(), st.integers(1, 12)))
    switches = draw(_switches())
    if cut is not None:  # without the record, the provider's word for the bridge has to be there
        switches = replace(switches, dial_bridged_sent=True)
    return Call(
        at=datetime(2026, 10, 24, tzinfo=UTC)
        + timedelta(minutes=draw(minutes), seconds=draw(st.integers(0, 59))),
        from_=draw(st.sampled_from(CALLERS)),
        callers=draw(st.lists(_whims(), min_size=1, max_size=2)),
        phones={number: tuple(draw(st.lists(_people(), min_size=1, max_size=2))) for number in NUMBERS},
        switches=switches,
        cut=cut,
        restart=draw(st.one_of(st.none(), st.none(), st.integers(1, 5))),
    )
