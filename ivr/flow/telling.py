"""A call that was found, told to people: as a transcript, and as a call story that can be played."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from ivr.flow.acts import Act
from ivr.flow.explore import Edge, Exploration
from ivr.flow.turn import HungUp, Keys, Listen, Recorded, Ring, Silence, Speech, TakeMessage, Turn, Wait
from ivr.flow.world import Hunt

# Who calls in a story, by kind of caller. All three belong to nobody.
FROM: Mapping[object, str] = {"home": "+447700900123", "abroad": "+12025550123", "withheld": "anonymous"}

# What a phone does in a story when a ring ends so. The rest can't be done by a person at a phone.
_AT_PHONE: Mapping[str, str] = {
    "taken": '{answers: 3, press: "1", at: 6}',
    "passed on": '{answers: 3, press: "2", at: 6}',
    "voicemail": "{voicemail: 9}",
    "busy": "busy",
    "no answer": "no answer",
    "failed": "unreachable",
}
_SOME_TIME = "2026-11-24T02:10:00Z"
_UNSCREENED = "{answers: 3, talk: 30}"  # a phone that is joined as soon as it is answered


@dataclass(frozen=True)
class Setting:
    """What a story needs beside the call.

    moment  from the facts that the call reads (as Edge.chosen names them), a time at which they hold
            ("2026-11-24T02:10:00Z"); None where none is known
    phones  (group, ring from 0, time) → the numbers (E.164) that are rung then; () where none is known
    """

    moment: Callable[[Mapping[str, object]], str | None] = lambda facts: None
    phones: Callable[[str, int, str], tuple[str, ...]] = lambda group, ring, at: ()


@dataclass(frozen=True)
class Call:
    """One call, from its beginning. `before`: an earlier call of the same person that this one needs."""

    edges: tuple[Edge, ...]
    before: Call | None = None

    @property
    def facts(self) -> dict[str, object]:
        """What was true, as first read: "open desk", "caller", "hunt on_call" …"""
        found: dict[str, object] = {}
        for edge in self.edges:
            for name, value in edge.chosen:
                found.setdefault(name, value)
        return found

    def transcript(self) -> tuple[str, ...]:
        """Return the call as lines: who, then what."""
        return tuple(f"{who:7} {what}".rstrip() for who, what in self._lines())

    def _lines(self) -> Iterator[tuple[str, str]]:
        ringing: Ring | None = None
        for edge in self.edges:
            act = edge.acts[0]
            known = ", ".join(
                _fact(name, value) for name, value in edge.chosen if not name.startswith("late")
            )
            if known:
                yield "", f"({known})"
            who = ", ".join(ringing.legs) if ringing and act.manner == "ring" else "caller"
            yield who if act.manner != "lost" else "", act.name
            if edge.lost:
                yield "line", f"is lost: {edge.lost}"
            if edge.turn is None:
                return
            gone = isinstance(act.received, HungUp)
            yield from ((("line", text)) for text in spoken(edge.turn) if not gone)
            ringing = edge.turn.wait if isinstance(edge.turn.wait, Ring) else None
            if ringing:
                yield ", ".join(ringing.legs), "rings"
            elif isinstance(edge.turn.wait, TakeMessage):
                yield "line", "[records]"
            elif edge.target is None and not gone:
                yield "line", "hangs up"

    def story(self, name: str, setting: Setting) -> str:
        """Return the call as a story for `ivr call --script`. What can't be staged is said in a comment."""
        known = setting.moment(self.facts)
        notes = [] if known else ["# the time at which it can be so isn't known: set it"]
        at = known or _SOME_TIME
        phones, more = _phones(self.edges, setting, at)
        notes += more
        calls = [call for call in (self.before, self) if call is not None]
        lines = [
            f"story: {json.dumps(name, ensure_ascii=False)}",
            *notes,
            f'at: "{at}"',
            f"from: {json.dumps(FROM[self.facts.get('caller', 'home')])}",
            "phones:",
            *(f"  {json.dumps(number)}: [{', '.join(acts)}]" for number, acts in phones.items()),
            "  others: no answer",
            *_caller("", calls[0].edges),
        ]
        for call in calls[1:]:
            lines += ["again:", "  - after: 3600", *_caller("    ", call.edges)]
        return "\n".join(lines) + "\n"


def spoken(turn: Turn) -> tuple[str, ...]:
    """Return all that a caller hears in a turn, whether a key may cut it short or not."""
    return turn.says + (turn.wait.prompts if isinstance(turn.wait, Listen | TakeMessage) else ())


