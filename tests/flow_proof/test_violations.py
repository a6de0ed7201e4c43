"""How a violation is told: its place, its level, and the call that shows it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ivr.flow.rules import Evidence, Stretch
from tests.flow_proof.broken import FLOWS, changed, found
from tests.flow_proof.clinic import NOW, shipped


def test_a_rehearsal_is_warned_of_and_a_served_line_refused() -> None:
    levels = [
        {one.level for one in found("signed", replace(shipped(), rehearsal=trial))} for trial in (True, False)
    ]
    assert levels == [{"warning"}, {"error"}]


def test_one_alone_on_call_now_is_an_error_and_nobody_ever_is() -> None:
    ahead = NOW + timedelta(days=10)
    rota = ((NOW, ("ana",)), (NOW + timedelta(hours=1), ("ana", "ben")), (ahead, ("ben",)))
    (one,) = found("somebody on call", replace(shipped(), rota=rota))
    assert one.level == "error" and "only ana is on call from now to 2026-11-24 13:00 UTC" in one.message
    (none,) = found("somebody on call", replace(shipped(), rota=(*rota[1:2], (ahead, ()))))
    assert "nobody is on call from 2026-12-04 12:00 UTC" in none.message


def test_what_lies_further_ahead_than_the_limit_is_not_judged() -> None:
    rota = ((NOW, ("ana", "ben")), (NOW + timedelta(days=57), ()))
    assert found("somebody on call", replace(shipped(), rota=rota)) == ()
    until = datetime(2027, 11, 24, 12, tzinfo=UTC)
    hours = {"desk": (Stretch(NOW, until, True, "always"),)}
    assert found("open or closed", replace(shipped(), hours=hours, is_open=None)) == ()


def test_a_violation_names_its_place_and_shows_the_shortest_call() -> None:
    (one,) = found("silence is rung for", changed(concern__when_worse={"silence": "concern.promised"}))
    assert str(one).startswith(
        f"flows/concern.yaml:{FLOWS.flows['concern'].lines['concern.promised']}: silence alone"
    )
    assert one.call is not None
    assert [line for line in one.call.transcript() if line.startswith("caller ")][-1] == "caller  is silent"


def test_no_rule_is_judged_without_what_it_needs() -> None:
    bare = Evidence(shipped().exploration, shipped().seconds)
    for name in ("TwiML legal", "signed", "open or closed", "somebody on call", "texts fit", "voice known"):
        assert found(name, bare) == ()


def test_of_steps_that_no_call_comes_to_the_first_is_named() -> None:
    given = changed(concern__clinician_now={"unanswered": "concern.promised"})
    assert [one.message for one in found("reached", given)] == ["no call ever comes to step 'nobody_yet'"]
