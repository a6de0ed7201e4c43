"""One request to the REST API and its answer, as its resources see them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

from ivr.exchange.records import Json
from ivr.exchange.rest_errors import ApiError

_HOST = re.compile(r"[A-Za-z0-9.-]+\Z|\[[0-9A-Fa-f:.]+\]\Z")  # no underscore: Twilio refuses those


class Form:
    """The parameters of a request, in the order they came; names may repeat."""

    def __init__(self, text: str) -> None:
        self.pairs = parse_qsl(text, keep_blank_values=True)

    def get(self, name: str) -> str | None:
        """Return the first value of `name`, None when it wasn't sent; "" is a value."""
        return next((value for key, value in self.pairs if key == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of `name`."""
        return tuple(value for key, value in self.pairs if key == name)


@dataclass(frozen=True)
class Asked:
    """A request: `path` without its query, `sid` the one in it, `form` the query of a GET or the body."""

    method: str
    path: str
    form: Form
    sid: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer; `body` is sent as it is."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"


Handler = Callable[[Asked], Reply]
Routes = dict[tuple[str, str], Handler]  # (method, path with "*" for a sid) → who answers


def as_json(data: Json | dict[str, object], status: int = 200) -> Reply:
    """Return an answer that carries `data`."""
    return Reply(status, json.dumps(data).encode())


def web_url(text: str) -> bool:
    """Return whether Twilio would take `text` as a URL to call: absolute, http(s), no "_" in the host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and _HOST.match(parts.hostname or "") is not None
    except ValueError:
        return False


def whole(text: str | None, default: int, lowest: int, highest: int, code: int) -> int:
    """Return a parameter that is a whole number.

    Errors: ApiError `code` when it isn't one, or is out of range.
    """
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,6}", text) or not lowest <= int(text) <= highest:
        raise ApiError(code, text)
    return int(text)


def page(name: str, rows: list[Json], asked: Asked) -> Reply:
    """Return one page of a list, in Twilio's shape; `rows` are all that match, newest first."""
    size = whole(asked.form.get("PageSize"), 50, 1, 1000, 20001)
    number = whole(asked.form.get("Page"), 0, 0, 100000, 20001)
    start = number * size
    shown = rows[start : start + size]
    kept = [(key, value) for key, value in asked.form.pairs if key not in ("Page", "PageSize", "PageToken")]

    def uri(of: int) -> str:
        token = [("PageToken", f"P{of}")] if of else []
        return f"{asked.path}?{urlencode([*kept, ('PageSize', size), ('Page', of), *token])}"

    return as_json(
        {
            name: shown,
            "page": number,
            "page_size": size,
            "start": start,
            "end": start + len(shown) - 1 if shown else start,
            "uri": uri(number),
            "first_page_uri": uri(0),
            "next_page_uri": uri(number + 1) if start + size < len(rows) else None,
            "previous_page_uri": uri(number - 1) if number else None,
        }
    )


def in_dates(form: Form, name: str, at: datetime | None) -> bool:
    """Return whether `at` passes the filters `name`, `name<` and `name>` (dates, or instants ending in Z)."""
    for sign in ("", "<", ">"):
        text = form.get(name + sign)
        if text is None:
            continue
        if at is None:
            return False
        try:
            limit = datetime.fromisoformat(text)
        except ValueError:
            raise ApiError(20001, name) from None
        limit = limit if limit.tzinfo else limit.replace(tzinfo=UTC)
        span = timedelta(days=1) if len(text) == 10 else timedelta(seconds=1)
        if sign == "" and not limit <= at < limit + span:
            return False
        if (sign == "<" and not at < limit + span) or (sign == ">" and not at >= limit):
            return False
    return True
