"""Anything, in any order: callers, phones, time, deaths, lost webhooks, outages, edits of the rota."""

from __future__ import annotations

import itertools
import os
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from ivr.cli.stage import PUBLIC
from ivr.exchange.acts import Person
from ivr.exchange.caller import Leaves, Presses, Talks
from ivr.exchange.people import Answers, Busy, HangsUp, NoAnswer, Rejects, SwitchedOff, Voicemail
from tests.lost import judge, laying
from tests.lost.apart import Apart
from tests.lost.beginner import Beginner
from tests.lost.nights import worked
from tests.lost.nights.night import PHONES, TAKES, Patient
from tests.lost.sweep import EXPLAINED

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux to end a process surely")

PATIENTS = ("+447700900123", "+447700900124", "+447700900125")
CHAINS = st.sampled_from(
    [chain for most in (1, 2, 3) for chain in permutations(("ana", "ben", "chloe"), most)]
)
WAYS = ("11", "121", "121", "1221", "12222", "21", "0", "")
PEOPLE: tuple[Person, ...] = (
    TAKES,
    Answers(5, "2"),
    Answers(5, "5", talk=20),
    Answers(5, ""),
    HangsUp(),
    NoAnswer(),
    Busy(),
    Rejects(),
    Voicemail(),
    SwitchedOff(),
)
HOURS = 30  # until all must have come to its end once everybody answers: a clinician is asked again after 8
MANY = 400
EACH = 20  # nights between two lines of progress
LONGEST_OUTAGE = 600  # s: urgent texts are worth sending for an hour
EXPECTED = (*EXPLAINED, "fails for good and is switched off")


class Machine(RuleBasedStateMachine):
    """One line, and whatever may happen around it."""

    beginner: Beginner

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        config = worked.NIGHT.config(folder)
        self._written = config.read_text(encoding="utf-8")
        self.apart = Apart(self.beginner, folder, config, worked.AT)
        self.apart.__enter__()
        self.apart.exchange.others(NoAnswer())
        for name, number in zip(("one", "two", "three"), PATIENTS, strict=True):
            self.apart.exchange.names[number] = name
            self.apart.exchange.phone(number, Answers(5, "", talk=40))

    @rule(who=st.sampled_from(PATIENTS), way=st.sampled_from(WAYS), then=st.sampled_from(("talks", "leaves")))
    def a_patient_rings(self, who: str, way: str, then: str) -> None:
        last = Leaves(20) if then == "leaves" else Talks(9, hang_up=True)
        caller = Patient(*(Presses(key) for key in way), last)
        self.apart.exchange.dial(who, self.apart.number, caller)
        self._goes_on(5)

    @rule(phone=st.sampled_from(PHONES), person=st.sampled_from(PEOPLE))
    def somebody_is_at_a_phone(self, phone: str, person: Person) -> None:
        self.apart.exchange.phone(phone, person)

    @rule(seconds=st.sampled_from((3, 20, 20, 60, 60, 300)))
    def time_goes_on(self, seconds: int) -> None:
        self._goes_on(seconds)

    @rule()
    def the_line_dies(self) -> None:
        self.apart.kill()

    @rule(seconds=st.sampled_from((10, 60, 200)))
    def the_line_is_down(self, seconds: int) -> None:
        self.apart.stays_down = True
        self.apart.kill()
        self._goes_on(seconds)
        self.apart.stays_down = False

    @rule(
        part=st.sampled_from(("/status", "/leg", "/turn", "/errand", "/recording", "")),
        kind=st.sampled_from(("reset", "timeout-after", "timeout")),
    )
    def a_webhook_is_lost(self, part: str, kind: str) -> None:
        self.apart.exchange.sender.fail(PUBLIC + part, 1, kind)  # type: ignore[arg-type]

    @rule(which=st.sampled_from(("off", "first", "second")))
    def webhooks_come_twice(self, which: str) -> None:
        self.apart.exchange.sender.duplicates = which  # type: ignore[assignment]

    @precondition(lambda self: not self.apart.requests.down)
    @rule(kind=st.sampled_from((503, 429, "reset", "reset-after")), seconds=st.sampled_from((20, 120)))
    def the_provider_is_out(self, kind: int | str, seconds: int) -> None:
        self.apart.requests.down = kind
        self._goes_on(seconds)
        self.apart.requests.down = ""

    @rule(chain=CHAINS, how=st.sampled_from(("restarted", "published")))
    def the_rota_is_edited(self, chain: tuple[str, ...], how: str) -> None:
        now = self.apart.clock.now()
        text = f'    - {{from: "{now:%Y-%m-%d} 00:00", to: "{now + timedelta(days=3):%Y-%m-%d} 00:00"'
        text += f", chain: [{', '.join(chain)}]}}\n"
        edited = re.sub(r"(?m)^  overrides:.*\n", lambda found: found[0] + text, self._written)
        if how == "restarted":
            self.apart.edit(edited)
        else:
            self.apart.publish(edited)

    @rule(chain=CHAINS, after=st.sampled_from((0, 2, 10)), minutes=st.sampled_from((3, 20, 300)))
    def the_rota_is_overridden(self, chain: tuple[str, ...], after: int, minutes: int) -> None:
        self.apart.lay(laying.order(chain=",".join(chain), after=after, minutes=minutes))

    @rule(pair=CHAINS.filter(lambda chain: len(chain) > 1), minutes=st.sampled_from((20, 300)))
    def a_shift_is_handed_over(self, pair: tuple[str, ...], minutes: int) -> None:
        self.apart.lay(laying.order(out=pair[0], into=pair[1], minutes=minutes))

    @rule()
    def a_change_is_undone(self) -> None:
        self.apart.lay(laying.order(undo=1))

    def _goes_on(self, seconds: float) -> None:
        self.apart.run(seconds)
        assert list(judge.always(self.apart)) == []

    def teardown(self) -> None:
        """Everybody answers from now on, and nothing fails any more: all has to come to its end."""
        try:
            self.apart.exchange.sender.heal()
            for phone in PHONES:
                self.apart.exchange.phone(phone, TAKES)
            for _ in range(HOURS * 6):
                self._goes_on(600)
                if judge.settled(self.apart):
                    break
            found = judge.problems(self.apart, EXPECTED)
            assert [problem for problem in found if judge.UNKNOWN not in problem] == []
        finally:
            self.apart.__exit__(None, None, None)
            self._folder.cleanup()


@pytest.fixture(scope="module")
def machine() -> Iterator[type[Machine]]:
    with Beginner() as beginner:
        yield type("WithBeginner", (Machine,), {"beginner": beginner})


def test_nobody_is_lost_whatever_happens(machine: type[Machine]) -> None:
    few = settings(max_examples=5, stateful_step_count=10, derandomize=True, deadline=None)
    run_state_machine_as_test(machine, settings=few)


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_nobody_is_lost_whatever_happens_soak(
    machine: type[Machine], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    many = settings(max_examples=MANY, stateful_step_count=25, deadline=None)
    began, done = time.monotonic(), itertools.count(1)
    ends = machine.teardown

    def tells(self: Machine) -> None:
        ends(self)
        if not (number := next(done)) % EACH:
            with capsys.disabled():
                print(f"{number} of {MANY} nights after {time.monotonic() - began:.0f} s", flush=True)

    monkeypatch.setattr(machine, "teardown", tells)
    run_state_machine_as_test(machine, settings=many)
