"""The lines of texts, contacts and messages, in words: one function a kind."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.line.story.around import Around, Data, Teller, plain


def _text(data: Data, around: Around) -> str:
    return f"Text {data['template']} for {around.readers(data)}{', urgent' if data.get('urgent') else ''}"


def _text_sent(data: Data, around: Around) -> str:
    return f"{around.text(data['outbox'])}: sent"


def _text_failed(data: Data, around: Around) -> str:
    return f"{around.text(data['outbox'])}: NOT SENT, {data['why']}"


def _text_status(data: Data, around: Around) -> str:
    code = f" (code {data['code']})" if data.get("code") else ""
    return f"  {around.text(data['outbox'])}: {data['status']}{code}"


def _text_again(data: Data, around: Around) -> str:
    return f"{around.text(data['outbox'])}: AGAIN to {data['contact']}, {plain(data['why'])}"


def _contact_failed(data: Data, around: Around) -> str:
    return f"  {data['contact']} failed" + (f" (code {data['code']})" if data.get("code") else "")


def _message_deleted(data: Data, around: Around) -> str:
    return "Recording deleted " + ("here" if data.get("where") == "line" else "at the provider")


TELLERS: Mapping[str, Teller] = {
    "text": _text,
    "text_sent": _text_sent,
    "text_failed": _text_failed,
    "text_status": _text_status,
    "text_again": _text_again,
    "text_moot": lambda data, around: f"{around.text(data['outbox'])}: not needed any more, {data['why']}",
    "text_straight": lambda data, _: f"Text to {data['contact']}: sent, though the database can't be written",
    "texts_merged": lambda data, _: f"{len(data['outboxes'])} texts {data['template']} put into one",
    "contact_failed": _contact_failed,
    "contact_off": lambda data, _: f"{data['contact']} SWITCHED OFF: it fails for good",
    "contact_on": lambda data, _: f"{data['contact']} switched on again, by {data['by']}",
    "message": lambda data, _: f"MESSAGE in box {data['box']}, {data['seconds'] or 0} s",
    "message_kept": lambda data, _: "Recording fetched and sealed",
    "message_deleted": _message_deleted,
    "message_lost": lambda data, _: f"Recording LOST: {data['why']}",
}
