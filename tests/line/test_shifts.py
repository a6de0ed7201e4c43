"""The start of a shift: a phone that is really rung, and what follows when nobody presses 1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.exchange.clock import HandClock
from ivr.exchange.people import Answers, NoAnswer, Person, Voicemail
from ivr.line import shifts
from ivr.storage import StoreUnavailable
from tests.line.house import House, house

ROOT = Path(__file__).parents[2]
EVENING = datetime(2026, 11, 24, 19, 59, 30, tzinfo=UTC)  # half a minute before Ben's night begins
BEN, CHLOE, CHLOE_TEXTS, ANA = "+447700900002", "+447700900003", "+447700900004", "+447700900001"


class Evening:
    """The shipped line on its stage, from half a minute before a shift begins."""

    def __init__(self, folder: Path, **phones: Person) -> None:
        self.clock = HandClock(EVENING)
        self.stage = Stage(ROOT / "config.yaml", folder, self.clock, seed=1, drills=True)
        self.numbers = {"ben": BEN, "chloe": CHLOE, "ana": ANA}
        self.phones = phones

    def __enter__(self) -> Evening:
        self.stage.__enter__()
        for name, person in self.phones.items():
            self.stage.exchange.phone(self.numbers[name], person)
        return self

    def __exit__(self, *error: object) -> None:
        self.stage.__exit__(None, None, None)

    def goes_on(self, minutes: float) -> None:
        self.stage.exchange.run(minutes * 60)

    @property
    def heard(self) -> list[str]:
        return [f"{line.who}: {line.text}" for line in self.stage.exchange.transcript]

    def shift(self) -> dict[str, object]:
        with self.stage.app.line.store.read() as conn:
            [row] = conn.execute("SELECT * FROM shifts WHERE person = 'ben'").fetchall()
            return dict(row)

    def first_rung(self) -> str:
        line = self.stage.app.line
        now = int(line.clock.now().timestamp())
        return line.hunts(line.editions.live, now)["on_call"][0][0]


def test_whoever_begins_a_shift_is_rung_and_confirms_with_1(tmp_path: Path) -> None:
    with Evening(tmp_path, ben=Answers(after=4, press="1")) as evening:
        evening.goes_on(10)
        said = "Rose Clinic patient line, for Ben Ashdown. You are on call until 8 tomorrow."
        assert any(said in line for line in evening.heard)
        assert sum("rings" in line for line in evening.heard) == 1
        assert evening.shift()["confirmed_at"] and not evening.stage.exchange.unexpected
        assert evening.stage.exchange.texts == []


@pytest.mark.parametrize(
    "ben", [NoAnswer(), Voicemail(after=3), Answers(press="2"), Answers(press="")], ids=lambda who: repr(who)
)
def test_who_cannot_be_reached_is_rung_last_until_they_confirm(tmp_path: Path, ben: Person) -> None:
    with Evening(tmp_path, ben=ben) as evening:
        evening.goes_on(1)
        assert evening.first_rung() == "ben"
        evening.goes_on(12)
        assert evening.shift()["unreached_at"] and not evening.shift()["confirmed_at"]
        assert evening.first_rung() == "chloe"
        told = sorted((text.to, text.body) for text in evening.stage.exchange.texts)
        assert [to for to, _ in told] == [ANA, CHLOE_TEXTS]  # the owner, and the next person
        assert "Ben Ashdown can't be reached and is on call." in told[0][1]
        assert sum("Ben: rings" in line for line in evening.heard) == 3

        evening.stage.exchange.phone(BEN, Answers(press="1"))
        evening.goes_on(40)
        assert evening.shift()["confirmed_at"]
        assert evening.first_rung() == "ben"
        assert len(evening.stage.exchange.texts) == 2


def test_the_next_person_is_told_an_hour_ahead(tmp_path: Path) -> None:
    with house(tmp_path, EVENING - timedelta(minutes=58)) as made:
        shifts.watch(made.line)
        shifts.watch(made.line)
        [row] = made.rows("SELECT * FROM outbox")
        assert (row["template"], row["reader"]) == ("handover", "ben")
        assert '"8 this evening"' in str(row["words"]) and '"8 tomorrow"' in str(row["words"])


def test_a_server_that_starts_in_mid_shift_rings_nobody(tmp_path: Path) -> None:
    with house(tmp_path, EVENING + timedelta(hours=2)) as made:
        shifts.watch(made.line)
        assert made.rows("SELECT * FROM errands") == []
        assert len(made.rows("SELECT * FROM shifts")) == 1


def empty(made: House, hours_ahead: float) -> list[str]:
    """Watch so many hours before the rota has a hole, and return the texts' keys."""
    made.clock.set(datetime(2026, 11, 26, 8, tzinfo=UTC) - timedelta(hours=hours_ahead))
    shifts.watch(made.line)
    rows = made.rows("SELECT key, reader FROM outbox WHERE template = 'empty_shift' ORDER BY key")
    assert all(row["reader"] == "ana" for row in rows)
    return [str(row["key"]) for row in rows]


def test_a_gap_is_told_of_48_and_4_hours_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ivr.rota.rota import Gap

    hole = datetime(2026, 11, 26, 8, tzinfo=UTC)

    def gaps(rota: object, start: datetime, end: datetime, least: int) -> list[Gap]:
        return [Gap(hole, hole + timedelta(hours=2), ())] if start < hole < end else []

    # config.yaml can't have a hole (it is refused); what is laid over it at the desk can.
    monkeypatch.setattr(shifts, "gaps", gaps)
    with house(tmp_path) as made:
        assert empty(made, 49) == []
        assert len(empty(made, 47)) == 1 and len(empty(made, 46)) == 1
        assert len(empty(made, 3.9)) == 2 and len(empty(made, 3)) == 2


def test_a_page_taken_confirms_the_shift_too(tmp_path: Path) -> None:
    with house(tmp_path, EVENING + timedelta(minutes=1)) as made:
        shifts.watch(made.line)
        made.line.store.record(shifts.confirmed(made.line, "ben", "page"))
        assert shifts.confirmed(made.line, "ben", "page") == []
        assert made.rows("SELECT confirmed_at FROM shifts")[0]["confirmed_at"]
        assert shifts.missed(made.line, "ben 2026-11-24T20:00:00Z", 3) == []


def test_a_shift_and_its_drill_are_noted_together_or_not_at_all(tmp_path: Path) -> None:
    with house(tmp_path, EVENING + timedelta(minutes=1)) as made:
        made.line.store.cut()
        with pytest.raises(StoreUnavailable):
            shifts.watch(made.line)
        assert made.line.store.mend()
        assert made.rows("SELECT * FROM shifts") == made.rows("SELECT * FROM errands") == []
        shifts.watch(made.line)
        assert made.rows("SELECT person FROM shifts") == [{"person": "ben"}]
        assert made.rows("SELECT leg FROM errands WHERE kind = 'drill'") == [{"leg": "ben"}]
