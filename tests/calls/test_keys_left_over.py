"""A PIN keyed at the patients' menu, from a phone that the line doesn't know: its keys answer questions.

Nothing published says whether Twilio keeps keys that come between two Gathers. Here all are kept when the
line answers at once, and those that come meanwhile are lost when it takes a second: both have to end well.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.exchange.caller import Caller, Leaves, Presses, Waits
from ivr.exchange.people import NoAnswer
from ivr.exchange.switches import Switches
from tests.calls.phones import NIGHT, staged, texts_of
from tests.calls.test_callback import has_pin

STRANGE = "+447700900555"


@pytest.mark.parametrize("seconds", [0.0, 1.0])
@pytest.mark.parametrize("pin", ["246813", "135790"])
def test_they_open_a_page_at_worst_and_let_nobody_in(tmp_path: Path, pin: str, seconds: float) -> None:
    with staged(NIGHT, tmp_path, Switches(answer_seconds=seconds)) as stage:
        stage.exchange.others(NoAnswer())
        has_pin(stage, "ben")
        caller = Caller(Presses(f"{pin}#"), Waits(), Leaves(30))
        call = stage.exchange.dial(STRANGE, stage.config.clinic.number, caller)
        stage.exchange.run(60)
        told = texts_of(stage)
        with stage.app.line.store.read() as conn:
            path = conn.execute("SELECT path FROM calls WHERE call = ?", (call.sid,)).fetchone()["path"]
            signs = conn.execute("SELECT * FROM signs WHERE call = ?", (call.sid,)).fetchall()
            page = conn.execute("SELECT * FROM pages WHERE page = ?", (call.sid,)).fetchone()
            assert conn.execute("SELECT * FROM journal WHERE kind = 'callback'").fetchall() == []
        assert path != "staff" and stage.exchange.unexpected == []
        # Unclear answers count as yes: whoever met a sign has a page that is rung and told of.
        assert page is not None or not signs
        assert bool(page) == any(line.startswith("text: to ") for line in told)
        assert not any("goodbye" in line.lower() for line in told)
