"""The forecast and its alarm; and that neither ever holds anything back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr import app
from ivr.clock import ManualClock, iso
from ivr.line import spending, texting
from ivr.line.answer import Line
from ivr.storage import Entry, Store
from ivr.storage.entry import JSON
from tests.line.house import House, config
from tests.line.test_texting import Provider, emergency, provider

FIFTEENTH = datetime(2026, 11, 15, 12, tzinfo=UTC)  # half of November is over, all but exactly


def house_at(store: Store, at: datetime, warn_at: float | None) -> House:
    told = config(store.data)
    told = replace(told, spending=told.spending.model_copy(update={"warn_at": warn_at}))
    clock = ManualClock(at)
    return House(Line(told, app.flows(told), store, clock), clock)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path) as opened:
        yield opened


def call(store: Store, number: int, at: datetime, seconds: int, talked: int = 0, texts: int = 0) -> None:
    """A call that was kept: how long it was, how long a rung phone talked, how many texts it led to."""
    sid, leg = f"CA{number:032x}", f"CA{number + 500:032x}"
    when = iso(at, milliseconds=True)

    def later(after: int) -> str:
        return iso(at + timedelta(seconds=after), milliseconds=True)

    began: dict[str, JSON] = {"caller_kind": "home", "revision": "r", "repeat": False}
    entries = [Entry(when, sid, "call_started", "s", began)]
    if talked:
        entries += [
            Entry(when, sid, "ringing", "r", {"group": "on_call", "legs": ["ben"], "ring": 0}),
            Entry(when, sid, "whisper", "w", {"leg": "ben", "leg_sid": leg}),
            Entry(
                later(talked), sid, "leg_status", "l",
                {"leg": "ben", "leg_sid": leg, "status": "completed", "sequence": 3},
            ),
        ]  # fmt: skip
    for place in range(texts):
        text: dict[str, JSON] = {"template": "told", "to": "on_call", "readers": ["ben"], "urgent": True}
        entries.append(Entry(when, sid, "text", f"t{place}", text))
    ended: dict[str, JSON] = {"status": "completed", "duration": seconds}
    entries.append(Entry(later(seconds), sid, "call_ended", "e", ended))
    assert store.record(entries)
    with store.read() as conn:
        rows = [row["id"] for row in conn.execute("SELECT id FROM outbox WHERE call = ?", (sid,))]
    store.record([Entry(when, sid, "text_sent", f"x{row}", {"outbox": row, "sid": "SM"}) for row in rows])


def forecast(house: House) -> spending.Forecast:
    with house.line.store.read() as conn:
        return spending.forecast(conn, house.line.config, house.clock.now())


def test_what_was_used_is_counted_by_kind_and_begun_minutes_count_whole(store: Store) -> None:
    house = house_at(store, FIFTEENTH, None)
    call(store, 1, datetime(2026, 11, 2, 3, tzinfo=UTC), 61, talked=59, texts=2)
    call(store, 2, datetime(2026, 11, 3, 3, tzinfo=UTC), 60)
    call(store, 3, datetime(2026, 10, 31, 3, tzinfo=UTC), 600, texts=1)  # last month's
    found = forecast(house)
    assert dict(found.used) == {"text": 2, "minute_in": 3, "minute_out": 1}
    assert found.so_far == pytest.approx(2 * 0.04 + 3 * 0.01 + 1 * 0.03)
    assert [f"{day:%d}" for day in found.days] == ["02", "03"]


def test_the_rest_of_the_month_is_taken_to_be_like_the_last_four_weeks(store: Store) -> None:
    house = house_at(store, FIFTEENTH + timedelta(hours=12), None)
    for day in range(28):
        call(store, day, FIFTEENTH - timedelta(days=day), 60, texts=1)
    found = forecast(house)
    assert found.used["text"] == 15
    assert found.expected["text"] == pytest.approx(15 + 15 * 28 / 27.5, rel=0.02)


def test_a_month_begins_by_the_clinics_clocks(store: Store) -> None:
    house = house_at(store, datetime(2026, 7, 1, 6, tzinfo=UTC), None)
    call(store, 1, datetime(2026, 6, 30, 23, 30, tzinfo=UTC), 60)  # half past midnight on the 1st of July
    call(store, 2, datetime(2026, 6, 30, 22, 30, tzinfo=UTC), 60)
    assert forecast(house).used["minute_in"] == 1


def test_the_owner_is_told_once_a_day_while_it_is_above_the_figure(store: Store) -> None:
    house = house_at(store, FIFTEENTH, 1)
    assert not spending.look(house.line)
    call(store, 1, FIFTEENTH - timedelta(hours=1), 60, texts=40)
    assert spending.look(house.line) and not spending.look(house.line)
    assert house.rows("SELECT reader, template FROM outbox WHERE template = 'spending'") == [
        {"reader": "ana", "template": "spending"}
    ]
    house.clock.move(24 * 3600)
    assert spending.look(house.line)
    house.line.store.close()


@pytest.fixture
def there() -> Iterator[Provider]:
    with provider() as made:
        yield made


def test_far_above_the_figure_an_urgent_text_goes_out_as_ever(store: Store, there: Provider) -> None:
    house = house_at(store, FIFTEENTH, 0.01)
    for number in range(3):
        call(store, 100 + number, FIFTEENTH - timedelta(hours=1), 3600, talked=3000, texts=50)
    assert forecast(house).total > 1000 * 0.01
    assert spending.look(house.line)
    emergency(house)
    assert texting.send(house.line, there.telephone) == 3  # two are on call; and the owner's alarm
    alarm = next(message.body for message in there.sent if "this month" in message.body)
    assert alarm.startswith("Rose Clinic: the line heads for GBP ") and "you set GBP 0." in alarm
    assert sum("told to ring 999" in message.body for message in there.sent) == 2
