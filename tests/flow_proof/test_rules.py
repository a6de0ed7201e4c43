"""Each rule: what it refuses, and what it lets pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.flow.rules import RULES
from ivr.flow.signing import Signature
from ivr.flow.signing import State as Signing
from tests.flow_proof.broken import BY_NAME, FAILS, FLOWS, found
from tests.flow_proof.clinic import shipped
from tests.flow_proof.edits import edits


@pytest.mark.parametrize("name", BY_NAME)
def test_the_shipped_flows_keep_the_rule(name: str) -> None:
    errors = [one for one in found(name, shipped()) if one.level == "error"]
    assert not errors


@pytest.mark.parametrize(
    ("name", "nth"), [(name, nth) for name, all_ in FAILS.items() for nth in range(len(all_))]
)
def test_the_rule_refuses_what_breaks_it(name: str, nth: int) -> None:
    assert found(name, FAILS[name][nth]())


def test_every_rule_has_an_example_that_breaks_it() -> None:
    assert set(BY_NAME) == set(FAILS) | {edit.rule for edit in edits() if edit.rule}


def test_every_rule_says_what_it_holds_in_a_sentence() -> None:
    assert len(BY_NAME) == len(RULES)
    for rule in RULES:
        assert rule.says.endswith(".") and len(rule.says) <= 110


def test_a_signed_flow_may_be_served() -> None:
    signed = tuple(Signature(name, Signing.SIGNED, "Signed.") for name in FLOWS.flows)
    assert found("signed", replace(shipped(), signatures=signed, rehearsal=False)) == ()
