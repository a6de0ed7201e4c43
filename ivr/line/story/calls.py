"""The lines of a caller's own call, in words: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.line.story.around import Around, Data, Teller, plain


def _call_started(data: Data, around: Around) -> str:
    again = "; rang about a sign before" if data["repeat"] else ""
    return f"A call from {around.caller} ({data['caller_kind']}){again}"


def _turn(data: Data, around: Around) -> str:
    return f"  {data['input']}: {data['step'] or 'start'} → {data['next'] or 'the end'}"


def _sign(data: Data, around: Around) -> str:
    how = {"key": "by key", "speech": "said", "silence": "no answer is a yes", "wrong": "unclear is a yes"}
    return f"SIGN: {data['sign']} ({how.get(data['how'], data['how'])})"


def _ringing(data: Data, around: Around) -> str:
    return f"Ringing {around.legs(data)}, {plain(data['group'])}"


def _ring_ended(data: Data, around: Around) -> str:
    return f"{around.legs(data)}: {plain(data['outcome'])}"


def _whisper(data: Data, around: Around) -> str:
    return f"{around.leg(data['leg'])}: answered, and is asked to press 1"


def _accept(data: Data, around: Around) -> str:
    results = {
        "taken": "TAKEN",
        "same": "TAKEN (told twice)",
        "joined": "joined to the caller",
        "other": "somebody else was first",
    }
    result = results.get(data["result"], plain(data["result"]))
    return f"{around.leg(data['leg'])} pressed {data['digit'] or 'nothing'}: {result}"


def _leg_spoke(data: Data, around: Around) -> str:
    results = {"machine": "a machine talks: the next phone", "again": "spoke, and is asked again for a key"}
    return f"{around.leg(data['leg'])}: {results.get(data['result'], data['result'])}"


def _leg_status(data: Data, around: Around) -> str:
    return f"  {around.leg(data['leg'])}: phone {data['status']}"


def _call_ended(data: Data, around: Around) -> str:
    lasted = "" if data["duration"] is None else f" after {data['duration']} s"
    return f"The call is over: {data['status']}{lasted}"


TELLERS: Mapping[str, Teller] = {
    "call_started": _call_started,
    "turn": _turn,
    "path": lambda data, _: f"Path: {data['path']}",
    "sign": _sign,
    "disposition": lambda data, _: f"Disposition: {plain(data['disposition'])}",
    "ringing": _ringing,
    "ring_ended": _ring_ended,
    "whisper": _whisper,
    "accept": _accept,
    "leg_spoke": _leg_spoke,
    "leg_status": _leg_status,
    "call_ended": _call_ended,
    "ended": lambda data, _: f"The line hung up, at {data['step']}",
    "hung_up": lambda data, _: f"The caller hung up, at {data['step']}",
    "staff": lambda data, _: f"{data['who']}, on the desk's pages: {data['what']}",
    "safe_answer": lambda data, _: f"SAFE ANSWER given, at {data['where']}",
    "spilled": lambda data, _: f"{data['lines']} spilled lines taken in",
    "alarm": lambda data, _: f"ALARM: {data['what']}",
    "published": lambda data, _: f"Revision {data['revision']} published ({plain(data['how'])})",
    "rolled_back": lambda data, _: f"ROLLED BACK to revision {data['revision']}",
    "refused": lambda data, _: f"Revision {data['revision']} REFUSED: {data['mistakes']} mistakes",
}
