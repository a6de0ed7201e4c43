"""A call's lines of the journal, in words: one function a kind. People are named, numbers never appear."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ivr.clock import from_iso
from ivr.config import Config
from ivr.line.naming import who
from ivr.numbers import mask
from ivr.rota.local import minute
from ivr.storage import calls, outbox
from ivr.storage.journal import Line

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """One line: `seconds` after the first one; `text` in words, `data` as the journal has it."""

    at: datetime
    seconds: int
    kind: str
    text: str
    data: Data

    def as_json(self) -> dict[str, Any]:
        from ivr.clock import iso

        at = iso(self.at, milliseconds=True)
        return {"at": at, "seconds": self.seconds, "kind": self.kind, "text": self.text, "data": self.data}


@dataclass(frozen=True)
class Around:
    """What the words need beside a line: names, the caller masked, and the texts by their outbox number."""

    config: Config
    caller: str
    texts: Mapping[int, str]

    def leg(self, leg: object) -> str:
        """A phone as people call it: "Ana Marlow", "Ana Marlow (phone 2)", "reception (phone 1)"."""
        name, slash, index = str(leg).partition("/")
        person = name in self.config.people
        place = int(index) + 1 if index.isdigit() else 1
        return who(name, self.config) + (f" (phone {place})" if slash or not person else "")

    def legs(self, data: Data) -> str:
        return " and ".join(self.leg(leg) for leg in data["legs"])

    def readers(self, data: Data) -> str:
        given = data["readers"]
        return ", ".join(_reader(one, self.config) for one in ([given] if isinstance(given, str) else given))


def told(conn: sqlite3.Connection, call: sqlite3.Row, config: Config) -> list[Told]:
    """Return the story of a call (a row of calls), in order."""
    texts = {
        row["id"]: f"{row['template']} to {_reader(row['reader'], config)}"
        for row in outbox.of_call(conn, call["call"])
    }
    around = Around(config, mask(call["caller"] or ""), texts)
    lines = calls.story(conn, call["call"])
    instants = [from_iso(line.at) for line in lines]
    seconds = [int((at - instants[0]).total_seconds()) for at in instants]
    return [
        Told(at, after, line.kind, _words(line, around), line.data)
        for at, after, line in zip(instants, seconds, lines, strict=True)
    ]


def _words(line: Line, around: Around) -> str:
    teller = TELLERS.get(line.kind)
    return teller(line.data, around) if teller else _plain(line.kind)


def _reader(reader: str, config: Config) -> str:
    return "the caller" if reader == "caller" else who(reader, config)


# --- one function a kind ---------------------------------------------------------


def _call_started(data: Data, around: Around) -> str:
    again = "; rang about a sign before" if data["repeat"] else ""
    return f"A call from {around.caller} ({data['caller_kind']}){again}"


def _turn(data: Data, around: Around) -> str:
    return f"  {data['input']}: {data['step'] or 'start'} → {data['next'] or 'the end'}"


def _sign(data: Data, around: Around) -> str:
    how = {"key": "by key", "speech": "said", "silence": "no answer is a yes", "wrong": "unclear is a yes"}
    return f"SIGN: {data['sign']} ({how.get(data['how'], data['how'])})"


def _page_opened(data: Data, around: Around) -> str:
    signs = "; ".join(data["signs"]) or "no sign named"
    return f"PAGE opened, {_plain(data['disposition'])}: {signs}"


def _ringing(data: Data, around: Around) -> str:
    return f"Ringing {around.legs(data)}, {_plain(data['group'])}"


def _ring_ended(data: Data, around: Around) -> str:
    return f"{around.legs(data)}: {_plain(data['outcome'])}"


def _whisper(data: Data, around: Around) -> str:
    return f"{around.leg(data['leg'])}: answered, and is asked to press 1"


def _accept(data: Data, around: Around) -> str:
    results = {
        "taken": "TAKEN",
        "same": "TAKEN (told twice)",
        "joined": "joined to the caller",
        "other": "somebody else was first",
    }
    result = results.get(data["result"], _plain(data["result"]))
    return f"{around.leg(data['leg'])} pressed {data['digit'] or 'nothing'}: {result}"


def _leg_spoke(data: Data, around: Around) -> str:
    results = {"machine": "a machine talks: the next phone", "again": "spoke, and is asked again for a key"}
    return f"{around.leg(data['leg'])}: {results.get(data['result'], data['result'])}"


def _leg_status(data: Data, around: Around) -> str:
    return f"  {around.leg(data['leg'])}: phone {data['status']}"


def _promised(data: Data, around: Around) -> str:
    due = minute(from_iso(data["due"]), around.config.clinic.zone)
    return f"PROMISED a call back by {due} ({_plain(data['promise'])})"


def _text(data: Data, around: Around) -> str:
    return f"Text {data['template']} for {around.readers(data)}{', urgent' if data.get('urgent') else ''}"


def _text_sent(data: Data, around: Around) -> str:
    return f"Text {around.texts.get(data['outbox'], data['outbox'])}: sent"


def _text_failed(data: Data, around: Around) -> str:
    return f"Text {around.texts.get(data['outbox'], data['outbox'])}: NOT SENT, {data['why']}"


def _text_status(data: Data, around: Around) -> str:
    code = f" (code {data['code']})" if data.get("code") else ""
    return f"  Text {around.texts.get(data['outbox'], data['outbox'])}: {data['status']}{code}"


def _text_again(data: Data, around: Around) -> str:
    text = around.texts.get(data["outbox"], data["outbox"])
    return f"Text {text}: AGAIN to {data['contact']}, {_plain(data['why'])}"


def _contact_failed(data: Data, around: Around) -> str:
    return f"  {data['contact']} failed" + (f" (code {data['code']})" if data.get("code") else "")


def _message_deleted(data: Data, around: Around) -> str:
    return "Recording deleted " + ("here" if data.get("where") == "line" else "at the provider")


def _call_ended(data: Data, around: Around) -> str:
    lasted = "" if data["duration"] is None else f" after {data['duration']} s"
    return f"The call is over: {data['status']}{lasted}"


def _errand_ended(data: Data, around: Around) -> str:
    why = f", {data['why']}" if data.get("why") else ""
    return f"  {around.leg(data['leg'])}: call over, {data['status']}{why}"


def _callback(data: Data, around: Around) -> str:
    results = {
        "let_in": "gave the right PIN",
        "wrong": "gave a wrong PIN",
        "throttled": "gave a PIN too soon after wrong ones",
        "asked": "asked for a call to the patient",
        "taken": "TAKEN, to ring the patient",
        "given_back": "nobody was reached: the page is open again",
    }
    return f"{around.leg(data['leg'])}: {results.get(data['result'], _plain(data['result']))}"


def _page_round(data: Data, around: Around) -> str:
    begins = minute(from_iso(data["next"]), around.config.clinic.zone)
    return f"NOBODY took it in round {data['round']}: the next begins at {begins}"


def _patient_leg(data: Data, around: Around) -> str:
    lasted = f" after {data['seconds']} s" if "seconds" in data else ""
    return f"  the patient's phone, for {around.leg(data['leg'])}: {data['status']}{lasted}"


def _page_released(data: Data, around: Around) -> str:
    begins = minute(from_iso(data["next"]), around.config.clinic.zone)
    return f"PAGE open again, {data['why']}: the next try is at {begins}"


def _page_closed(data: Data, around: Around) -> str:
    return f"PAGE closed by {who(data['by'], around.config)}: {_plain(data['outcome'])}"


def _promise_kept(data: Data, around: Around) -> str:
    return f"PROMISE kept by {who(data['by'], around.config)}: {_plain(data['how'])}"


def _plain(name: object) -> str:
    return str(name).replace("_", " ")


TELLERS: Mapping[str, Callable[[Data, Around], str]] = {
    "call_started": _call_started,
    "turn": _turn,
    "path": lambda data, _: f"Path: {data['path']}",
    "sign": _sign,
    "disposition": lambda data, _: f"Disposition: {_plain(data['disposition'])}",
    "page_opened": _page_opened,
    "ringing": _ringing,
    "ring_ended": _ring_ended,
    "whisper": _whisper,
    "accept": _accept,
    "leg_spoke": _leg_spoke,
    "leg_status": _leg_status,
    "unanswered": lambda data, _: f"NOBODY took it: {_plain(data['group'])}",
    "promised": _promised,
    "text": _text,
    "text_sent": _text_sent,
    "text_failed": _text_failed,
    "text_status": _text_status,
    "text_again": _text_again,
    "texts_merged": lambda data, _: f"{len(data['outboxes'])} texts {data['template']} put into one",
    "contact_failed": _contact_failed,
    "contact_off": lambda data, _: f"{data['contact']} SWITCHED OFF: it fails for good",
    "contact_on": lambda data, _: f"{data['contact']} switched on again, by {data['by']}",
    "message": lambda data, _: f"MESSAGE in box {data['box']}, {data['seconds'] or 0} s",
    "message_kept": lambda data, _: "Recording fetched and sealed",
    "message_deleted": _message_deleted,
    "message_lost": lambda data, _: f"Recording LOST: {data['why']}",
    "call_ended": _call_ended,
    "ended": lambda data, _: f"The line hung up, at {data['step']}",
    "hung_up": lambda data, _: f"The caller hung up, at {data['step']}",
    "errand_placed": lambda data, around: f"Ringing {around.leg(data['leg'])}, {_plain(data['for'])}",
    "errand_answered": lambda data, around: f"{around.leg(data['leg'])}: answered",
    "errand_result": lambda data, around: f"{around.leg(data['leg'])}: {_plain(data['result'])}",
    "errand_ended": _errand_ended,
    "staff": lambda data, _: f"{data['who']}, on the desk's pages: {data['what']}",
    "shift_started": lambda data, around: f"{who(data['person'], around.config)} is first on call now",
    "shift_confirmed": lambda data, _: f"Shift confirmed ({_plain(data['how'])}): {data['shift']}",
    "shift_unreached": lambda data, around: f"{who(data['person'], around.config)} was NOT REACHED",
    "callback": _callback,
    "page_round": _page_round,
    "page_taken": lambda data, around: f"PAGE taken by {who(data['person'], around.config)}",
    "patient_leg": _patient_leg,
    "page_released": _page_released,
    "page_closed": _page_closed,
    "page_reopened": lambda data, around: f"PAGE opened again by {who(data['by'], around.config)}",
    "promise_reminded": lambda data, _: f"Reminder of the promised call back ({_plain(data['promise'])})",
    "promise_missed": lambda data, _: f"PROMISE MISSED ({_plain(data['promise'])}): the chain is rung",
    "promise_kept": _promise_kept,
    "promise_due": lambda data, around: f"PROMISE not kept after all, says {who(data['by'], around.config)}",
    "safe_answer": lambda data, _: f"SAFE ANSWER given, at {data['where']}",
    "spilled": lambda data, _: f"{data['lines']} spilled lines taken in",
    "alarm": lambda data, _: f"ALARM: {data['what']}",
    "published": lambda data, _: f"Revision {data['revision']} published ({_plain(data['how'])})",
    "rolled_back": lambda data, _: f"ROLLED BACK to revision {data['revision']}",
    "refused": lambda data, _: f"Revision {data['revision']} REFUSED: {data['mistakes']} mistakes",
}
