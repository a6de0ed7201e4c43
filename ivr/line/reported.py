"""The words of a report: the same figures as the desk's page, as plain text, for a mail or a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ivr.config import Config
from ivr.line.naming import who
from ivr.line.report import MISSES, TOPICS, Report, Spread
from ivr.storage.projections import DISPOSITIONS

TOPIC = {"symptom": "something wrong", "booking": "bookings", "open": "ended before that"}
RANG, HUMAN = "a clinician's phone rings", "somebody presses 1"
TIMES = ("median", "95 of 100 within", "worst")
UNSAID = "not said yet"


def figures(found: Report, config: Config) -> str:
    """Return a report in lines of text. No patient is in it, and no number of anybody."""
    parts = (_calls(found), _bookings(found), _seconds(found), _pages(found, config), _promises(found))
    return "\n\n".join("\n".join(part) for part in (*parts, _outcomes(found)))


def words(name: str) -> str:
    """Return a name of the record as people read it: "two hours"."""
    return name.replace("_", " ")


def outcomes(found: Report) -> list[str]:
    """Return what clinicians concluded in a report, what nobody has said ("") last."""
    return sorted({outcome for _, outcome in found.outcomes}, key=lambda one: (one == "", one))


def dispositions(found: Report) -> list[str]:
    """Return what the checklist said in a report, the most urgent first."""
    there = {disposition for disposition, _ in found.outcomes}
    return [*(one for one in DISPOSITIONS if one in there), *sorted(there - set(DISPOSITIONS))]


def taken(found: Report) -> list[tuple[str, int, int]]:
    """Return (person, at which try, pages); those taken outside a try (0) last."""
    rows = [(person, at, count) for (person, at), count in found.taken.items()]
    return sorted(rows, key=lambda row: (not row[1], row[1], row[0]))


def _calls(found: Report) -> Iterator[str]:
    yield f"CALLS: {found.calls}"
    hours = [hour for hour in range(24) if found.hours.get(hour)]
    if hours:
        rows = [
            (f"{hour:02}:00", *(str(found.hours[hour].get(topic, 0)) for topic in TOPICS)) for hour in hours
        ]
        yield from _table(("hour", *(TOPIC[topic] for topic in TOPICS)), rows)


def _bookings(found: Report) -> Iterator[str]:
    every, urgent = found.bookings
    yield f"BOOKINGS KEPT OFF CLINICIANS: {every - urgent} of {every}"
    if urgent:
        yield f"  {urgent} turned out to be urgent"


def _seconds(found: Report) -> Iterator[str]:
    yield "SECONDS FROM THE ANSWER OF AN URGENT CALL"
    spreads = ((RANG, found.rang), (HUMAN, found.human))
    rows = [(f"until {name}", *_spread(one)) for name, one in spreads if one]
    yield from _table(("", "pages", *TIMES), rows) if rows else ("  none in this time",)


def _spread(one: Spread) -> tuple[str, ...]:
    return (str(one.count), *(str(each) for each in (one.median, one.most, one.worst)))


def _pages(found: Report, config: Config) -> Iterator[str]:
    yield f"PAGES: {found.pages}"
    rows = [
        (f"taken by {who(person, config)}", f"at try {at}" if at else "later", str(count))
        for person, at, count in taken(found)
    ]
    rows += [
        ("not taken in the call", why, str(found.misses[why])) for why in MISSES if found.misses.get(why)
    ]
    yield from _table(("", "", "pages"), rows) if rows else ("  none was taken, none was missed",)


def _promises(found: Report) -> Iterator[str]:
    kept, missed, due = (found.promises.get(state, 0) for state in ("kept", "missed", "due"))
    yield f"PROMISED CALL-BACKS: {kept} kept, {missed} missed, {due} still due"


def _outcomes(found: Report) -> Iterator[str]:
    yield "WHAT THE CHECKLIST SAID, AND WHAT THE CLINICIAN CONCLUDED"
    rows = [
        (words(by) or "not known", words(outcome) or UNSAID, str(found.outcomes[by, outcome]))
        for by in dispositions(found)
        for outcome in outcomes(found)
        if (by, outcome) in found.outcomes
    ]
    yield from _table(("checklist", "clinician", "pages"), rows) if rows else ("  no urgent call",)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Yield lines of columns, indented; a column of whole numbers stands to the right."""
    lines = [heads, *rows]
    count = range(len(heads))
    wide = [max(len(line[at]) for line in lines) for at in count]
    right = [all(row[at].isdigit() for row in rows) for at in count]
    for line in lines:
        cells = [line[at].rjust(wide[at]) if right[at] else line[at].ljust(wide[at]) for at in count]
        yield ("  " + "  ".join(cells)).rstrip()
