"""A signature holds for what was signed, and for as long as was promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ivr.flow.model import Flow, Signed
from ivr.flow.signing import State, signature, wording
from tests.flow_time.house import CONCERN, TODAY, flow_of


def signed(flow: Flow, **fields: str | None) -> Flow:
    whole = {
        "by": "Ana Marlow",
        "registration": "GMC 1234567",
        "on": "2026-11-24",
        "review_by": "2027-11-24",
        "wording": wording(flow),
    }
    return replace(flow, signed=Signed.model_validate(whole | fields))


def test_a_signature_holds_until_its_review(tmp_path: Path) -> None:
    flow = signed(flow_of(tmp_path, CONCERN))
    assert signature(flow, TODAY).state is State.SIGNED and signature(flow, TODAY).holds
    last = TODAY.replace(year=2027)
    assert signature(flow, last).holds
    late = signature(flow, last + timedelta(days=1))
    assert late.state is State.OVERDUE and not late.holds and "2027-11-24" in late.says


@pytest.mark.parametrize("missing", ["by", "registration", "wording"])
def test_half_a_signature_is_none(tmp_path: Path, missing: str) -> None:
    flow = flow_of(tmp_path, CONCERN)
    assert signature(flow, TODAY).state is State.UNSIGNED
    assert signature(signed(flow, **{missing: None}), TODAY).state is State.UNSIGNED
    assert signature(signed(flow, **{missing: " "}), TODAY).state in (State.UNSIGNED, State.EDITED)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("One or two?", "One or three?"),
        ("yes: call, no: bye", "yes: call, no: call"),
        ("say: We ring them.", "say: We ring them!"),
        ("whisper: Press 1.", "whisper: Do press 1."),
        ("sign: skin colour", "sign: skin"),
        ("disposition: clinician_now", "disposition: emergency"),
        ("start: skin", "start: call"),
        ("  nobody: {say: Nobody came.,", "  nobody: {say: Nobody came., only: abroad,"),
    ],
)
def test_an_edit_undoes_it(tmp_path: Path, old: str, new: str) -> None:
    before = flow_of(tmp_path, CONCERN)
    assert old in CONCERN
    after = replace(flow_of(tmp_path, CONCERN.replace(old, new)), signed=signed(before).signed)
    assert signature(after, TODAY).state is State.EDITED


def test_layout_comments_order_and_what_is_left_out_may_change(tmp_path: Path) -> None:
    before = flow_of(tmp_path, CONCERN)
    bye = "  bye: {end: Goodbye.}\n"
    moved = "# read this first\n" + CONCERN.replace(bye, "").replace("steps:\n", "steps:\n" + bye + "\n")
    moved = moved.replace("{say: Nobody came.,", "{say: 'Nobody came.', interrupt: true,")
    assert wording(flow_of(tmp_path, moved)) == wording(before)


@pytest.mark.parametrize(
    "fields",
    [
        {"on": "24/11/2026"},
        {"on": None},
        {"on": "2026-11-31"},
        {"on": "2026-W48-2"},
        {"on": "2027-01-01"},
        {"review_by": None},
        {"review_by": "soon"},
    ],
)
def test_a_date_that_means_nothing_is_told(tmp_path: Path, fields: dict[str, str | None]) -> None:
    found = signature(signed(flow_of(tmp_path, CONCERN), **fields), TODAY)
    assert found.state is State.UNREADABLE and "Ana Marlow" in found.says
