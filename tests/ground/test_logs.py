"""What a log line looks like, and that no phone number gets into one."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.logs import masked, set_up

LOG = logging.getLogger("ivr.tests.logs")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Return where log lines go; put the root logger back afterwards."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    root.handlers.clear()  # pytest's own would format an exception before ours sees it
    stream = io.StringIO()
    set_up(stream, "DEBUG")
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_a_record_is_one_line_in_utc(lines: io.StringIO) -> None:
    LOG.warning("first\nsecond\r\n2026-01-01T00:00:00.000Z ERROR ivr forged")
    text = lines.getvalue()
    assert text.count("\n") == 1
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z WARNING ivr\.tests\.logs first \| second \| 2026.* forged\n",
        text,
    )


def test_numbers_are_masked_in_message_and_arguments(lines: io.StringIO) -> None:
    LOG.info("from +447700900123 to %s, %s and %d", "07700 900456", ["+442079460000"], 441632960000)
    assert "from +44…123 to +44…456, ['+44…000'] and +44…000" in lines.getvalue()


def test_numbers_are_masked_in_exceptions_and_stacks(lines: io.StringIO) -> None:
    try:
        try:
            raise LookupError("no +447700900123")
        except LookupError as error:
            raise RuntimeError("GET /Messages.json?To=%2B447700900456") from error
    except RuntimeError:
        LOG.exception("failed", stack_info=True)
    text = lines.getvalue()
    assert text.count("\n") == 1
    assert "LookupError: no +44…123" in text and "To=+44…456" in text
    assert "900" not in text


def test_a_wrong_log_call_shows_no_number_either(
    lines: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    LOG.info("one %s two %s", "+447700900123")
    assert "one %s two %s (its arguments don't fit)" in lines.getvalue()
    assert "900123" not in lines.getvalue() + capsys.readouterr().err


def test_a_later_handler_sees_the_masked_record_too(lines: io.StringIO) -> None:
    seen: list[str] = []
    later = logging.Handler()
    later.emit = lambda record: seen.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(later)
    LOG.info("to %s", "+447700900123")
    assert seen == ["to +44…123"]


def test_setting_up_again_takes_the_place_of_the_first(lines: io.StringIO) -> None:
    again = io.StringIO()
    set_up(again, "WARNING")
    LOG.info("too quiet")
    LOG.warning("once")
    assert lines.getvalue() == ""
    assert again.getvalue().count("\n") == 1


def test_libraries_that_log_addresses_speak_only_to_warn(lines: io.StringIO) -> None:
    for name in ("twilio.http_client", "urllib3.connectionpool", "apscheduler.scheduler"):
        logging.getLogger(name).info("POST https://api.twilio.com")
        logging.getLogger(name).warning("%s warns", name)
        assert f"{name} warns" in lines.getvalue()
    assert "POST" not in lines.getvalue()


@pytest.mark.parametrize(
    "written",
    ["+447700900123", "+44 7700 900123", "+44 (0) 7700-900.123", "(+44) 7700 900 123", "%2B447700900123"]
    + ["07700900123", "07700 900 123", "07700-900-123", "00447700900123", "0044 7700 900123", "447700900123"]
    + [
        "sip:447700900123@example.com",
        "tel:07700900123",
        "+44\u00a07700\u2011900\u2011123",
        "To=+447700900123&x",
    ],
)
def test_every_way_to_write_a_number_is_masked(written: str) -> None:
    text = masked(f"rang {written}, then 400")
    assert "+44…123" in text and text.endswith(", then 400")
    assert sum(map(str.isdigit, text)) == len("44123400")


@pytest.mark.parametrize(
    ("written", "shown"),
    [("(020) 7946 0000", "+44…000"), ("01632 960000", "+44…000"), ("0033199000123", "+33…123")]
    + [("+12025550123", "+1…123"), ("+447700900123 400", "+44…123 400"), ("+123456789012345678", "withheld")],
)
def test_other_numbers_are_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "text",
    ["2026-11-24T02:10:00.250Z", "2026-11-24 02:10:00+00:00", "took 0.0123456789 s", "127.0.0.1:8080", "999"]
    + ["CA0123456789abcdef0123456789abcdef", "CA00000000000000000000000000000001", "port 44100, 10 of 60"]
    + ["8c4ef1a0447700900123aa", "error 21211", "+44…123", "1763978400250 ms"],
)
def test_times_ids_and_codes_stay_readable(text: str) -> None:
    assert masked(text) == text


@given(
    st.integers(0, 999).map("+447700900{:03}".format) | st.integers(0, 999).map("01632960{:03}".format),
    st.text(" ,;:=&?/'\"()<>[]\n", min_size=1, max_size=3),
    st.text(" ,;=&?/'\"<>[]\n", min_size=1, max_size=3),
)
def test_no_number_gets_through_whatever_stands_around_it(number: str, before: str, after: str) -> None:
    text = masked(f"a{before}{number}{after}b")
    assert number not in text and number[-4:] not in text and number[-3:] in text
