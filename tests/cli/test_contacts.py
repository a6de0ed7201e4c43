"""`ivr contacts`, `ivr forecast` and `ivr report`: what the owner sees, and what switching on does."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ivr.cli import inside
from ivr.clock import SystemClock
from ivr.config import load
from ivr.config.optional import Reports
from ivr.storage import Entry, Store, faults
from ivr.storage.entry import JSON
from tests.cli.clinic import CALL, CONFIG, TAKEN, keep, type_in


def failing(data: Path, *contacts: str) -> None:
    with Store(data) as store:
        for contact in contacts:
            told: dict[str, JSON] = {"contact": contact, "source": "text", "enough": 1, "code": 21610}
            store.record(
                [Entry("2026-11-24T02:10:00Z", CALL, "contact_failed", contact, told, {"mark": "m"})]
            )


def off(data: Path) -> set[str]:
    with Store(data) as store, store.read() as conn:
        return faults.off(conn)


def test_what_is_switched_off_is_listed_without_a_number(tmp_path: Path) -> None:
    failing(tmp_path, "ben phone 1", "ana text")
    assert type_in("contacts", data=tmp_path).output.splitlines() == [
        "contact      off since         found by  code",
        "ana text     Tue 24 Nov 02:10  text      21610",
        "ben phone 1  Tue 24 Nov 02:10  text      21610",
    ]


def test_the_rota_names_what_is_switched_off_with_a_masked_number_and_a_cure(tmp_path: Path) -> None:
    failing(tmp_path, "ana phone 2", "ben text", "gone phone 1")
    told = type_in("rota", "--days", "0", data=tmp_path).output.splitlines()
    assert told[-5:] == [
        "ana's phone 2 (+44…001) is switched off since Tue 24 Nov 02:10: it fails for good.",
        '  Put another number into config.yaml; or have it mended, then `ivr contacts --on "ana phone 2"`.',
        "",
        "ben's text (+44…002) is switched off since Tue 24 Nov 02:10: it fails for good.",
        '  Put another number into config.yaml; or have it mended, then `ivr contacts --on "ben text"`.',
    ]


def test_a_person_or_one_contact_is_switched_on_again(tmp_path: Path) -> None:
    failing(tmp_path, "ana text", "ana phone 2", "ben text", "ben mail")
    assert "ana text is used again." in type_in("contacts", "--on", "ana", data=tmp_path).output
    assert off(tmp_path) == {"ben text", "ben mail"}
    type_in("contacts", "--on", "ben mail", data=tmp_path)
    assert off(tmp_path) == {"ben text"}
    again = type_in("contacts", "--on", "ana", data=tmp_path)
    assert again.exit_code == 1 and "no such contact is switched off" in again.output


def test_nothing_is_switched_off(tmp_path: Path) -> None:
    with Store(tmp_path):
        pass
    assert type_in("contacts", data=tmp_path).output == "No contact is switched off.\n"


def test_the_forecast_is_a_table_or_json(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, TAKEN)
    lines = type_in("forecast", "--days", data=tmp_path).output.splitlines()
    assert [line.split("  ")[0] for line in lines[1:5]] == [
        "texts",
        "minutes of callers",
        "minutes of rung phones",
        "all",
    ]
    assert lines[5].startswith("warn_at is GBP 150: the owner is told above that. Nothing is held back.")
    told = json.loads(type_in("forecast", "--json", data=tmp_path).output)
    assert set(told["used"]) == {"text", "minute_in", "minute_out"} and told["warn_at"] == 150


def test_the_report_is_that_of_the_mail(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        keep(store, TAKEN, at=SystemClock().now() - timedelta(days=3))
    shown = type_in("report", data=tmp_path)
    assert shown.exit_code == 0, shown.output
    for said in ("Rose Clinic, from ", "CALLS: 1", "taken by Ana Marlow  at try 2", "something wrong"):
        assert said in shown.output, shown.output
    assert "CALLS: 0" not in type_in("report", "--weeks", "4", data=tmp_path).output
    assert type_in("report", "--weeks", "0", data=tmp_path).exit_code == 2


def test_doctor_and_check_say_who_gets_no_report() -> None:
    config = load(CONFIG, {})
    told = replace(config, reports=Reports(to=("ana",)))
    (found,) = inside.reports(told)
    assert found.ill and "no report is mailed to ana: IVR_SMTP_URL is not set" in str(found)
    around = replace(told.environment, smtp_url="smtp://127.0.0.1:25")
    (found,) = inside.reports(replace(told, environment=around))
    assert found.ill and "no mail address" in str(found)
    ana = told.people["ana"].model_copy(update={"mail": "ana@clinic.example"})
    (found,) = inside.reports(replace(told, environment=around, people={**told.people, "ana": ana}))
    assert str(found) == "ok    ana is mailed the report each Monday"