def call_to(exploration: Exploration, edges: tuple[Edge, ...]) -> Call:
    """Return the call that takes these edges, with an earlier one if it is a repeated call."""
    call = Call(edges)
    if not call.facts.get("repeat"):
        return call
    # A sign after which more is asked: no phone has rung yet, and the caller can hang up.
    for edge in exploration.edges():
        if edge.turn is None or not isinstance(edge.turn.wait, Listen) or edge.chosen:
            continue
        if any(event.kind == "sign" for event in edge.turn.events):
            gone = next(
                on for on in exploration.states[edge.target or 0].edges if on.acts[0].name == "hangs up"
            )
            return Call(edges, Call((*exploration.way(edge.source), edge, gone)))
    return call


def can_be_staged(exploration: Exploration, edge: Edge) -> bool:
    """Return whether people at phones can bring a turn about, with everybody on call whom config names."""
    act, chosen = edge.acts[0], dict(edge.chosen)
    if act.manner == "lost" or (
        act.manner in ("ring", "hung up") and act.meant not in (*_AT_PHONE, "", "talked")
    ):
        return False
    if any(isinstance(value, Hunt) and value.name != "full" for value in chosen.values()):
        return False
    state = exploration.states[edge.source]
    if act.manner != "ring" or not isinstance(state.wait, Ring):
        return True
    hunt, ring = dict(state.kept).get(f"hunt {state.wait.group}"), state.position.ring + 1
    if not isinstance(hunt, Hunt) or not hunt.sure <= ring < len(hunt.rings):
        return True
    late = chosen.get(f"late {state.wait.group}")  # a guess: phones that ring out take their time
    return late is None or late == (ring >= hunt.late_at)


def _fact(name: str, value: object) -> str:
    what, _, which = name.partition(" ")
    if what == "open":
        return f"{which} is {'open' if value else 'closed'}"
    if isinstance(value, Hunt):
        return f"{which}: {'nobody' if not value.rings else f'{value.name} chain'}"
    if what == "repeat":
        return "rang before about a sign" if value else "never rang about a sign"
    return f"caller from {value}" if value in ("home", "abroad") else "number withheld"


def _phones(edges: tuple[Edge, ...], setting: Setting, at: str) -> tuple[dict[str, list[str]], list[str]]:
    """(number → what it does at each of its rings, comments)."""
    phones: dict[str, list[str]] = {}
    notes: list[str] = []
    ringing: Ring | None = None
    ring = 0
    for edge in edges:
        act = edge.acts[0]
        if ringing is not None:
            does = _AT_PHONE.get(act.meant, "no answer")
            if act.meant == "taken" and ringing.whisper is None:
                does = _UNSCREENED
            elif act.manner == "ring" and act.meant not in _AT_PHONE:
                notes.append(f"# a ring that ends with {act.meant!r} can't be staged: here nobody answers")
            for place, number in enumerate(setting.phones(ringing.group, ring, at)):
                phones.setdefault(number, []).append(does if place == 0 else "no answer")
        if edge.turn and isinstance(edge.turn.wait, Ring):
            ringing, ring = edge.turn.wait, edge.turn.position.ring
        else:
            ringing = None
        if any(isinstance(value, Hunt) and value.name != "full" for _, value in edge.chosen):
            notes.append(
                "# this call needs fewer people on call than config.yaml has: change the rota for it"
            )
    return phones, list(dict.fromkeys(notes))


def _caller(indent: str, edges: tuple[Edge, ...]) -> Iterator[str]:
    items: list[str] = []
    wait: Wait | None = None
    for edge in edges:
        act = edge.acts[0]
        asked = isinstance(wait, TakeMessage) and wait.prompts and wait.keys
        if asked and isinstance(act.received, Recorded):
            items.append("silence")  # keys are waited for before the tone
        items += [item] if (item := _item(act)) else []
        wait = edge.turn.wait if edge.turn else None
    yield f"{indent}caller:{'' if items else ' []'}"
    yield from (f"{indent}  - {item}" for item in items)


def _item(act: Act) -> str:
    received = act.received
    if isinstance(received, Keys):
        return f'press: "{received.digits}"'
    if isinstance(received, Speech):
        return f"say: {json.dumps(received.text)}" if received.text.strip() else "silence"
    if isinstance(received, Silence):
        return "silence"
    if act.manner == "ring":
        return "wait"
    if isinstance(received, Recorded) and received.seconds:
        press = f', press: "{received.key}"' if received.key else ""
        return f"{{talk: {received.seconds}{press}}}"
    if isinstance(received, Recorded):
        return f'press: "{received.key}"' if received.key else "silence"
    if isinstance(received, HungUp):
        return f"{{talk: {received.seconds}, hang up: true}}" if received.seconds else "hang up"
    return "hang up" if act.manner == "lost" else ""
