"""Messages: one for each recording, whichever webhook comes, in whatever order."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.storage import Entry, Store, messages
from tests.storage.lines import CALL, entry, started, whole


def left(key: str, second: int, recording: str = "", seconds: int = 12) -> Entry:
    return entry("message", key, second, box="booking", seconds=seconds, recording=recording)


def waiting(store: Store, now: int = 999) -> list[str]:
    with store.read() as conn:
        return [row["message"] for row in messages.to_fetch(conn, whole(now))]


@settings(max_examples=30)
@given(
    recordings=st.integers(1, 3),
    told=st.booleans(),
    lost=st.sets(st.sampled_from(["end 0", "end 1", "back 0", "back 2"])),
    draw=st.data(),
)
def test_as_many_messages_as_recordings(
    recordings: int, told: bool, lost: set[str], draw: st.DataObject
) -> None:
    """`told`: the webhook that ends a recording names it. `lost`: webhooks that never come."""
    ends = [left(f"end {n}", 10 + n, f"RE{n}" if told else "") for n in range(recordings)]
    backs = [left(f"back {n}", 20 + n, f"RE{n}") for n in range(recordings)]
    # One of the two may be lost, but a recording of which nobody ever tells can't be known here.
    arriving = [e for e in ends if e.key not in lost]
    arriving += [e for n, e in enumerate(backs) if e.key not in lost or ends[n] not in arriving]
    arriving = draw.draw(st.permutations(arriving))
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        store.record([started()])
        for one in arriving + arriving:
            store.record([one])
        with store.read() as conn:
            rows = messages.of_call(conn, CALL)
    named = [row["recording"] for row in rows if row["recording"]]
    assert len(named) == len(set(named))
    if told:
        assert len(rows) == recordings
    else:
        assert len(rows) == max(sum(e.key.startswith(kind) for e in arriving) for kind in ("end", "back"))


def test_a_message_is_fetched_kept_and_deleted_at_the_provider(store: Store) -> None:
    store.record([started(), left("m", 10, "RE1")])
    assert waiting(store, 9) == []
    assert waiting(store, 10) == ["RE1"]
    assert store.write(lambda conn: messages.later(conn, "RE1", whole(40)))
    assert waiting(store, 39) == []
    assert waiting(store, 40) == ["RE1"]
    store.record([entry("message_kept", "k", 41, recording="RE1", file="x.sealed", bytes=900)])
    assert waiting(store) == []
    assert not store.write(lambda conn: messages.later(conn, "RE1", whole(50)))
    with store.read() as conn:
        assert [row["recording"] for row in messages.to_delete(conn)] == ["RE1"]
    store.record([entry("message_deleted", "d", 42, recording="RE1")])
    with store.read() as conn:
        assert messages.to_delete(conn) == []
        row = messages.find(conn, "RE1")
    assert row is not None
    assert (row["state"], row["file"], row["provider_deleted_at"]) == ("kept", "x.sealed", whole(42))
    store.record([entry("message_deleted", "gone", 43, recording="RE1", where="line")])
    with store.read() as conn:
        row = messages.find(conn, "RE1")
    assert row is not None
    assert (row["state"], row["file"]) == ("deleted", None)


def test_a_message_without_a_sid_is_given_the_one_that_is_found(store: Store) -> None:
    store.record([started(), left("m", 10), left("n", 11, "RE2")])
    # RE2 was told of by the callback of the very message that had no sid yet.
    assert waiting(store) == [f"{CALL}:m"]
    store.record([left("o", 12)])
    (_, nameless) = waiting(store)
    assert not store.write(lambda conn: messages.adopt(conn, nameless, "RE2"))  # another one's
    assert store.write(lambda conn: messages.adopt(conn, nameless, "RE3"))
    assert not store.write(lambda conn: messages.adopt(conn, nameless, "RE4"))


def test_a_lost_message_says_why_and_may_still_turn_up(store: Store) -> None:
    store.record([started(), left("m", 10, "RE1")])
    store.record([entry("message_lost", "l", 50, recording="RE1", why="the provider has no such recording")])
    with store.read() as conn:
        row = messages.find(conn, "RE1")
    assert row is not None
    assert (row["state"], row["why"]) == ("lost", "the provider has no such recording")
    store.record([entry("message_kept", "k", 60, recording="RE1", file="x.sealed", bytes=9)])
    with store.read() as conn:
        row = messages.find(conn, "RE1")
    assert row is not None
    assert (row["state"], row["why"]) == ("kept", None)
