"""What breaks a rule, where no edit of the shipped files can: evidence put together by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from ivr.flow.rules import RULES, Evidence, Limits, Stretch, Violation, judge
from ivr.flow.steps import Step
from tests.flow_proof.clinic import NOW, shipped, with_flows

BY_NAME = {rule.name: rule for rule in RULES}
FLOWS = shipped().flows


def found(name: str, given: Evidence) -> tuple[Violation, ...]:
    return judge(given, [BY_NAME[name]])


def changed(more: dict[str, Step] | None = None, /, **fields: dict[str, object]) -> Evidence:
    """The shipped flows with fields of some steps changed ("flow__step"), and some steps more."""
    steps = {**FLOWS.steps, **(more or {})}
    for name, update in fields.items():
        name = name.replace("__", ".")
        steps[name] = steps[name].model_copy(update=update)
    return with_flows(shipped(), replace(FLOWS, steps=steps))


def deaf() -> Evidence:
    """An exploration in which nothing takes silence."""
    states = []
    for state in shipped().exploration.states:
        heard = [edge for edge in state.edges if edge.acts[0].manner != "silence"]
        states.append(replace(state, edges=heard))
    return replace(shipped(), exploration=replace(shipped().exploration, states=tuple(states)))


def days(*spans: tuple[float, float, bool]) -> tuple[Stretch, ...]:
    """Stretches by hours from now."""
    hour = timedelta(hours=1)
    return tuple(Stretch(NOW + hour * a, NOW + hour * b, open_, f"from {a}") for a, b, open_ in spans)


def unreadable(turn: object) -> bytes:
    raise ValueError("11 legs")


def saying(step: str, field: str, texts: str) -> list[Callable[[], Evidence]]:
    """The shipped flows with one text changed, once for each line of `texts`. Wording needs no exploring."""

    def reworded(text: str) -> Evidence:
        steps = {**FLOWS.steps, step: FLOWS.steps[step].model_copy(update={field: text})}
        exploration = replace(shipped().exploration, flows=replace(FLOWS, steps=steps))
        return replace(shipped(), exploration=exploration)

    return [partial(reworded, text) for text in texts.strip().splitlines()]


FORBIDDEN = """
That's normal.
It is probably just bruising.
There is nothing to worry about.
Only press 1 in a real emergency.
Massage it gently.
Take an aspirin.
Put heat on it, or ice.
There is no need for 999.
Don't go to A and E.
Ring us first.
Ring us before you call 999.
A clinician will answer in one minute.
Send a photo and we'll tell you.
This is the NHS.
We follow Manchester Triage.
It could be an infection.
Ask about our prices.
"""
UNSPEAKABLE = """
Ring 02079460000.
Ring 1234.
<say-as>999</say-as>
You & us.
A tab\there.
"""
GATES = """
Is it worse? Press 1 for no, or 2 for yes.
Is it worse? Press 1.
Press 1 if so. Press 2 if so.
If none, press 1. If any is true, press 2.
Press 1 if so. If none, press 2. To wait, press 3.
"""
NOTICES = (
    "This line can't tell you what is wrong.",
    "We record calls.",
    "Our website has more.",
    "Please note our terms.",
)
YEAR = 24.0 * 365
FAILS: dict[str, list[Callable[[], Evidence]]] = {
    "followed": [lambda: changed(desk__age={"silence": "desk.gone"})],
    "waits listen": [deaf],
    "silence is rung for": [lambda: changed(concern__when_worse={"silence": "concern.promised"})],
    "pages for symptoms": [lambda: changed(desk__ring_desk={"disposition": "routine", "whisper": "Press 1"})],
    "rings in time": [lambda: replace(shipped(), limits=Limits(ring=20))],
    "advised in time": [lambda: replace(shipped(), limits=Limits(advice=40))],
    "emergency: 999 to the end": [
        lambda: changed(concern__emergency_message={"say": "Or go to A and E."}),
        lambda: changed(concern__emergency_alone={"say": "Call 111."}),
    ],
    "texts fit": [lambda: replace(shipped(), text_faults=lambda name, text: [("too long", "Shorten it")])],
    "open or closed": [
        lambda: replace(shipped(), hours={"desk": days((0, 5, True), (6, YEAR, False))}),
        lambda: replace(shipped(), hours={"desk": days((0, 6, True), (5, YEAR, False))}),
        lambda: replace(shipped(), hours={"desk": days((0, 6, True))}),
        lambda: replace(shipped(), hours={"desk": days((0, YEAR, False))}, is_open=None),
        lambda: replace(shipped(), is_open=lambda table, at: True),
    ],
    "somebody on call": [
        lambda: replace(shipped(), rota=((NOW, ("ana", "ben")), (NOW + timedelta(days=55), ()))),
        lambda: replace(shipped(), rota=((NOW, ("ana",)),)),
    ],
    "signed": [lambda: replace(shipped(), rehearsal=False)],
    "TwiML legal": [
        lambda: replace(shipped(), render=lambda turn: b"<Response><Dail/></Response>"),
        lambda: replace(shipped(), render=lambda turn: b"<Response><Gather><Dial/></Gather></Response>"),
        lambda: replace(shipped(), render=lambda turn: b'<Response><Say vioce="x">Hello</Say></Response>'),
        lambda: replace(shipped(), render=lambda turn: b"<Response>"),
        lambda: replace(shipped(), render=lambda turn: b"<Response/>" + b" " * 65_536),
        lambda: replace(shipped(), render=unreadable),
    ],
    "nothing forbidden": saying("concern.about_key_0", "say", FORBIDDEN),
    "speakable": saying("concern.about_key_0", "say", UNSPEAKABLE),
    "keys named": saying("concern.gate_worse", "gate", GATES),
    "nothing before 999": [
        partial(changed, main__greeting={"say": f"{words} If you can't breathe, hang up and call 999."})
        for words in NOTICES
    ],
}
