"""What a config comes to at a time: who is rung, what is open, what is promised and spoken."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ivr.config import Config
from ivr.config.checks import PROMISES
from ivr.flow.model import WORDS
from ivr.rota.hours import is_open
from tests.config.clinic import NOW, loaded, refused

NIGHT = NOW
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return loaded(tmp_path)


# --- whom ---------------------------------------------------------------------


def test_the_rota_says_who_is_rung_and_a_second_phone_comes_after_everyone_s_first(config: Config) -> None:
    assert config.chain_at(NIGHT) == ("ben", "ana")
    assert config.rings("on_call", NIGHT) == (("ben",), ("ana",), ("ana/1",)) * 2
    assert config.round_length("on_call", NIGHT) == 3
    assert config.rings("on_call", NOON)[0] == ("ana",)


def test_a_group_of_people_rings_together(config: Config) -> None:
    assert config.rings("desk_staff", NOON) == (("ben", "ana", "ana/1"),)
    assert config.round_length("desk_staff", NOON) == 1


def test_a_group_s_own_phones_belong_to_nobody(config: Config) -> None:
    assert config.rings("reception", NOON) == (("reception/0",), ("reception/1",))
    assert config.person_of("reception/0") is None
    assert config.number_of("reception/1") == "+442079460002"


def test_every_leg_that_can_ring_has_a_number_and_its_person(config: Config) -> None:
    legs = {leg for group in config.groups for ring in config.rings(group, NOON) for leg in ring}

    assert {leg: (config.number_of(leg), config.person_of(leg)) for leg in legs if leg[0] != "r"} == {
        "ana": ("+447700900001", "ana"),
        "ana/1": ("+441632960001", "ana"),
        "ben": ("+447700900002", "ben"),
    }
    assert config.person_of("ana/7") is None
    with pytest.raises(KeyError):
        config.number_of("ana/7")


def test_texts_go_to_the_first_phone_unless_told_otherwise(config: Config) -> None:
    assert config.people["ana"].texts == "+447700900001"
    assert config.people["ben"].texts == "+447700900004"


def test_an_override_is_on_call_to_the_minute(config: Config) -> None:
    before, after = (datetime(2026, 12, 24, *at, tzinfo=UTC) for at in ((17, 59, 59), (18, 0, 0)))

    assert (config.chain_at(before), config.chain_at(after)) == (("ana", "ben"), ("ben", "ana"))


def test_with_nobody_on_call_the_owner_is_rung(config: Config) -> None:
    """The check refuses such a rota; whatever slips past it must still reach a person."""
    nobody = dataclasses.replace(config, rota=config.rota.model_copy(update={"shifts": ()}))

    assert nobody.chain_at(NIGHT) == ("ana",)
    assert nobody.rings("on_call", NIGHT) == (("ana",), ("ana/1",)) * 2


# --- when ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "open_now"),
    [
        ("2026-11-24T12:00", True),
        ("2026-11-24T07:59", False),
        ("2026-11-29T12:00", False),  # a Sunday
        ("2026-12-25T12:00", False),  # a bank holiday that is named: the name wins
        ("2026-12-28T12:00", True),  # a bank holiday (observed)
        ("2026-12-28T09:00", False),
        ("2026-08-31T08:59", False),  # in summer, 9:59 by London's clocks
        ("2026-08-31T09:00", True),
        ("2032-12-26T12:00", False),  # Boxing Day on a Sunday: it doesn't open a day that is closed
        ("2040-05-07T08:00", False),  # years ahead
    ],
)
def test_the_desk_is_open(config: Config, at: str, open_now: bool) -> None:
    assert is_open(config.hours_of("desk"), datetime.fromisoformat(f"{at}Z")) is open_now


def test_a_day_s_own_line_wins_over_every_day(tmp_path: Path) -> None:
    config = loaded(tmp_path, ("sunday: closed", 'sunday: "10:00-12:00, 13:00-24:00"'))
    spans = config.hours_of("desk").week[6]

    assert [(span.opens, span.closes) for span in spans] == [(600, 720), (780, 1440)]


def test_when_promises_are_due(config: Config) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(f"{text}Z")

    assert config.due("two_hours", NIGHT) == at("2026-11-24T04:10")
    assert config.due("same_day", NIGHT) == at("2026-11-24T20:00")
    assert config.due("same_day", at("2026-11-24T19:00")) == at("2026-11-24T21:00")
    assert config.due("routine", NOON) == at("2026-11-25T12:00")
    assert config.due("routine", at("2026-11-28T22:00")) == at("2026-11-30T12:00")  # over the Sunday


def test_all_words_are_there_to_be_spoken(config: Config) -> None:
    words = config.words(NIGHT)

    assert set(words) == WORDS - {"signs"}
    assert words["clinic"] == "Rose Clinic"
    assert words["opens"] == "8 this morning"
    assert words["listened"] == "8 each morning"
    assert words["keep_days"] == "30"  # the longest of all boxes: nobody is told too little
    assert words["same_day_by"] == "8 this evening"


def test_words_are_worked_out_once_a_minute(config: Config) -> None:
    first = config.words(NIGHT)

    assert config.words(NIGHT.replace(second=59)) is first
    assert config.words(NIGHT.replace(minute=20))["two_hours_by"] == "4:20 this morning"
    assert config.words(NIGHT) == first  # and the same again for the same minute


def test_a_desk_that_never_closes_has_words_too(tmp_path: Path) -> None:
    config = loaded(
        tmp_path,
        ('every_day: "08:00-21:00"', 'every_day: "00:00-24:00"'),
        ("    sunday: closed\n", ""),
        ('    bank_holidays: "10:00-16:00"\n', ""),
        ('    exceptions:\n      "2026-12-25": closed\n', ""),
    )

    assert config.words(NIGHT)["opens"] == "any time"


# --- what is known ------------------------------------------------------------


def test_what_flows_may_name(config: Config) -> None:
    known = config.known()

    assert known.groups == {"on_call", "reception", "desk_staff"}
    assert known.boxes == {"booking": 90, "urgent": 60}
    assert known.hours == {"desk"}
    assert known.promises == PROMISES
    assert known.texts == set(config.texts) - {"report"}  # a mail of any length
    assert known.listen_seconds == 5


def test_the_flows_lie_beside_the_file(tmp_path: Path, config: Config) -> None:
    assert config.line.flows == tmp_path / "flows"


def test_a_thin_rota_is_a_warning_that_says_when(tmp_path: Path) -> None:
    config = loaded(tmp_path, ('to: "08:00", chain: [ben, ana]', 'to: "08:00", chain: [ben]'))

    [warning] = config.warnings
    assert str(warning).removeprefix(f"{tmp_path}/") == (
        "config.yaml:42: warning: rota: only ben is on call"
        " from Tuesday 2026-11-24 02:10 to Tuesday 2026-11-24 08:00, and 53 times more within 56 days."
        " Add a second person to the chain."
    )


def test_a_hole_that_only_overrides_would_fill_is_refused(tmp_path: Path) -> None:
    """Or the line would start today, and refuse to start one night when the override is over."""
    [problem] = refused(
        tmp_path,
        ("days: every day", "days: weekdays"),
        ("2026-12-24 18:00", "2026-11-01 18:00"),
        ("2026-12-27 08:00", "2029-12-27 08:00"),
    )

    assert problem.message == (
        "rota.shifts: nobody is on call from Saturday 08:00 to Saturday 20:00,"
        " and from Sunday 08:00 to Sunday 20:00"
    )
