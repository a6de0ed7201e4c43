"""The lines of pages, promises and shifts, and of the calls about them, in words: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.line.naming import who
from ivr.line.story.around import Around, Data, Teller, plain


def _page_opened(data: Data, around: Around) -> str:
    signs = "; ".join(data["signs"]) or "no sign named"
    return f"PAGE opened, {plain(data['disposition'])}: {signs}"


def _promised(data: Data, around: Around) -> str:
    return f"PROMISED a call back by {around.clock(data['due'])} ({plain(data['promise'])})"


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
    return f"{around.leg(data['leg'])}: {results.get(data['result'], plain(data['result']))}"


def _page_round(data: Data, around: Around) -> str:
    return f"NOBODY took it in round {data['round']}: the next begins at {around.clock(data['next'])}"


def _patient_leg(data: Data, around: Around) -> str:
    lasted = f" after {data['seconds']} s" if "seconds" in data else ""
    return f"  the patient's phone, for {around.leg(data['leg'])}: {data['status']}{lasted}"


def _page_released(data: Data, around: Around) -> str:
    return f"PAGE open again, {data['why']}: the next try is at {around.clock(data['next'])}"


def _page_closed(data: Data, around: Around) -> str:
    return f"PAGE closed by {who(data['by'], around.config)}: {plain(data['outcome'])}"


def _promise_kept(data: Data, around: Around) -> str:
    return f"PROMISE kept by {who(data['by'], around.config)}: {plain(data['how'])}"


TELLERS: Mapping[str, Teller] = {
    "page_opened": _page_opened,
    "unanswered": lambda data, _: f"NOBODY took it: {plain(data['group'])}",
    "promised": _promised,
    "errand_placed": lambda data, around: f"Ringing {around.leg(data['leg'])}, {plain(data['for'])}",
    "errand_answered": lambda data, around: f"{around.leg(data['leg'])}: answered",
    "errand_result": lambda data, around: f"{around.leg(data['leg'])}: {plain(data['result'])}",
    "errand_ended": _errand_ended,
    "shift_started": lambda data, around: f"{who(data['person'], around.config)} is first on call now",
    "shift_confirmed": lambda data, _: f"Shift confirmed ({plain(data['how'])}): {data['shift']}",
    "shift_unreached": lambda data, around: f"{who(data['person'], around.config)} was NOT REACHED",
    "callback": _callback,
    "page_round": _page_round,
    "page_taken": lambda data, around: f"PAGE taken by {who(data['person'], around.config)}",
    "patient_leg": _patient_leg,
    "page_released": _page_released,
    "page_closed": _page_closed,
    "page_reopened": lambda data, around: f"PAGE opened again by {who(data['by'], around.config)}",
    "promise_reminded": lambda data, _: f"Reminder of the promised call back ({plain(data['promise'])})",
    "promise_missed": lambda data, _: f"PROMISE MISSED ({plain(data['promise'])}): the chain is rung",
    "promise_kept": _promise_kept,
    "promise_due": lambda data, around: f"PROMISE not kept after all, says {who(data['by'], around.config)}",
}
