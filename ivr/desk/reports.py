"""Reports: what some weeks came to, drawn on the server, each picture with its table."""

from __future__ import annotations

from datetime import timedelta

from flask import render_template, request

from ivr.desk.charts import bars, columns
from ivr.desk.room import Room
from ivr.line.answer import Line
from ivr.line.naming import who
from ivr.line.report import MISSES, TOPICS, report
from ivr.storage.projections import DISPOSITIONS

WEEKS, MOST = 4, 13
TOPIC = {"symptom": "something wrong", "booking": "bookings", "open": "ended before that"}
HOURS = tuple(f"{hour:02}" for hour in range(24))


def blueprint(line: Line) -> Room:
    room = Room("reports", "clinician", label="Reports", home="shown")

    @room.get("/reports")
    def shown() -> str:
        config, until = line.config, line.clock.now()
        count = min(max(request.args.get("weeks", WEEKS, int), 1), MOST)
        with line.store.read() as conn:
            found = report(conn, config, until - timedelta(weeks=count), until)
        series = [
            (TOPIC[topic], [found.hours.get(hour, {}).get(topic, 0) for hour in range(24)])
            for topic in TOPICS
        ]
        misses = [(name, found.misses.get(name, 0)) for name in MISSES]
        outcomes = sorted({outcome for _, outcome in found.outcomes}, key=lambda one: (one == "", one))
        listed = [*DISPOSITIONS, *sorted({one for one, _ in found.outcomes} - set(DISPOSITIONS))]
        return render_template(
            "desk/reports.html",
            found=found,
            weeks=count,
            hours=HOURS,
            series=series,
            by_hour=columns("Calls by the hour in which they began, and by topic", HOURS, series, 3),
            misses=misses,
            missed=bars("Pages that nobody took in the call, by why", misses),
            taken=sorted(found.taken.items(), key=lambda one: (not one[0][1], one[0][1], one[0][0])),
            who=lambda name: who(name, config),
            outcomes=outcomes,
            dispositions=[one for one in listed if any(one == by for by, _ in found.outcomes)],
        )

    return room
