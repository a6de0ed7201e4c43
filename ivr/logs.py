"""Log lines: one line per record, in UTC, without phone numbers.

Nothing should hand a number to a log in the first place. The filter here is the last
net, for what other libraries write and for the text of exceptions.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import TextIO

from ivr.clock import iso
from ivr.numbers import mask

# Libraries that log an address, with the numbers in it, for every request; and the scheduler,
# which writes a line per tick.
_QUIET = ("twilio.http_client", "urllib3", "apscheduler")

_GAP = r"[ \t\xa0().\-\u2010-\u2015]{0,3}"  # what people write between digits
_PLUS = r"(?:\+|%2[Bb])"
_ALONE = r"(?<![0-9A-Za-z])"  # not inside an id or a hash
_OVER = r"(?![0-9A-Za-z])"
_PHONE = re.compile(
    # A whole UK number first, so that what follows it ("+44… 400") is left as it is.
    rf"{_PLUS}44{_GAP}[1-9](?:{_GAP}\d){{9}}(?!\d)"
    rf"|{_PLUS}[1-9](?:{_GAP}\d){{6,}}"
    # Without the +: as dialled from the UK or into it, as a web address or an integer holds it.
    rf"|{_ALONE}00{_GAP}[1-9](?:{_GAP}\d){{6,14}}{_OVER}"
    rf"|{_ALONE}44{_GAP}(?:0{_GAP})?[1-9](?:{_GAP}\d){{8,9}}{_OVER}"
    # As dialled within the UK. No dots: 0.0123456789 is a fraction.
    rf"|{_ALONE}(?<!\d\.)\(?0(?:[ \t\xa0()\-\u2010-\u2015]{{0,3}}\d){{9,10}}{_OVER}"
)


def masked(text: str) -> str:
    """Return `text` with every phone number in it, E.164 or UK national, cut to "+44…123"."""
    return _PHONE.sub(_cut, text)


class NumberFilter(logging.Filter):
    """Masks phone numbers in a record's message, its arguments, exception and stack. Drops nothing.

    The record itself is changed, so that handlers after this one see no number either.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:  # logging's own report of this would print the arguments as they are
            message = f"{record.msg} (its arguments don't fit)"
        record.msg, record.args = masked(message), None
        if record.exc_info and record.exc_info[0] is not None and not record.exc_text:
            record.exc_text = "".join(traceback.format_exception(*record.exc_info)).rstrip()
        if record.exc_text:
            record.exc_text = masked(record.exc_text)
        if record.stack_info:
            record.stack_info = masked(record.stack_info)
        return True


class OneLine(logging.Formatter):
    """ "2026-11-24T02:10:00.250Z WARNING ivr.storage message"; line breaks become " | "."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return iso(datetime.fromtimestamp(record.created, UTC), milliseconds=True)

    def format(self, record: logging.LogRecord) -> str:
        # A line break in a message could otherwise pass for a line of ours.
        return " | ".join(part.strip() for part in super().format(record).splitlines() if part.strip())


class _Handler(logging.StreamHandler[TextIO]):
    """The one handler that `set_up` installs, known again by its type."""


def set_up(stream: TextIO | None = None, level: int | str = "INFO") -> None:
    """Send every log record from `level` up to `stream` (default: standard error), numbers masked.

    A second call takes the place of the first. An unknown level is a ValueError.
    """
    handler = _Handler(stream if stream is not None else sys.stderr)
    handler.addFilter(NumberFilter())
    handler.setFormatter(OneLine())
    root = logging.getLogger()
    root.setLevel(level)
    for old in [old for old in root.handlers if isinstance(old, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _cut(found: re.Match[str]) -> str:
    """Return a found number masked, written in E.164 first so that it looks the same in every line."""
    text = found.group().replace("%2B", "+").replace("%2b", "+")
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        return mask("+" + digits)
    if digits.startswith("00"):
        return mask("+" + digits[2:])
    return mask("+44" + digits[1:] if digits.startswith("0") else "+" + digits)
