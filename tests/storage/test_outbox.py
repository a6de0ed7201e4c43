"""The outbox: urgent texts and patients' at least once, the others at most once, none past its deadline."""

from __future__ import annotations

import sqlite3
import tempfile
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from ivr.storage import Store, outbox
from tests.storage.lines import CALL, whole


def put(store: Store, key: str, urgent: bool = False, due: int = 0, deadline: int | None = None) -> bool:
    return store.write(
        lambda conn: outbox.put(
            conn,
            key=key,
            reader="ana",
            template="summary",
            words={"due": "4 this afternoon"},
            call=CALL,
            due_at=whole(due),
            deadline=None if deadline is None else whole(deadline),
            urgent=urgent,
        )
    )


def claim(store: Store, now: int, most: int = 20) -> list[sqlite3.Row]:
    return store.write(lambda conn: outbox.claim(conn, whole(now), most))


def states(store: Store) -> dict[str, str]:
    with store.read() as conn:
        return {row["key"]: row["state"] for row in outbox.of_call(conn, CALL)}


def test_the_same_text_twice_is_one_row(store: Store) -> None:
    assert put(store, "a")
    assert not put(store, "a", urgent=True)
    assert [row["urgent"] for row in claim(store, 0)] == [0]


def test_what_is_due_is_claimed_once_urgent_first(store: Store) -> None:
    put(store, "later", due=60)
    put(store, "plain", due=0)
    put(store, "pressing", urgent=True, due=5)
    assert [row["key"] for row in claim(store, 4)] == ["plain"]
    assert [row["key"] for row in claim(store, 60)] == ["pressing", "later"]
    assert claim(store, 60) == []


def test_a_sender_that_died_is_followed_for_urgent_texts_only(store: Store) -> None:
    put(store, "plain")
    put(store, "pressing", urgent=True)
    assert len(claim(store, 0)) == 2
    assert claim(store, 19) == []
    (again,) = claim(store, 20)
    assert (again["key"], again["tries"]) == ("pressing", 2)
    (lost,) = store.write(lambda conn: outbox.expire(conn, whole(20)))
    assert (lost["key"], lost["state"], lost["last_error"]) == ("plain", "failed", outbox.UNKNOWN)


def test_a_text_is_not_sent_after_its_deadline(store: Store) -> None:
    put(store, "a", deadline=30)
    assert claim(store, 30) == []
    (row,) = store.write(lambda conn: outbox.expire(conn, whole(30)))
    assert (row["key"], row["state"]) == ("a", "expired")
    assert store.write(lambda conn: outbox.expire(conn, whole(30))) == []


def test_outcomes_are_final_except_for_later(store: Store) -> None:
    for key in "abc":
        put(store, key)
    first, second, third = (row["id"] for row in claim(store, 0))
    assert store.write(lambda conn: outbox.sent(conn, first, "SM1"))
    assert not store.write(lambda conn: outbox.sent(conn, first, "SM2"))
    assert not store.write(lambda conn: outbox.failed(conn, first, "too late"))
    assert store.write(lambda conn: outbox.failed(conn, second, "unreachable"))
    assert store.write(lambda conn: outbox.later(conn, third, whole(50), "busy"))
    assert states(store) == {"a": "sent", "b": "failed", "c": "queued"}
    assert claim(store, 49) == []
    assert [row["key"] for row in claim(store, 50)] == ["c"]


def test_two_schedulers_never_claim_the_same_row(tmp_path: Path) -> None:
    with Store(tmp_path) as one, Store(tmp_path) as two:
        for number in range(60):
            put(one, str(number), urgent=number % 2 == 0)
        got: list[str] = []

        def drain(store: Store) -> None:
            while rows := claim(store, 0, most=4):
                got.extend(row["key"] for row in rows)

        threads = [threading.Thread(target=drain, args=(store,)) for store in (one, two, one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(got) == 60
    assert max(Counter(got).values()) == 1


class Sending(RuleBasedStateMachine):
    """Senders that die, answers that never come, time that passes: what the provider is asked to send."""

    rows = Bundle("rows")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = Store(Path(self.folder.name))
        self.now = datetime(2026, 11, 24, 2, tzinfo=UTC)
        self.count = 0
        self.asked: Counter[str] = Counter()  # key → times handed to the provider
        self.allowed: Counter[str] = Counter()  # key → times it said "not sent, try again"
        self.late: set[str] = set()

    def teardown(self) -> None:
        # Nothing is stuck: hours later each row is over, or it can be claimed.
        self.now += timedelta(hours=9)
        self.expire()
        self.store.write(lambda conn: outbox.claim(conn, self.time(), 10_000))
        with self.store.read() as conn:
            for row in conn.execute("SELECT * FROM outbox WHERE state NOT IN ('sent', 'failed', 'expired')"):
                assert row["claimed_until"] > self.time()
        self.store.close()
        self.folder.cleanup()

    def time(self, seconds: int = 0) -> str:
        return (self.now + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    @rule(urgent=st.booleans(), lives=st.none() | st.integers(1, 300))
    def queue(self, urgent: bool, lives: int | None) -> None:
        self.count += 1
        key = f"{'urgent' if urgent else 'plain'} {self.count}"
        deadline = None if lives is None else self.time(lives)
        self.store.write(
            lambda conn: outbox.put(
                conn, key=key, reader="ana", template="told", words={}, call=CALL,
                due_at=self.time(), deadline=deadline, urgent=urgent,
            )
        )  # fmt: skip

    @rule(target=rows)
    def claim(self) -> object:
        rows = self.store.write(lambda conn: outbox.claim(conn, self.time(), 3))
        for row in rows:
            self.asked[row["key"]] += 1
            assert row["deadline"] is None or row["deadline"] > self.time()
        return multiple(*((row["id"], row["key"]) for row in rows))

    @rule(row=rows)
    def sent(self, row: tuple[int, str]) -> None:
        self.store.write(lambda conn: outbox.sent(conn, row[0], "SM1"))

    @rule(row=rows, wait=st.integers(0, 90))
    def not_sent(self, row: tuple[int, str], wait: int) -> None:
        if self.store.write(lambda conn: outbox.later(conn, row[0], self.time(wait))):
            self.allowed[row[1]] += 1

    @rule(row=rows)
    def refused(self, row: tuple[int, str]) -> None:
        self.store.write(lambda conn: outbox.failed(conn, row[0], "refused"))

    @rule(seconds=st.integers(1, 120))
    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule()
    def expire(self) -> None:
        self.store.write(lambda conn: outbox.expire(conn, self.time()))

    @invariant()
    def plain_texts_go_out_once(self) -> None:
        for key, times in self.asked.items():
            assert key.startswith("urgent") or times <= 1 + self.allowed[key]


Sending.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestSending = Sending.TestCase
