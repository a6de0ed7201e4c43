"""Reports: what some weeks came to, drawn on the server, each picture with its table."""

from __future__ import annotations

from flask import render_template, request
from markupsafe import Markup

from ivr.desk.charts import bars, columns, stacks
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line import reported, weekly
from ivr.line.answer import Line
from ivr.line.naming import who
from ivr.line.report import MISSES, TOPICS, Report, Spread, report
from ivr.rota.local import weeks_before

WEEKS, MOST = 4, 13
HOURS = tuple(f"{hour:02}" for hour in range(24))


def blueprint(line: Line) -> Room:
    room = Room("reports", "clinician", label="Reports", home="shown")

    @room.get("/reports")
    def shown() -> str:
        config, until = line.config, line.clock.now()
        count = min(max(request.args.get("weeks", WEEKS, int), 1), MOST)
        with line.store.read() as conn:
            found = report(conn, config, weeks_before(until, config.clinic.zone, count), until)
            unmailed = weekly.unmailed(line, conn) if member().role == "owner" else []
        series = [
            (reported.TOPIC[topic], [found.hours.get(hour, {}).get(topic, 0) for hour in range(24)])
            for topic in TOPICS
        ]
        taken = [(who(person, config), at, pages) for person, at, pages in reported.taken(found)]
        misses = [(name, found.misses.get(name, 0)) for name in MISSES]
        outcomes, dispositions = reported.outcomes(found), reported.dispositions(found)
        return render_template(
            "desk/reports.html",
            found=found,
            unmailed=unmailed,
            weeks=count,
            hours=HOURS,
            series=series,
            spreads=[(name, one) for name, one in _spreads(found) if one],
            taken=taken,
            misses=misses,
            outcomes=outcomes,
            dispositions=dispositions,
            drawn={
                "hours": columns("Calls by the hour in which they began, and by topic", HOURS, series, 3),
                "bookings": bars("Calls about bookings, by whether they rang a clinician", _bookings(found)),
                "promises": bars("Promised call-backs, by what came of them", _promises(found)),
                "seconds": bars("Seconds from the answer of an urgent call", _seconds(found), " s"),
                "taken": bars("Pages taken, by try and person", [_taken(*one) for one in taken]),
                "misses": bars("Pages that nobody took in the call, by why", misses),
                "outcomes": _outcomes(found, dispositions, outcomes),
            },
        )

    return room


def _spreads(found: Report) -> tuple[tuple[str, Spread | None], ...]:
    return (reported.RANG, found.rang), (reported.HUMAN, found.human)


def _bookings(found: Report) -> list[tuple[str, int]]:
    every, urgent = found.bookings
    return [("rang no clinician", every - urgent), ("turned out to be urgent", urgent)]


def _promises(found: Report) -> list[tuple[str, int]]:
    names = (("kept", "kept"), ("missed", "missed"), ("due", "still due"))
    return [(name, found.promises.get(state, 0)) for state, name in names]


def _seconds(found: Report) -> list[tuple[str, int]]:
    short = {reported.RANG: "phone rings", reported.HUMAN: "key 1"}
    return [
        (f"{short[name]}, {words}", seconds)
        for name, one in _spreads(found)
        if one
        for words, seconds in (("median", one.median), ("95 of 100", one.most), ("worst", one.worst))
    ]


def _taken(person: str, at: int, pages: int) -> tuple[str, int]:
    return f"{f'try {at}' if at else 'later'}: {person}", pages


def _outcomes(found: Report, dispositions: list[str], outcomes: list[str]) -> Markup:
    series = [
        (reported.words(one) or reported.UNSAID, [found.outcomes.get((by, one), 0) for by in dispositions])
        for one in outcomes
    ]
    names = [reported.words(by) or "not known" for by in dispositions]
    return stacks("Pages by what the checklist said, and by what the clinician concluded", names, series)
