"""A process that follows what is published: what it takes in, what it can't, and how it is counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ivr import app
from ivr.line import publishing
from ivr.line.following import Following, behind
from tests.line.house import House
from tests.line.test_editions import FILES, NEW, OLD, changed, line, publish

__all__ = ["line"]  # the fixture


@pytest.fixture
def following(line: House) -> Iterator[Following]:
    made = Following(line.line, "worker 1")
    made.start()
    yield made
    made.close()


def test_who_has_taken_it_in_is_counted(line: House, following: Following) -> None:
    store = line.line.store
    assert behind(store, line.line.editions.live.number) == (["worker 1"], [])
    number = publish(store, changed(OLD, NEW))
    following.look()
    assert behind(store, number) == (["worker 1"], [])
    assert behind(store, number + 1) == ([], ["worker 1"])
    following.close()
    assert behind(store, number) == ([], [])


def test_one_that_was_killed_is_forgotten(line: House, following: Following) -> None:
    store = line.line.store
    following._held.close()  # as the kernel does
    assert behind(store, 0) == ([], [])
    assert line.rows("SELECT * FROM running") == []


def test_what_cannot_be_taken_in_is_told_once_and_shown_by_health(
    line: House, following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    client = app.pages(line.line).test_client()
    assert client.get("/health").get_json()["revision"] == FILES.revision
    publish(line.line.store, changed("owner: ana", "owner: nobody_at_all"))
    for _ in range(3):
        following.look()
    assert sum("can't be taken in" in record.message for record in caplog.records) == 1
    (alarm,) = line.rows("SELECT data FROM journal WHERE kind = 'alarm'")
    assert "can't be taken in" in str(alarm["data"])
    ill = client.get("/health")
    assert ill.status_code == 503 and ill.get_json()["revision"] == FILES.revision
    publish(line.line.store, changed(OLD, NEW))
    following.look()
    assert client.get("/health").status_code == 200
    assert client.get("/health").get_json()["revision"] == changed(OLD, NEW).revision


def test_a_database_that_cannot_be_written_stops_nothing(line: House, following: Following) -> None:
    number = publish(line.line.store, changed(OLD, NEW))
    line.line.store.cut()
    following.look()
    assert line.line.editions.live.number == number  # taken in, though it can't say so yet
    assert line.line.store.mend()
    following.look()
    assert behind(line.line.store, number) == (["worker 1"], [])


def test_a_refusal_is_journalled_without_what_it_quotes(line: House) -> None:
    publishing.refuse(line.line, "abc", "publish", ["/etc/clinic/config.yaml:12: Ana Marlow: wrong."])
    (noted,) = line.rows("SELECT data FROM journal WHERE kind = 'refused'")
    assert '"places":["config.yaml:12"]' in str(noted["data"]) and "Ana" not in str(noted["data"])
    assert line.rows("SELECT reader, template FROM outbox") == [{"reader": "ana", "template": "alarm"}]
