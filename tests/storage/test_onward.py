"""News of texts only move a text forward; texts that waited together become one."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.storage import Entry, Store, onward, outbox
from ivr.storage.refs import reference
from tests.storage.lines import CALL, OTHER, entry, whole
from tests.storage.test_outbox import claim, put, states

WAY = ["accepted", "queued", "sending", "sent"]


def sent(store: Store, key: str = "a", urgent: bool = True, sid: str = "SM1") -> int:
    put(store, key, urgent)
    (row,) = claim(store, 0)
    store.record([entry("text_sent", f"sent {key}", 1, outbox=row["id"], sid=sid, contact="ana text")])
    return int(row["id"])


def news(row: int, status: str, sid: str = "SM1", second: int = 2) -> Entry:
    key = f"n {row} {sid} {status}"
    return entry("text_status", key, second, outbox=row, sid=sid, status=status, contact="ana text")


def one(store: Store, row: int) -> dict[str, object]:
    with store.read() as conn:
        return dict(conn.execute("SELECT * FROM outbox WHERE id = ?", (row,)).fetchone())


@settings(max_examples=30)
@given(
    order=st.permutations(WAY),
    last=st.sampled_from(["delivered", "undelivered", "failed"]),
    place=st.integers(0, 4),
)
def test_whatever_order_they_come_in_the_last_word_stands(order: list[str], last: str, place: int) -> None:
    with tempfile.TemporaryDirectory() as data, Store(Path(data)) as store:
        row = sent(store)
        for status in [*order[:place], last, *order[place:], "delivered", "undelivered"]:
            store.record([news(row, status)])
        assert (one(store, row)["delivery"], one(store, row)["state"]) == (last, "sent")


def test_news_of_a_text_of_unknown_outcome_settle_it(store: Store) -> None:
    put(store, "a", urgent=True)
    (row,) = claim(store, 0)
    store.write(lambda conn: outbox.later(conn, row["id"], whole(5), "no answer", unknown=True))
    store.record([news(row["id"], "sent")])
    assert one(store, row["id"])["state"] == "sent"
    assert claim(store, 60) == []  # it isn't sent again
    store.record([entry("text_failed", "late", 3, outbox=row["id"], why="given up")])
    assert one(store, row["id"])["state"] == "sent"


def test_of_a_text_that_went_out_twice_the_other_copy_counts_only_if_it_arrived(store: Store) -> None:
    row = sent(store, sid="SM2")
    store.record([news(row, "undelivered", sid="SM1")])
    assert one(store, row)["delivery"] is None
    store.record([news(row, "delivered", sid="SM1")])
    assert one(store, row)["delivery"] == "delivered"


def test_an_urgent_text_that_did_not_arrive_is_stranded_until_another_stands_in_for_it(store: Store) -> None:
    row, plain = sent(store), sent(store, "b", urgent=False, sid="SM9")
    store.record([news(row, "undelivered"), news(plain, "undelivered", sid="SM9")])
    with store.read() as conn:
        assert [found["id"] for found in onward.stranded(conn)] == [row]
    again = entry("text_again", "g", 3, outbox=row, reader="ana", contact="ana mail", channel="mail", why="x")
    store.record([again])
    store.record([again])
    with store.read() as conn:
        assert onward.stranded(conn) == []
        assert onward.tried(conn, conn.execute("SELECT * FROM outbox WHERE id = ?", (row,)).fetchone()) == {
            "ana text",
            "ana mail",
        }
    assert claim(store, 60) == []
    (mail,) = store.write(lambda conn: outbox.claim(conn, whole(60), channel="mail"))
    assert (mail["contact"], mail["urgent"], mail["root"]) == ("ana mail", 1, row)


def test_texts_that_waited_together_become_one_that_names_them_all(store: Store) -> None:
    for key, call in (("a", CALL), ("b", OTHER), ("c", CALL)):
        store.write(
            lambda conn, key=key, call=call: outbox.put(  # type: ignore[misc]
                conn, key=key, reader="ana", template="summary", words={}, call=call,
                due_at=whole(0), urgent=True,
            )  # fmt: skip
        )
    put(store, "later", due=300)
    with store.read() as conn:
        (pile,) = onward.piles(conn, whole(10))
    ids = [row["id"] for row in pile]
    assert len(ids) == 3
    store.record([entry("texts_merged", "m", 20, call="", outboxes=ids, reader="ana", template="summary")])
    (digest,) = claim(store, 30)
    assert (digest["template"], digest["urgent"]) == ("waiting", 1)
    assert json.loads(digest["words"]) == {"of": "summary", "each": [reference(CALL), reference(OTHER)]}
    assert states(store)["a"] == "merged"


def test_a_text_that_is_being_sent_is_not_put_together_with_others(store: Store) -> None:
    put(store, "a")
    put(store, "b")
    rows = [row["id"] for row in claim(store, 0)]
    assert store.write(lambda conn: onward.merge(conn, rows, whole(1))) == 0
    assert set(states(store).values()) == {"sending"}
