"""Whatever callers, phones, provider and disk do: a symptom ends with a person, a promise, or advice."""

from __future__ import annotations

import logging
import logging.handlers
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from ivr.cli.stage import Stage
from ivr.exchange.clock import HandClock
from ivr.exchange.webhooks import Request
from ivr.line.answer import NO_TALK
from ivr.storage import calls, journal, pages
from ivr.storage.journal import Line
from tests.calls import whims
from tests.calls.stage import ALARM, CONFIG, DRILL, FULL_NUMBER

BEGINS = "joins caller and "
SWITCHED_OFF = "fails for good and is switched off"  # a phone that can't be reached, rung again and again


@settings(max_examples=60, derandomize=True)
@given(whims.calls())
def test_nobody_with_a_symptom_is_left_alone(call: whims.Call) -> None:
    play_and_judge(call)


@pytest.mark.soak
@settings(max_examples=2000)
@given(whims.calls())
def test_nobody_with_a_symptom_is_left_alone_soak(call: whims.Call) -> None:
    play_and_judge(call)


def play_and_judge(call: whims.Call) -> None:
    """Play the call on the real line, and check all that has to hold."""
    with tempfile.TemporaryDirectory() as data, logged() as records:
        with Stage(CONFIG, Path(data), HandClock(call.at), call.switches, seed=1) as stage:
            play(call, stage)
            judge(stage)
            assert stage.exchange.unexpected == []
    for record in records:
        text = logging.Formatter().format(record)  # with the traceback, if it has one
        assert not FULL_NUMBER.search(text), text
        expected = SWITCHED_OFF in text or (call.cut is not None and any(part in text for part in DRILL))
        assert record.levelno < logging.ERROR or expected, text


def play(call: whims.Call, stage: Stage) -> None:
    seen: list[Request] = []

    def before(request: Request) -> None:
        seen.append(request)
        if call.restart and len(seen) % call.restart == 0:
            stage.restart()
        if call.cut is not None and len(seen) >= call.cut:
            stage.app.line.store.cut()  # a new process meets the same disk

    stage.exchange.before_webhook.append(before)
    for number, people in call.phones.items():
        stage.exchange.phone(number, *people)
    for caller in call.callers:
        stage.exchange.dial(call.from_, stage.config.clinic.number, caller)
        stage.exchange.run()
        stage.exchange.run(30)
    stage.exchange.before_webhook.remove(before)
    stage.app.line.store.mend()
    stage.exchange.run(60)


def judge(stage: Stage) -> None:
    inbound = [record.sid for record in stage.exchange.book.calls.values() if record.direction == "inbound"]
    with stage.app.line.store.read() as conn:
        verdict = journal.verify(conn)
        assert verdict.ok, verdict.problem
        for sid in inbound:
            row, lines, page = calls.find(conn, sid), calls.story(conn, sid), pages.get(conn, sid)
            assert row is not None and row["state"] == "ended"
            rang = rung_rightly(stage, sid, lines)
            taken_by = [name for name in joined(stage, sid) if name in rang]
            assert len([name for name in talks(stage, sid) if name in rang]) <= 1
            if row["path"] == "symptom" and ended_by_line(stage, sid) and not taken_by:
                assert promised(lines) or advised(stage, sid, str(row["ref"]), lines, page is not None)
    for request in stage.exchange.requests:
        assert not FULL_NUMBER.search(request.url), request.url
    for text in stage.exchange.texts:
        assert not FULL_NUMBER.search(text.body), text.body


def rung_rightly(stage: Stage, sid: str, lines: list[Line]) -> set[str]:
    """Check who was rung, when and for what. Return the clinicians' phones that were, by their names."""
    config, path, chain = stage.config, "open", tuple[str, ...]()
    expected: list[str] = []
    clinicians: set[str] = set()
    for line in lines:
        if line.kind == "path":
            path = str(line.data["path"])
        elif line.kind == "ringing":
            assert line.data["group"] == {"symptom": "on_call", "booking": "reception"}[path]
            if line.data["ring"] == 0:
                chain = config.chain_at(datetime.fromisoformat(line.at))
            for leg in line.data["legs"]:
                number = config.number_of(leg)
                expected.append(number)
                if path == "symptom":
                    assert config.person_of(leg) in chain
                    clinicians.add(stage.exchange.names[number])
    rung = [call.to for call in stage.exchange.book.calls.values() if call.parent_call_sid == sid]
    assert rung == expected[: len(rung)] and len(rung) >= len(expected) - 1
    return clinicians


def joined(stage: Stage, sid: str) -> list[str]:
    """Return whom the caller was joined to, by the names of their phones."""
    return [text.removeprefix(BEGINS) for text in heard(stage, sid) if text.startswith(BEGINS)]


def talks(stage: Stage, sid: str) -> list[str]:
    """Return whom of them the caller could speak with: whoever was gone at once gave way to the next."""
    lines = stage.exchange.transcript
    found = []
    for place, line in enumerate(lines):
        if line.call == sid and line.who == "line" and line.text.startswith(BEGINS):
            name = line.text.removeprefix(BEGINS)
            ends = (later.at for later in lines[place:] if later.who == name and later.text == "hangs up")
            if next(ends, float("inf")) - line.at >= NO_TALK.total_seconds():
                found.append(name)
    return found


def heard(stage: Stage, sid: str) -> list[str]:
    return [line.text for line in stage.exchange.transcript if line.call == sid and line.who == "line"]


def ended_by_line(stage: Stage, sid: str) -> bool:
    return "hangs up" in heard(stage, sid)


def promised(lines: list[Line]) -> bool:
    return any(line.kind == "promised" for line in lines)


def advised(stage: Stage, sid: str, ref: str, lines: list[Line], page: bool) -> bool:
    """Return whether advice was spoken, the page is open, and every clinician on call was texted."""
    untaken = [line for line in lines if line.data.get("template") == "not_taken"]
    readers = {reader for line in untaken for reader in line.data["readers"]}
    told = {text.to for text in stage.exchange.texts if ref in text.body and ALARM not in text.body}
    spoken = " ".join(heard(stage, sid))
    return (
        page
        and bool(readers)
        and {stage.config.people[reader].texts for reader in readers} <= told
        and ("go to A and E now, or call 111" in spoken or "Hang up now and call 999" in spoken)
    )


@contextmanager
def logged() -> Iterator[list[logging.LogRecord]]:
    """Collect what is logged meanwhile: pytest's own fixture doesn't begin anew with each example."""
    handler = logging.handlers.BufferingHandler(capacity=1_000_000)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield handler.buffer
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
