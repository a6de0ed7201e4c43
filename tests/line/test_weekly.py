"""The week's figures by mail: once a week, by mail or not at all, and nothing of any patient."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr import app
from ivr.clock import ManualClock, iso
from ivr.config.optional import Reports
from ivr.line import contacts, onward, texting, weekly
from ivr.line.answer import Line
from ivr.line.report import report
from ivr.line.reported import figures
from ivr.line.weekly import Weekly, week
from ivr.mail import SmtpMail
from ivr.storage import Store
from tests.line.house import House, config
from tests.line.test_report import made
from tests.line.test_texting import Provider, provider
from tests.mail.smtp_desk import Desk, open_desk

MONDAY = datetime(2026, 11, 9, 7, tzinfo=UTC)  # 7 in the morning by London's clocks


class Office:
    """A line whose owner is to get the report, the provider, and the mail server."""

    def __init__(self, house: House, there: Provider, desk: Desk) -> None:
        self.house, self.line, self.there, self.desk = house, house.line, there, desk
        self.weekly = Weekly(house.line)

    def tick(self, seconds: float = 0) -> int:
        queued = self.weekly.look()
        onward.tend(self.line)
        texting.send(self.line, self.there.telephone)
        texting.send_mails(self.line, SmtpMail(self.line.config.environment.smtp_url, 2))
        contacts.look(self.line)
        self.house.clock.move(seconds)
        return queued


@contextmanager
def office(
    data: Path,
    at: datetime,
    *,
    to: tuple[str, ...] = ("ana",),
    mail: str = "ana@clinic.example",
    smtp: bool = True,
) -> Iterator[Office]:
    with ExitStack() as stack:
        there, desk = stack.enter_context(provider()), stack.enter_context(open_desk())
        told = config(data)
        ana = told.people["ana"].model_copy(update={"mail": mail})
        told = replace(
            told,
            people={**told.people, "ana": ana},
            reports=Reports(to=to),
            clinic=told.clinic.model_copy(update={"mail": "line@clinic.example"}),
            environment=replace(told.environment, smtp_url=f"smtp://127.0.0.1:{desk.port}" if smtp else ""),
        )
        clock, store = ManualClock(at), stack.enter_context(Store(data))
        yield Office(House(Line(told, app.flows(told), store, clock), clock), there, desk)


def test_each_week_once_whatever_restarts_and_however_often_it_looks(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY - timedelta(minutes=1)) as there:
        made(there.line.store, 1)
        assert [there.tick(30) for _ in range(4)] == [0, 0, 1, 0]
        there.weekly = Weekly(there.line)  # another process
        assert there.tick(24 * 3600) == there.tick(6 * 24 * 3600) == 0
        assert there.tick(60) == 1
        first, second = there.desk.mails
        assert there.desk.to == ["ana@clinic.example"] * 2
        assert first["Subject"] == "Rose Clinic: the week's report"
        body = first.get_content()
        assert "Rose Clinic, from Mon 2 Nov 07:00 to Mon 9 Nov 07:00." in body
        assert "from Mon 9 Nov 07:00 to Mon 16 Nov 07:00." in second.get_content()
        assert "https://line.example/desk/reports?weeks=1" in body
        with there.line.store.read() as conn:
            found = report(conn, there.line.config, MONDAY - timedelta(weeks=1), MONDAY)
        assert figures(found, there.line.config) in body.replace("\r\n", "\n")
        assert there.there.sent == []


def test_the_figures_are_all_there_in_words_and_nothing_of_a_patient(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY) as there:
        made(there.line.store, 1)
        there.tick()
        body = there.desk.mails[0].get_content()
        for said in (
            *("CALLS: ", "something wrong", "BOOKINGS KEPT OFF CLINICIANS: ", "95 of 100 within"),
            *("until somebody presses 1", "taken by Ana Marlow", "at try 1", "not taken in the call"),
            *("unreachable", "PROMISED CALL-BACKS: ", " still due", "not said yet", "spoken with"),
        ):
            assert said in body, said
        assert "+44" not in body and "447700" not in body
        kept = there.house.rows("SELECT data FROM journal WHERE kind = 'text'")
        assert "Marlow" not in str(kept)


def test_the_week_ends_by_the_clinics_clocks_also_when_they_change(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY) as there:
        told = there.line.config
        back = datetime(2026, 10, 26, 7, tzinfo=UTC)  # the clocks went back the day before
        assert week(told, back) == (datetime(2026, 10, 19, 6, tzinfo=UTC), back)
        assert week(told, back - timedelta(seconds=1))[1] == datetime(2026, 10, 19, 6, tzinfo=UTC)
        forward = datetime(2027, 3, 29, 6, tzinfo=UTC)
        assert week(told, forward) == (datetime(2027, 3, 22, 7, tzinfo=UTC), forward)


def test_who_moves_the_day_gets_none_twice_in_a_week(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY) as there:
        assert there.tick(24 * 3600) == 1
        object.__setattr__(there.line.config, "reports", Reports(to=("ana",), day="tuesday"))
        assert there.tick() == 0


def test_a_line_that_was_down_sends_it_within_two_days_and_no_later(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY + timedelta(hours=47)) as there:
        assert there.tick() == 1 and len(there.desk.mails) == 1
    with office(tmp_path / "later", MONDAY + timedelta(hours=48)) as there:
        assert there.tick() == 0


def test_a_mail_server_that_is_away_is_tried_again_and_a_refusal_makes_it_no_text(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY) as there:
        there.desk.refusals["MAIL"] = "451 later"
        for _ in range(3):
            there.tick(300)
        assert there.desk.mails == []
        del there.desk.refusals["MAIL"]
        there.tick()
        assert len(there.desk.mails) == 1
        there.house.clock.move(7 * 24 * 3600)
        there.desk.refusals["RCPT"] = "550 no such mailbox"
        for _ in range(10):
            there.tick(60)
        reports = there.house.rows("SELECT state, channel FROM outbox WHERE template = 'report' ORDER BY id")
        assert reports == [{"state": state, "channel": "mail"} for state in ("sent", "failed")]
        (told,) = there.there.sent  # of the address that fails: the owner hears of it as of any contact
        assert "ana mail can't be reached" in told.body
        there.house.clock.move(7 * 24 * 3600)
        assert there.tick() == 1  # switched off: it fails, and nothing else is tried
        for _ in range(10):
            there.tick(60)
        assert len(there.there.sent) == 1


@pytest.mark.parametrize("without", ["address", "server", "people"])
def test_nothing_is_queued_that_can_never_be_sent_and_that_is_said_once(
    tmp_path: Path, without: str, caplog: pytest.LogCaptureFixture
) -> None:
    mail = "" if without == "address" else "ana@clinic.example"
    to = () if without == "people" else ("ana",)
    with office(tmp_path, MONDAY, to=to, mail=mail, smtp=without != "server") as there:
        with caplog.at_level(logging.WARNING, "ivr.line.weekly"):
            assert there.weekly.look() == there.weekly.look() == 0
        assert there.house.rows("SELECT id FROM outbox") == []
    said = [record.getMessage() for record in caplog.records]
    why = {"address": "they have no mail address in config.yaml", "server": "IVR_SMTP_URL is not set"}
    assert said == ([] if without == "people" else [f"no report is sent to ana: {why[without]}"])


def test_it_waits_for_no_deadline_of_the_past(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY + timedelta(hours=1)) as there:
        there.tick()
        (row,) = there.house.rows("SELECT deadline FROM outbox")
        assert row["deadline"] == iso(MONDAY + timedelta(days=2))


def unmailed(there: Office) -> list[tuple[str, str]]:
    with there.line.store.read() as conn:
        return [(one.address, one.why) for one in weekly.unmailed(there.line, conn)]


def test_whom_it_does_not_reach_is_known_until_it_does(tmp_path: Path) -> None:
    with office(tmp_path, MONDAY) as there:
        assert unmailed(there) == []
        there.desk.refusals["MAIL"] = "451 later"
        there.tick(49 * 3600)
        there.tick()
        assert unmailed(there) == [("a…@clinic.example", "the mail server didn't take the last one")]
        del there.desk.refusals["MAIL"]
        there.house.clock.move(7 * 24 * 3600 - 49 * 3600)
        there.tick()
        assert len(there.desk.mails) == 1 and unmailed(there) == []
        there.desk.refusals["RCPT"] = "550 no such mailbox"
        there.house.clock.move(7 * 24 * 3600)
        for _ in range(10):
            there.tick(60)
        why = "the address was refused for good, and is tried no more"
        assert unmailed(there) == [("a…@clinic.example", why)]


@pytest.mark.parametrize(("mail", "smtp"), [("", True), ("ana@clinic.example", False)])
def test_whom_it_can_never_reach_is_known_too(tmp_path: Path, mail: str, smtp: bool) -> None:
    with office(tmp_path, MONDAY, mail=mail, smtp=smtp) as there:
        ((_, why),) = unmailed(there)
        assert why in ("they have no mail address in config.yaml", "IVR_SMTP_URL is not set")
