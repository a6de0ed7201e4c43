"""What updates by itself: a line when something is new, and a sign of life when nothing is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.desk import live
from ivr.desk.room import Room
from tests.desk.desk import Desk


def watched(desk: Desk, look: Callable[[], str], most: int = 60) -> None:
    """Add a page that updates by itself, without waiting between two looks."""
    room = Room("watched", "desk")
    room.add_url_rule("/watched/events", "events", lambda: live.events(desk.line, look, 0, most))
    desk.pages.register_blueprint(room)


def test_a_stream_tells_what_is_new_once(desk: Desk) -> None:
    seen = iter(["a", "a", "b"])
    watched(desk, lambda: next(seen), most=3)
    answer = desk.as_("joe", "desk").get("/desk/watched/events")
    assert answer.text == "data: a\n\n: still here\n\ndata: b\n\n"
    assert answer.mimetype == "text/event-stream"


@pytest.mark.parametrize("how", ["out", "elsewhere", "role", "disabled", "idle"])
def test_a_stream_ends_within_some_beats_of_the_log_out(desk: Desk, how: str) -> None:
    watched(desk, lambda: "a")
    ana, joe = desk.as_("ana", "owner", "ana"), desk.as_("joe", "desk")
    answer = joe._client.get("/desk/watched/events", base_url="https://line.example")
    stream = iter(answer.response)
    assert next(stream) == b"data: a\n\n"
    assert {next(stream) for _ in range(10)} == {b": still here\n\n"}
    if how == "out":
        joe.post("/desk/logout")
    elif how == "idle":
        desk.clock.move(3601)
    else:
        path = {"elsewhere": "logout", "role": "role", "disabled": "disable"}[how]
        ana.post(f"/desk/people/joe/{path}", role="clinician")
    told = list(stream)
    assert told[-1] == b"data: logged out\n\n" and len(told) <= live.CHECK


def test_a_stream_goes_on_while_the_record_cannot_be_read(desk: Desk) -> None:
    watched(desk, lambda: "a", most=2 * live.CHECK)
    joe = desk.as_("joe", "desk")
    stream = iter(joe._client.get("/desk/watched/events", base_url="https://line.example").response)
    next(stream)
    desk.line.store.close()
    assert len(list(stream)) == 2 * live.CHECK - 1


def test_listening_does_not_keep_a_session_alive(desk: Desk) -> None:
    watched(desk, lambda: "a", most=1)
    joe = desk.as_("joe", "desk")
    for _ in range(3):
        desk.clock.move(1100)
        assert joe.get("/desk/watched/events", Accept="text/event-stream").status_code == 200
    desk.clock.move(400)
    assert joe.get("/desk/watched/events", Accept="text/event-stream").status_code == 302
