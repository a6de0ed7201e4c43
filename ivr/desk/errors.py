"""Pages for what went wrong: each says what to do next."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, render_template
from werkzeug.exceptions import HTTPException

from ivr.line.answer import Line
from ivr.storage import StoreUnavailable

# status → (what is wrong, the cure)
_START = "Start from the first page"
_ANSWERED = "Calls are answered all the same. Try again in a minute; if it stays so, tell the owner"
WORDS: Mapping[int, tuple[str, str]] = {
    400: ("That can't be understood", "Go back, look at what you entered, and send it again."),
    403: ("This isn't open to you", "Ask an owner of the line for the role that you need."),
    404: ("There is no such page", f"It was deleted, or the address has a slip in it. {_START}."),
    405: ("That can't be opened by its address", f"{_START}, and press the button there."),
    413: ("That is too much at once", "Send less: no form here takes more than a few pages of text."),
    429: ("Too many tries", "Wait a little, then try again."),
    500: ("Something is wrong with these pages", f"{_ANSWERED}, who finds the reason in the log."),
    503: ("The record can't be reached just now", f"{_ANSWERED}."),
}


def install(application: Flask, line: Line) -> None:
    """Have every error of `application` end in one of these pages."""

    @application.errorhandler(HTTPException)
    def told(error: HTTPException) -> tuple[str, int] | HTTPException:
        code = error.code or 500
        if code < 400:
            return error  # a redirect
        title, cure = WORDS.get(code, WORDS[400 if code < 500 else 500])
        own = error.description if error.description != type(error).description else None
        return render_template("desk/error.html", code=code, title=title, cure=own or cure), code

    @application.errorhandler(StoreUnavailable)
    def unreachable(error: StoreUnavailable) -> tuple[str, int]:
        title, cure = WORDS[503]
        return render_template("desk/error.html", code=503, title=title, cure=cure), 503
