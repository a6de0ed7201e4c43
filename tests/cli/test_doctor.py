"""`ivr doctor` at the stand-in exchange: all well, and each thing that isn't, with its cure."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import Result

from ivr.cli import inside
from ivr.clock import SystemClock
from ivr.exchange.caller import Caller, Leaves, Presses
from ivr.exchange.clock import HandClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.records import Book, NumberRecord
from ivr.exchange.rest import RestServer
from ivr.line.watch import DOWNLOADS
from ivr.storage import Entry, Store, stamps
from ivr.storage.entry import JSON
from tests.cli.clinic import CALLER, type_in
from tests.cli.served import CLINIC, SID, TOKEN, Served, environment, serve, until


@dataclass
class Clinic:
    book: Book
    number: NumberRecord
    line: Served
    env: dict[str, str]

    def doctor(self, *words: str, **env: str) -> Result:
        return type_in("doctor", *words, env={**self.env, **env})


@contextmanager
def clinic(tmp: Path) -> Iterator[Clinic]:
    book = Book(SID, TOKEN, SystemClock(), seed=1)
    number = book.add_number(CLINIC)
    server = RestServer(book, lambda call: None, lambda call, orders: None, lambda text: None)
    server.start()
    try:
        with serve(tmp / "data", server.url, workers=1) as line:
            env = environment(line.data, line.port, server.url)
            yield Clinic(book, number, line, env)
    finally:
        server.close()
    assert server.problems == []


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with clinic(tmp_path_factory.mktemp("doctor")) as made:
        until(lambda: "every job has done" in made.doctor().output)
        yield made


@pytest.fixture
def well(opened: Clinic) -> Clinic:
    base = f"http://127.0.0.1:{opened.line.port}"
    opened.book.status, opened.book.auth_token = "active", TOKEN
    number = opened.number
    number.voice_url, number.status_callback = f"{base}/voice", f"{base}/status"
    number.voice_method = number.status_callback_method = "POST"
    number.voice_fallback_url = "https://files.example.org/x7/voice.xml"
    return opened


def test_all_is_well(well: Clinic) -> None:
    found = well.doctor()
    assert found.exit_code == 0, found.output
    assert "MEND" not in found.output and found.output.endswith("Nothing to mend.\n")
    for said in (
        *("the account is active", "differs from the provider's by ", "its VoiceUrl is right"),
        *("a signed request: HTTP 200", "an unsigned request: HTTP 403", "the journal holds"),
        *("on call now", "nobody has signed the wording of main", "is closed to others"),
    ):
        assert said in found.output, said
    for secret in (SID, TOKEN, well.env["IVR_SECRET_KEY"], CLINIC):
        assert secret not in found.output


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("voice_url", "https://old.example/voice", "its VoiceUrl is not what it should be"),
        ("status_callback", "", "its StatusCallback is not what it should be"),
        ("voice_method", "GET", "its VoiceMethod is not what it should be"),
        ("voice_fallback_url", "", "it has no fallback"),
    ],
)
def test_a_wrong_setting_of_the_number(well: Clinic, field: str, value: str, said: str) -> None:
    setattr(well.number, field, value)
    found = well.doctor()
    assert found.exit_code == 1 and f"MEND  {said}" in found.output and "1 to mend." in found.output


def test_mend_sets_what_differs_after_asking(well: Clinic) -> None:
    well.number.voice_url, well.number.voice_method = "https://old.example/voice", "GET"
    refused = well.doctor("--mend")  # nobody there to say yes
    assert refused.exit_code == 1 and well.number.voice_method == "GET"
    mended = well.doctor("--mend", "--yes")
    assert mended.exit_code == 0, mended.output
    assert well.number.voice_url == f"http://127.0.0.1:{well.line.port}/voice"
    assert well.number.voice_fallback_url == "https://files.example.org/x7/voice.xml"


def test_an_account_that_refuses_or_is_suspended(well: Clinic) -> None:
    well.book.status = "suspended"
    assert "MEND  the account is suspended" in well.doctor().output
    well.book.auth_token = "changed-at-the-provider"
    found = well.doctor()
    assert found.exit_code == 1 and "the account and its token don't fit" in found.output


def test_a_line_that_is_signed_for_under_another_address_or_is_not_there(well: Clinic) -> None:
    other = well.doctor("--url", well.env["IVR_PUBLIC_URL"], IVR_PUBLIC_URL="https://other.example")
    assert "MEND  a signed request: HTTP 403" in other.output
    assert "can't be reached: ConnectionError" in well.doctor("--url", "http://127.0.0.1:9").output


def test_a_folder_that_others_may_read(well: Clinic) -> None:
    data = Path(well.env["IVR_DATA"])
    os.chmod(data, 0o755)
    try:
        found = well.doctor()
    finally:
        os.chmod(data, 0o700)
    assert found.exit_code == 1 and f"chmod -R go= {data}" in found.output


def test_what_is_not_set_is_named_and_nothing_else_is_tried() -> None:
    found = type_in("doctor")
    assert found.exit_code == 1 and "MEND  TWILIO_AUTH_TOKEN is not set" in found.output
    assert "The rest needs these first." in found.output


def heard(exchange: Exchange) -> list[str]:
    """A patient rings, presses 1 and hangs up. Return what the line said to them."""
    before = len(exchange.transcript)
    exchange.dial(CALLER, CLINIC, Caller(Presses("1"), Leaves(3)))
    exchange.run(60)
    return [line.text for line in exchange.transcript[before:] if line.spoken]


def test_a_call_goes_through_once_the_cure_that_is_printed_has_been_applied(tmp_path: Path) -> None:
    with (
        Exchange(SID, TOKEN, HandClock(SystemClock().now()), seed=1) as exchange,
        serve(tmp_path / "data", exchange.url, workers=1) as line,
    ):
        base = f"http://127.0.0.1:{line.port}"
        number = exchange.add_number(CLINIC, f"{base}/of-another-line")
        number.status_callback = f"{base}/status"
        number.voice_fallback_url = "https://files.example.org/x7/voice.xml"
        env = environment(line.data, line.port, exchange.url)
        until(lambda: "every job has done" in type_in("doctor", env=env).output)

        number.voice_fallback_url = ""  # nobody catches it
        assert not any("Thank you for calling" in text for text in heard(exchange))
        number.voice_fallback_url = "https://files.example.org/x7/voice.xml"

        ill = type_in("doctor", env=env)
        assert ill.exit_code == 1 and "1 to mend." in ill.output, ill.output
        cure = re.search(r"MEND  its VoiceUrl is not what it should be\n +Set it to ([^ ,]+),", ill.output)
        assert cure is not None, ill.output
        number.voice_url = cure[1]

        first, *_, last = heard(exchange)
        assert first.startswith("Thank you for calling Rose Clinic.")
        assert last.startswith("Press 1 if any is true now.")
        well = type_in("doctor", env=env)
        assert well.exit_code == 0 and well.output.endswith("Nothing to mend.\n"), well.output


@pytest.mark.parametrize("left", [True, False])
def test_messages_that_the_provider_does_not_give_us_are_told_of_with_a_cure(
    tmp_path: Path, left: bool
) -> None:
    data: dict[str, JSON] = {"box": "urgent", "seconds": 5, "recording": "RE" + "1" * 32}
    with Store(tmp_path) as store:
        if left:
            store.record([Entry("2026-11-24T02:09:00.000Z", "CA" + "1" * 32, "message", "m", data)])
        store.write(lambda conn: stamps.failed(conn, DOWNLOADS, "2026-11-24T02:10:00Z", "HTTP 403"))
    *_, found = inside.stamps(tmp_path, SystemClock().now())
    assert found.what == "downloads fails since 2026-11-24T02:10:00Z (HTTP 403)"
    assert found.ill == left and "TWILIO_AUTH_TOKEN" in found.cure
