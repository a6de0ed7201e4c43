"""Entries as the stories of this room need them."""

from __future__ import annotations

from pathlib import Path

from ivr.storage import Entry
from ivr.storage.connection import prepare, writer
from ivr.storage.entry import JSON

CALL = "CA" + "0" * 31 + "1"
OTHER = "CA" + "0" * 31 + "2"
CALLER = "+447700900123"


def at(second: int, ms: int = 0) -> str:
    return f"2026-11-24T02:{second // 60:02d}:{second % 60:02d}.{ms:03d}Z"


def whole(second: int) -> str:
    return f"2026-11-24T02:{second // 60:02d}:{second % 60:02d}Z"


def entry(kind: str, key: str, second: int = 0, call: str = CALL, **data: JSON) -> Entry:
    return Entry(at(second), call, kind, key, data)


def started(call: str = CALL, second: int = 0, caller: str = CALLER, repeat: bool = False) -> Entry:
    data: dict[str, JSON] = {"caller_kind": "home", "revision": "r1", "repeat": repeat}
    return Entry(at(second), call, "call_started", "start", data, {"caller": caller} if caller else {})


def turn(number: int, call: str = CALL, second: int | None = None) -> Entry:
    step = {"step": f"main.s{number}", "input": "key 1", "next": f"main.s{number + 1}"}
    return Entry(at(number if second is None else second), call, "turn", f"t{number}", step)


def page_opened(call: str = CALL, second: int = 5) -> Entry:
    return entry("page_opened", "page", second, call, disposition="clinician_now", signs=["skin colour"])


def tampered(data: Path, *statements: str) -> None:
    """Change the database behind the line's back, as somebody with the file in hand can."""
    conn = writer(prepare(data), 1.0)
    for statement in statements:
        conn.execute(statement)
    conn.close()
