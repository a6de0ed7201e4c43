"""What the entries make of the tables, in whatever order they come."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.storage import Entry, Store, attempts, calls, messages, outbox, pages
from tests.storage.lines import CALL, CALLER, OTHER, at, entry, page_opened, started, turn, whole

WHOLE_CALL = [
    started(),
    turn(1),
    entry("path", "p", 1, path="symptom"),
    turn(2),
    entry("sign", "s", 2, gate="concern.skin", sign="skin colour", how="silence"),
    entry("disposition", "d", 3, disposition="clinician_now"),
    page_opened(second=3),
    entry("promised", "pr", 4, promise="two_hours", disposition="two_hours", due=whole(600)),
    entry("unanswered", "u", 5, group="on_call"),
    turn(6),
    entry("hung_up", "h", 7, step="main.s6"),
    entry("call_ended", "e", 8, status="completed", duration=8),
]


def tables(store: Store) -> dict[str, list[dict[str, Any]]]:
    with store.read() as conn:
        return {
            name: [dict(row) for row in conn.execute(f"SELECT * FROM {name} ORDER BY 1, 2")]
            for name in ("calls", "signs", "pages", "promises", "attempts", "messages", "outbox")
        }


def test_a_call_is_told_by_its_tables(store: Store) -> None:
    store.record(WHOLE_CALL)
    found = tables(store)
    call = found["calls"][0]
    assert call | {"call": CALL, "caller": CALLER, "path": "symptom", "disposition": "clinician_now"} == call
    assert call | {"state": "ended", "status": "completed", "duration": 8, "hung_up": 1} == call
    assert call | {"last_step": "main.s7", "started_at": whole(0), "ended_at": whole(8)} == call
    page = found["pages"][0]
    assert page | {"state": "open", "caller_gone": 1, "unanswered_at": whole(5)} == page
    assert page["signs"] == '["skin colour"]'
    assert found["signs"][0]["how"] == "silence"
    assert found["promises"][0]["due_at"] == whole(600)


@settings(max_examples=40)
@given(order=st.permutations(WHOLE_CALL), cuts=st.lists(st.integers(1, 4), max_size=6), data=st.data())
def test_the_order_of_arrival_does_not_matter(
    order: list[Entry], cuts: list[int], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        with Store(Path(one)) as expected, Store(Path(two)) as store:
            expected.record(WHOLE_CALL)
            left = list(order)
            for size in cuts:
                store.record(left[:size])
                left = left[size:]
            store.record(left)
            store.record(order)  # and all of it once more
            wanted, found = tables(expected), tables(store)
            # A page that came after its own "unanswered" only lacks the time of that.
            wanted["pages"][0].pop("unanswered_at"), found["pages"][0].pop("unanswered_at")
            assert found == wanted


def test_a_second_page_changes_nothing(store: Store) -> None:
    store.record([started(), page_opened()])
    store.record([entry("page_opened", "again", 9, disposition="same_day", signs=[])])
    with store.read() as conn:
        (page,) = pages.open_pages(conn)
    assert (page["disposition"], page["opened_at"]) == ("clinician_now", whole(5))


def test_attempts_follow_their_legs(store: Store) -> None:
    store.record([started(), entry("ringing", "r0", 1, group="on_call", legs=("ana",), ring=0)])
    store.record([entry("leg_status", "l1", 2, leg="ana", leg_sid="CAa", status="ringing", sequence=1)])
    store.record([entry("leg_status", "l3", 9, leg="ana", leg_sid="CAa", status="completed", sequence=3)])
    store.record([entry("leg_status", "l2", 3, leg="ana", leg_sid="CAa", status="in-progress", sequence=2)])
    store.record([entry("whisper", "w", 4, leg="ana", leg_sid="CAa")])
    store.record([entry("accept", "k", 5, leg="ana", leg_sid="CAa", digit="2", result="passed_on")])
    store.record([entry("ring_ended", "re", 9, group="on_call", legs=["ana"], outcome="passed_on")])
    store.record([entry("ringing", "r1", 10, group="on_call", legs=["ana", "ben"], ring=1)])
    with store.read() as conn:
        first, ana, ben = attempts.of_call(conn, CALL)
    assert (first["status"], first["outcome"], first["result"]) == ("completed", "passed_on", "passed_on")
    assert (first["answered_at"], first["ended_at"], first["leg_sid"]) == (whole(3), whole(9), "CAa")
    assert (ana["ring"], ana["leg_sid"], ana["outcome"]) == (1, None, None)
    assert ben["leg"] == "ben"


def test_one_text_for_each_reader(store: Store) -> None:
    readers = ["ana", "ben"]
    text = entry(
        "text", "x", 3, template="not_taken", to="on_call", readers=readers, urgent=True, words={"due": "4"}
    )
    store.record(
        [started(), text, entry("text", "y", 4, template="safety_net", to="caller", readers="caller")]
    )
    with store.read() as conn:
        rows = outbox.of_call(conn, CALL)
    assert [(row["reader"], row["urgent"], row["due_at"]) for row in rows] == [
        ("ana", 1, whole(3)),
        ("ben", 1, whole(3)),
        ("caller", 0, whole(4)),
    ]
    assert rows[0]["words"] == '{"due": "4"}'
    store.record([entry("text_sent", "s", 5, outbox=rows[0]["id"], sid="SM1")])
    store.record([entry("text_failed", "f", 5, outbox=rows[1]["id"], why="refused")])
    with store.read() as conn:
        assert [row["state"] for row in outbox.of_call(conn, CALL)] == ["sent", "failed", "queued"]


def test_calls_are_found_by_what_people_type(store: Store) -> None:
    store.record([started(), started(OTHER, second=60, caller="")])
    with store.read() as conn:
        newest, oldest = calls.latest(conn)
        assert (newest["call"], oldest["call"]) == (OTHER, CALL)
        ref = str(oldest["ref"])
        for typed in (CALL, ref, f" {ref.lower()} ", f"{ref[:3]}-{ref[3:]}"):
            row = calls.find(conn, typed)
            assert row is not None
            assert row["call"] == CALL
        assert calls.find(conn, "nobody") is None
        assert calls.latest(conn, 1)[0]["caller"] is None


def test_a_repeat_is_a_call_with_a_sign_from_this_number_within_the_window(store: Store) -> None:
    def repeat(since: int = 0, caller: str = CALLER) -> bool:
        with store.read() as conn:
            return calls.repeat(conn, caller, whole(since), OTHER)

    store.record([started(second=10)])
    assert not repeat()
    store.record([entry("disposition", "d0", 11, disposition="routine")])
    assert not repeat()
    store.record([entry("sign", "s", 12, gate="concern.skin", sign="skin colour", how="key")])
    assert repeat()
    assert not repeat(since=11)
    assert not repeat(caller="+447700900456")
    store.record([started(OTHER, 20), entry("disposition", "d", 21, OTHER, disposition="emergency")])
    assert not repeat(since=11)  # a call is no repeat of itself


def test_calls_that_went_silent(store: Store) -> None:
    store.record([started(), turn(30), started(OTHER, second=10)])
    with store.read() as conn:
        assert [row["call"] for row in calls.unended(conn, at(20))] == [OTHER]
        assert [row["call"] for row in calls.unended(conn, at(40))] == [OTHER, CALL]
    store.record([entry("call_ended", "e", 31, OTHER, status="completed", duration=3)])
    with store.read() as conn:
        assert [row["call"] for row in calls.unended(conn, at(40))] == [CALL]
        assert messages.of_call(conn, CALL) == []
