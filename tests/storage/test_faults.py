"""Contact faults: counted per number, enough of them switch it off; forgotten when it works or is another."""

from __future__ import annotations

import pytest

from ivr.storage import Entry, Store, faults
from ivr.storage.entry import JSON
from tests.storage.lines import CALL, at, entry


def fail(store: Store, second: int, contact: str = "ana text", enough: int = 2, mark: str = "m1") -> None:
    data: dict[str, JSON] = {"contact": contact, "source": "text", "enough": enough, "code": 30003}
    assert store.record(
        [Entry(at(second), CALL, "contact_failed", f"f{second} {contact}", data, {"mark": mark})]
    )


def off(store: Store) -> set[str]:
    with store.read() as conn:
        found = faults.off(conn)
        assert all(faults.is_off(conn, contact) for contact in found)
        return found


def test_enough_failures_in_a_row_switch_a_contact_off(store: Store) -> None:
    fail(store, 1)
    assert off(store) == set()
    fail(store, 2)
    assert off(store) == {"ana text"}
    fail(store, 3, "ben text", enough=1)
    assert off(store) == {"ana text", "ben text"}


def test_the_same_failure_told_twice_is_one(store: Store) -> None:
    fail(store, 1)
    fail(store, 1)
    assert off(store) == set()


def test_what_works_between_two_failures_makes_them_two_first_ones(store: Store) -> None:
    fail(store, 1, "ana phone 2")
    store.record([entry("leg_status", "s", 2, leg="ana/1", leg_sid="L", status="in-progress", sequence=2)])
    fail(store, 3, "ana phone 2")
    assert off(store) == set()


def test_a_phone_that_is_answered_though_it_is_off_is_used_again(store: Store) -> None:
    fail(store, 1, "ana phone 1", enough=1)
    store.record([entry("leg_status", "s", 2, leg="ana", leg_sid="L", status="busy", sequence=2)])
    assert off(store) == {"ana phone 1"}
    store.record([entry("leg_status", "t", 3, leg="ana", leg_sid="L", status="in-progress", sequence=3)])
    assert off(store) == set()


def test_failures_of_an_earlier_number_do_not_count(store: Store) -> None:
    fail(store, 1, mark="old")
    fail(store, 2, mark="new")
    assert off(store) == set()
    fail(store, 3, mark="new")
    assert off(store) == {"ana text"}
    fail(store, 4, mark="newer")
    assert off(store) == set()


def test_it_is_told_of_once_and_switched_on_by_hand(store: Store) -> None:
    fail(store, 1, enough=1)
    with store.read() as conn:
        assert [row["contact"] for row in faults.untold(conn)] == ["ana text"]
    store.record([entry("contact_off", "o", 2, contact="ana text")])
    with store.read() as conn:
        assert faults.untold(conn) == []
    store.record([entry("contact_on", "n", 3, contact="ana text", by="staff")])
    assert off(store) == set()


def test_no_number_and_no_mark_is_in_the_journal(store: Store) -> None:
    fail(store, 1, mark="a-mark")
    with store.read() as conn:
        (data,) = conn.execute("SELECT data FROM journal WHERE kind = 'contact_failed'").fetchone()
    assert "a-mark" not in data


@pytest.mark.parametrize(
    ("leg", "contact"),
    [
        ("ana", "ana phone 1"),
        ("ana/1", "ana phone 2"),
        ("reception/0", "reception phone 1"),
        ("staff/joe", "staff/joe phone 1"),
    ],
)
def test_legs_have_names_that_people_use(leg: str, contact: str) -> None:
    assert faults.phone(leg) == contact
