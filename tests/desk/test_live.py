"""What updates by itself: a line when something is new, and a sign of life when nothing is."""

from __future__ import annotations

from ivr.desk import live
from ivr.desk.room import Room
from tests.desk.desk import Desk


def test_a_stream_tells_what_is_new_once(desk: Desk) -> None:
    seen = iter(["a", "a", "b"])
    answer = live.events(lambda: next(seen), beat=0, most=3)
    told = [piece.decode() for piece in answer.response if isinstance(piece, bytes)]
    assert told == ["data: a\n\n", ": still here\n\n", "data: b\n\n"]
    assert answer.mimetype == "text/event-stream"


def test_listening_does_not_keep_a_session_alive(desk: Desk) -> None:
    room = Room("watched", "desk")
    room.add_url_rule("/watched/events", "events", lambda: live.events(lambda: "a", beat=0, most=1))
    desk.pages.register_blueprint(room)
    joe = desk.as_("joe", "desk")
    for _ in range(3):
        desk.clock.move(1100)
        assert joe.get("/desk/watched/events", Accept="text/event-stream").status_code == 200
    desk.clock.move(400)
    assert joe.get("/desk/watched/events", Accept="text/event-stream").status_code == 302
