"""Who takes a page: one person, once, and nobody is told otherwise."""

from __future__ import annotations

import threading
from collections import Counter
from pathlib import Path

import pytest

from ivr.storage import Store, pages
from tests.storage.lines import CALL, at, entry, page_opened, started, whole


def take(store: Store, leg: str, sid: str, second: int = 9) -> str:
    return store.write(lambda conn: pages.accept(conn, CALL, leg, sid, leg.partition("/")[0], at(second)))


def page(store: Store) -> dict[str, object]:
    with store.read() as conn:
        row = pages.get(conn, CALL)
    assert row is not None
    return dict(row)


def is_open(store: Store) -> bool:
    with store.read() as conn:
        return [row["page"] for row in pages.open_pages(conn)] == [CALL]


def test_the_first_takes_it_and_hears_so_twice(store: Store) -> None:
    store.record([started(), page_opened()])
    assert is_open(store)
    assert take(store, "ana/1", "CAa") == "taken"
    assert take(store, "ana/1", "CAa") == "same"  # the webhook came twice
    assert take(store, "ben", "CAb") == "other"
    assert take(store, "ana", "CAa2") == "other"  # her other phone, in another hand
    assert not is_open(store)
    taken = page(store)
    assert (taken["accepted_by"], taken["accepted_leg"], taken["accepted_at"]) == ("ana", "ana/1", whole(9))


@pytest.mark.parametrize("processes", [1, 2])
def test_of_many_at_once_exactly_one_takes_it(tmp_path: Path, processes: int) -> None:
    stores = [Store(tmp_path) for _ in range(processes)]
    stores[0].record([started(), page_opened()])
    heard: list[str] = []
    ready = threading.Barrier(24)

    def press(number: int) -> None:
        ready.wait()
        heard.append(take(stores[number % processes], f"p{number}", f"CA{number}"))

    people = [threading.Thread(target=press, args=(number,)) for number in range(24)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert Counter(heard) == {"taken": 1, "other": 23}
    for store in stores:
        store.close()


def test_a_leg_lost_before_the_bridge_opens_it_again(store: Store) -> None:
    store.record([started(), page_opened()])
    take(store, "ana", "CAa")
    assert not store.write(lambda conn: pages.release(conn, CALL, "CAb"))
    assert store.write(lambda conn: pages.release(conn, CALL, "CAa"))
    assert is_open(store)
    assert take(store, "ben", "CAb") == "taken"


def test_a_ring_that_was_dropped_opens_it_again(store: Store) -> None:
    store.record([started(), page_opened(), entry("ringing", "r", 6, group="on_call", legs=["ana"], ring=0)])
    take(store, "ana", "CAa")
    dropped = entry("ring_ended", "re", 12, group="on_call", legs=["ana"], outcome="dropped")
    store.record([entry("accept", "k", 9, leg="ana", leg_sid="CAa", digit="1", result="taken"), dropped])
    assert is_open(store)


def test_a_page_that_opens_again_after_the_caller_went_is_marked(store: Store) -> None:
    store.record([started(), page_opened()])
    take(store, "ana", "CAa")
    store.record([entry("hung_up", "h", 10, step="concern.clinician_now")])
    assert page(store)["caller_gone"] == 0
    store.write(lambda conn: pages.release(conn, CALL, "CAa"))
    assert is_open(store)
    assert page(store)["caller_gone"] == 1


def test_a_closed_page_is_nobodys_to_take(store: Store) -> None:
    store.record([started(), page_opened()])
    assert store.write(lambda conn: pages.close(conn, CALL, at(20)))
    assert not store.write(lambda conn: pages.close(conn, CALL, at(21)))
    assert take(store, "ana", "CAa") == "other"
    assert page(store)["closed_at"] == whole(20)


def test_a_page_whose_opening_lies_in_the_spill_file_can_be_taken(store: Store) -> None:
    assert take(store, "ana", "CAa") == "taken"
    store.record([started(), page_opened()])
    late = page(store)
    assert (late["state"], late["accepted_by"], late["opened_at"]) == ("taken", "ana", whole(5))
    assert late["disposition"] == "clinician_now"


def test_a_key_pressed_while_the_database_was_gone_counts_later(store: Store) -> None:
    ringing = entry("ringing", "r", 6, group="on_call", legs=["ana/1"], ring=0)
    store.record([started(), page_opened(), ringing])
    store.record([entry("accept", "k", 9, leg="ana/1", leg_sid="CAa", digit="1", result="taken")])
    assert (page(store)["state"], page(store)["accepted_by"]) == ("taken", "ana")


def test_a_key_press_that_is_filed_late_does_not_take_a_page_that_was_dropped_since(store: Store) -> None:
    store.record([started(), page_opened(), entry("ringing", "r", 6, group="on_call", legs=["ana"], ring=0)])
    store.record([entry("ring_ended", "re", 12, group="on_call", legs=["ana"], outcome="dropped")])
    store.record([entry("accept", "k", 9, leg="ana", leg_sid="CAa", digit="1", result="taken")])
    assert is_open(store)


def test_a_caller_who_hangs_up_leaves_the_page_open_and_marked(store: Store) -> None:
    store.record([started(), page_opened(), entry("hung_up", "h", 7, step="concern.wait")])
    assert is_open(store)
    assert page(store)["caller_gone"] == 1


def test_a_taken_page_is_not_marked_when_the_call_ends(store: Store) -> None:
    store.record([started(), page_opened()])
    take(store, "ana", "CAa")
    store.record([entry("call_ended", "e", 300, status="completed", duration=300)])
    assert (page(store)["state"], page(store)["caller_gone"]) == ("taken", 0)
