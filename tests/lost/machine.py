"""A line, and whatever may happen around it, in any order: the rules of a Hypothesis state machine.

Callers and phones; time; deaths and outages, of the line and of the provider; webhooks that are lost or come
twice; edits of the rota, in the file, published and on the desk's page; call-backs by PIN, link and button.
"""

from __future__ import annotations

import os
import tempfile
from itertools import permutations
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from ivr.cli.stage import PUBLIC
from ivr.exchange.acts import Person
from ivr.exchange.caller import Item, Leaves, Presses, Talks, Waits
from ivr.exchange.people import Answers, Busy, HangsUp, NoAnswer, Rejects, SwitchedOff, Voicemail
from tests.calls.phones import ANA, BEN, CHLOE
from tests.lost import edits, judge, laying
from tests.lost.apart import Apart
from tests.lost.beginner import Beginner
from tests.lost.nights import worked
from tests.lost.nights.night import PHONES, TAKES, Patient
from tests.lost.ringing_back import PIN, Staff, has_pins, uses_link, with_links
from tests.lost.rung import PLANNED
from tests.lost.sweep import EXPLAINED

PATIENTS = ("+447700900123", "+447700900124", "+447700900125")
HIDDEN = "anonymous"
PEOPLE = ("ana", "ben", "chloe")  # ana is the owner: she doesn't leave
OWN = {"ana": ANA, "ben": BEN, "chloe": CHLOE}
TEXTS = (ANA, BEN, "+447700900004")
CHAINS = st.sampled_from([chain for most in (1, 2, 3) for chain in permutations(PEOPLE, most)])
WAYS = ("11", "121", "121", "121", "1221", "12222", "21", "0", "")
AT_PHONES: tuple[Person, ...] = (
    TAKES,
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
ENDS: dict[str, Item] = {
    "leaves": Leaves(20),
    "is gone": Leaves(3),  # before the line has said whom it calls
    "talks": Talks(9, hang_up=True),
    "waits": Waits(),
}
THEN = st.sampled_from(list(ENDS))
HOURS = 30  # until all must have come to its end once everybody answers: a clinician is asked again after 8
EXPECTED = (
    *EXPLAINED,
    "fails for good and is switched off",
    "came too late: call",  # the provider was out for as long: the next round follows at once
    "was not sent: its reader has no number",  # they have left the clinic: see kept.texts
)


class Machine(RuleBasedStateMachine):
    """One line, and whatever may happen around it. beginner: begets its processes."""

    beginner: Beginner
    apart: Apart

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._file = worked.NIGHT.config(Path(self._folder.name))
        self._plain = with_links(self._file.read_text(encoding="utf-8"))

    @initialize(together=st.booleans(), chain=CHAINS, way=st.sampled_from(("121", "1221")), then=THEN)
    def a_night_begins(self, together: bool, chain: tuple[str, ...], way: str, then: str) -> None:
        self._file.write_text(self._edited(chain, together, ""), encoding="utf-8")
        self.apart = Apart(self.beginner, Path(self._folder.name), self._file, worked.AT)
        self.apart.__enter__()
        self.apart.exchange.others(NoAnswer())
        has_pins(self.apart, *PEOPLE)
        for name, number in zip(("one", "two", "three"), PATIENTS, strict=True):
            self.apart.exchange.names[number] = name
            self.apart.exchange.phone(number, Answers(5, "", talk=40))
        self.a_patient_rings(PATIENTS[0], way, then)  # a sign: whatever follows, there is a page

    @rule(
        who=st.sampled_from((*PATIENTS, HIDDEN)),
        way=st.sampled_from(WAYS),
        then=THEN,
    )
    def a_patient_rings(self, who: str, way: str, then: str) -> None:
        caller = Patient(*(Presses(key) for key in way), ENDS[then])
        self.apart.exchange.dial(who, self.apart.number, caller)
        self._goes_on(5)

    @rule(phone=st.sampled_from(PHONES), person=st.sampled_from(AT_PHONES))
    def somebody_is_at_a_phone(self, phone: str, person: Person) -> None:
        self.apart.exchange.phone(phone, person)

    @rule(person=st.sampled_from((TAKES, NoAnswer())))
    def all_do_the_same(self, person: Person) -> None:
        for phone in PHONES:  # at the same moment, should their phones ring at once
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

    @rule(
        chain=CHAINS,
        together=st.booleans(),
        left=st.sampled_from(("", "", "ben", "chloe")),
        how=st.sampled_from(("restarted", "published")),
    )
    def the_rota_is_edited(self, chain: tuple[str, ...], together: bool, left: str, how: str) -> None:
        edited = self._edited(chain, together, left)
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

    @rule(who=st.sampled_from(PEOPLE), key=st.sampled_from("12"))
    def a_clinician_rings_the_clinic(self, who: str, key: str) -> None:
        caller = Staff(Presses(f"{PIN}#"), Presses(key), Waits(), Presses("1"))
        self.apart.exchange.dial(OWN[who], self.apart.number, caller)
        self._goes_on(5)

    @rule(number=st.sampled_from(TEXTS))
    def a_link_is_used(self, number: str) -> None:
        uses_link(self.apart, number)
        self._goes_on(5)

    @rule(leg=st.sampled_from(("ana/0", "ana/1", "ben/0", "chloe/0")))
    def a_call_is_asked_for_at_the_desk(self, leg: str) -> None:
        self.apart.ring(leg)
        self._goes_on(5)

    def _edited(self, chain: tuple[str, ...], together: bool, left: str) -> str:
        now = self.apart.clock.now() if hasattr(self, "apart") else worked.AT
        text = edits.chain(self._plain, [who for who in chain if who != left] or ["ana"], now)
        text = edits.together(text) if together else text
        return edits.without(text, left) if left else text

    def _goes_on(self, seconds: float) -> None:
        self.apart.run(seconds)
        _nothing_of(list(judge.always(self.apart)))

    def teardown(self) -> None:
        """Nothing fails any more, and then everybody answers: all has to come to its end."""
        if not hasattr(self, "apart"):
            self._folder.cleanup()
            return
        try:
            self.apart.exchange.sender.heal()
            if judge.still_open(self.apart):
                self._goes_on(PLANNED.total_seconds() + 60)  # whoever is rung from then on is on call now
            for phone in PHONES:
                self.apart.exchange.phone(phone, TAKES)
            for _ in range(HOURS * 6):
                self._goes_on(600)
                if judge.settled(self.apart):
                    break
            found = judge.problems(self.apart, EXPECTED)
            _nothing_of([problem for problem in found if judge.UNKNOWN not in problem])
        finally:
            self.apart.__exit__(None, None, None)
            self._folder.cleanup()


def _nothing_of(found: list[str]) -> None:
    if found:
        raise AssertionError("; ".join(found))


POSSIBLE = hasattr(os, "pidfd_open")  # Linux: a process can be ended surely
