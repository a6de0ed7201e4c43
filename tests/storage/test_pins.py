"""PINs: right, wrong, and held up; and the throttle that they share with log-ins."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.storage import Store, passwords, pins, throttle

NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
LATER = timedelta(seconds=1)


def test_a_pin_is_right_or_wrong_and_is_not_kept(store: Store) -> None:
    pins.put(store, "ana", "493817", NOW)
    assert pins.check(store, "ana", "493817", NOW) == "right"
    assert pins.check(store, "ana", "493818", NOW) == "wrong"
    assert pins.check(store, "ben", "493817", NOW) == "wrong"  # has none: nobody is told that
    with store.read() as conn:
        assert "493817" not in str([tuple(row) for row in conn.execute("SELECT * FROM pins")])
    assert pins.remove(store, "ana") and not pins.remove(store, "ana")
    assert pins.check(store, "ana", "493817", NOW) == "wrong"


def test_somebody_without_a_pin_costs_a_hash_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []

    def matches(kept: str | None, text: str) -> bool:
        asked.append(kept)
        return False

    monkeypatch.setattr(passwords, "matches", matches)
    assert pins.check(store, "nobody", "1", NOW) == "wrong"
    assert asked == [None]


def test_guesses_are_held_up_longer_each_time_and_never_for_good(store: Store) -> None:
    pins.put(store, "ana", "493817", NOW)
    at = NOW
    assert [pins.check(store, "ana", "000000", at) for _ in range(4)] == ["wrong"] * 3 + ["throttled"]
    assert pins.check(store, "ana", "493817", at) == "throttled"  # not even looked at
    at += timedelta(seconds=30)
    assert pins.check(store, "ana", "000000", at) == "wrong"
    assert pins.check(store, "ana", "493817", at + timedelta(seconds=59)) == "throttled"
    assert pins.check(store, "ana", "493817", at + timedelta(seconds=60)) == "right"
    assert pins.check(store, "ana", "000000", at + timedelta(seconds=60)) == "wrong"  # counted anew


def test_guesses_at_once_get_no_more_than_one_after_the_other(store: Store) -> None:
    allowed: list[bool] = []
    pace = throttle.Pace(free=3, first=30, longest=900)

    def guess() -> None:
        allowed.append(store.write(lambda conn: throttle.may_try(conn, "pin:ana", pace, NOW)))

    threads = [threading.Thread(target=guess) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 3


@given(pauses=st.lists(st.integers(0, 2000), max_size=30))
def test_no_wait_is_longer_than_the_longest(pauses: list[int]) -> None:

    conn = sqlite3.connect(":memory:")
    conn.row_factory = sqlite3.Row
    conn.execute("CREATE TABLE tries (what TEXT PRIMARY KEY, tries INTEGER, last_at TEXT, free_at TEXT)")
    pace, at = throttle.Pace(free=2, first=5, longest=600), NOW
    for pause in pauses:
        throttle.may_try(conn, "x", pace, at)
        at += timedelta(seconds=pause)
    assert throttle.may_try(conn, "x", pace, at + timedelta(seconds=600))
    conn.close()


def test_old_tries_are_forgotten(store: Store) -> None:
    pace = throttle.Pace(free=1, first=60, longest=900)
    assert store.write(lambda conn: throttle.may_try(conn, "x", pace, NOW))
    later = NOW + throttle.FORGOTTEN + LATER
    assert store.write(lambda conn: throttle.may_try(conn, "x", pace, later))
    assert store.write(lambda conn: throttle.forget(conn, later)) == 0
    assert store.write(lambda conn: throttle.forget(conn, later + throttle.FORGOTTEN)) == 1


@pytest.mark.parametrize(
    "pin", ["", "12345", "123456789", "12345a", "111111", "123456", "987654", "٤٩٣٨١٧", "121212"]
)
def test_a_pin_that_is_easily_guessed_is_not_taken(store: Store, pin: str) -> None:
    with pytest.raises(ValueError):
        pins.put(store, "ana", pin, NOW)


@pytest.mark.parametrize(
    ("password", "says"),
    [
        ("short", "shorter than 12"),
        ("a" * 201, "longer"),
        ("aaaaaaaaaaaaaa", "guessed"),
        ("joejoejoejoe", "guessed"),
    ],
)
def test_a_password_that_is_easily_guessed_is_not_taken(password: str, says: str) -> None:
    assert says in passwords.fault(password, "joe")
    assert passwords.fault("four words in a row", "joe") == ""
