"""Flows: what callers hear, drawn and read aloud; who signed it, what was proved of it, how it changed."""

from __future__ import annotations

import json
from typing import cast

from flask import abort, current_app, render_template, request
from markupsafe import Markup

from ivr.config.difference import CONFIG, short, whole
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.flow.model import Flow
from ivr.flow.reading import reading
from ivr.flow.signing import signature
from ivr.flow.svg import svg
from ivr.line.answer import Line
from ivr.line.proved import Proofs
from ivr.logs import masked
from ivr.rota.local import wall
from ivr.storage import revisions
from ivr.storage.staff import ROLES

NO_FLOW = "There is no such flow now. Look at the list."
COMPARE = frozenset({"owner", "clinician"})
LISTED = 20  # revisions
SIGNS = {"signs": "the signs that the caller named"}  # the one word of a text that no config can fill


def blueprint(line: Line) -> Room:
    room = Room("flows", *ROLES, label="Flows", home="listed")

    @room.get("/flows")
    def listed() -> str:
        edition, now = line.editions.live, line.clock.now()
        today = wall(now, edition.config.clinic.zone).date()
        names = sorted(edition.flows.flows, key=lambda name: _rank(edition.flows.start, name))
        flows = [edition.flows.flows[name] for name in names]
        problem = ""
        try:
            proof = cast(Proofs, current_app.extensions["proofs"]).of(line)
        except RuntimeError as error:
            proof, problem = None, str(error)
        with line.store.read() as conn:
            rows = revisions.latest(conn, LISTED + 1)
        return render_template(
            "desk/flows.html",
            flows=[(flow, signature(flow, today)) for flow in flows],
            revision=edition.revision,
            proof=proof,
            problem=problem,
            published=_published([dict(row) for row in rows]),
            may_compare=member().role in COMPARE,
        )

    @room.get("/flows/<name>")
    def one(name: str) -> str:
        edition, now = line.editions.live, line.clock.now()
        flow: Flow = edition.flows.flows.get(name) or abort(404, NO_FLOW)
        return render_template(
            "desk/flow.html",
            flow=flow,
            signature=signature(flow, wall(now, edition.config.clinic.zone).date()),
            lines=reading(flow, {**edition.config.words(now), **SIGNS}),
            drawn=Markup(svg(flow)),
        )

    @room.get("/flows/revisions")
    def difference() -> str:
        if member().role not in COMPARE:
            abort(403)  # it quotes config.yaml: addresses of staff, whom to ring when
        names = request.args.get("before", ""), request.args.get("after", "")
        with line.store.read() as conn:
            found = [revisions.texts(conn, name) for name in names]
        before, after = (_texts(texts) for texts in found)
        if before is None or after is None:
            abort(404, "There is no such revision. Look at the list under Flows.")
        lines = [masked(text) for text in whole(before, after, *names)]
        return render_template("desk/difference.html", before=names[0], after=names[1], lines=lines)

    return room


def _rank(start: str, name: str) -> tuple[bool, str]:
    """The flow that a call begins with comes first."""
    return name != start.partition(".")[0], name


def _published(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """The latest publications, each with what changed by it and what was live before."""
    texts = [{CONFIG: row["config"], **json.loads(row["flows"])} for row in rows]
    listed = []
    for place, row in enumerate(rows[:LISTED]):
        before = rows[place + 1]["revision"] if place + 1 < len(rows) else ""
        changed = short(texts[place + 1], texts[place]) if before else "the first"
        told = {name: row[name] for name in ("revision", "at", "how", "by")}
        listed.append(told | {"before": before, "changed": changed})
    return listed


def _texts(found: tuple[str, dict[str, str]] | None) -> dict[str, str] | None:
    return {CONFIG: found[0], **found[1]} if found else None
