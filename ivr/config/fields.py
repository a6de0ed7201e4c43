"""The kinds of value that config.yaml holds: each says what is wrong with a text, and how to write it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field

from ivr import numbers
from ivr.config import written

# Narrower than RFC 5321, which allows quotes and blanks that nobody uses: nothing here can break a header.
_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)+[A-Za-z]{2,}")
_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f'"{text}" can\'t be a name here', "Use small letters, digits and _, a letter first")
    return text


def _phone(text: str) -> str:
    if not numbers.is_e164(text):
        raise ValueError(
            "this is not a phone number with its country code",
            'Write + and the digits in quotes, without spaces and without the first 0, as in "+44..."',
        )
    if numbers.caller(text).number is None:
        raise ValueError("no phone can have this number", "Count its digits: one is missing or too many")
    return text


def _spoken(text: str) -> str:
    if not text.strip() or text != text.strip() or not text.isprintable() or set(text) & set("{}<>"):
        raise ValueError("this can't be spoken", "Write plain words, without { } < > or spaces at the ends")
    return text


def _mail(text: str) -> str:
    if not _MAIL.fullmatch(text) or len(text) > 254:
        raise ValueError("this is not a mail address", 'Write it as in "ana@clinic.example"')
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'there is no time zone "{text}"', 'Write "Europe/London"') from None
    return text


def _time(text: str) -> str:
    written.minutes(text)
    return text


def _start(text: str) -> str:
    if written.minutes(text) == 24 * 60:
        raise ValueError("nothing begins at 24:00", 'Write "00:00"')
    return text


def _spans(text: str) -> str:
    written.spans(text)
    return text


def _waits(minutes: tuple[int, ...]) -> tuple[int, ...]:
    if minutes[-1] == 0:
        raise ValueError("the last wait repeats, so it can't be 0", "End it with minutes, as in [0, 2, 5]")
    return minutes


def _date(text: str) -> str:
    written.day(text)
    return text


def like(pattern: str, example: str) -> AfterValidator:
    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f'"{text}" is not written right', f'Write it as in "{example}"')
        return text

    return AfterValidator(check)


def _listed(value: Any) -> Any:
    """`days: weekdays` as well as `days: [monday, friday]`."""
    return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


Id = Annotated[str, AfterValidator(_id)]
Phone = Annotated[str, AfterValidator(_phone)]
Mail = Annotated[str, AfterValidator(_mail)]
Spoken = Annotated[str, Field(max_length=40), AfterValidator(_spoken)]
TimeOfDay = Annotated[str, AfterValidator(_time)]
StartTime = Annotated[str, AfterValidator(_start)]
Spans = Annotated[str, AfterValidator(_spans)]
Zone = Annotated[str, AfterValidator(_zone)]
Date = Annotated[str, AfterValidator(_date)]
Minutes = Annotated[int, Field(ge=0, le=720)]
Waits = Annotated[tuple[Minutes, ...], Field(min_length=1), AfterValidator(_waits)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Day = Literal[
    "every day", "weekdays", "weekend",
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
]  # fmt: skip
Days = Annotated[tuple[Day, ...], BeforeValidator(_listed), Field(min_length=1)]
