"""Pages that update by themselves: server-sent events, which desk.js listens to. Nothing needs them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from flask import Response

from ivr.desk import visitor
from ivr.line.answer import Line
from ivr.storage import StoreUnavailable, sessions

BEAT = 1.0  # seconds between two looks; a browser that has gone is noticed no later
CHECK = 3  # beats between two looks at whether who listens is still logged in
LONGEST = 15 * 60  # beats; then the browser asks again
OVER = "logged out"  # the last that is sent to such a browser: it asks for the page again, and learns why


def events(line: Line, look: Callable[[], str], beat: float = BEAT, most: int = LONGEST) -> Response:
    """Return a stream that sends what `look` returns when it changes: a token that changes as the page would.

    It ends soon after whoever asks now is logged out, or has another role. `look` is called each beat, in
    another thread and outside the request: it can't use flask.g or request.
    The bridge allows only so many streams at once; a browser that gets none goes on without.
    """
    inside = _inside(line)

    def stream() -> Iterator[bytes]:
        never, last = threading.Event(), None
        for turn in range(most):
            if turn % CHECK == 0 and not inside():
                yield f"data: {OVER}\n\n".encode()
                return
            found = look()
            # A comment when nothing is new: writing is how one learns that the browser has gone.
            yield b": still here\n\n" if found == last else f"data: {found}\n\n".encode()
            last = found
            never.wait(beat)

    return Response(stream(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})


def _inside(line: Line) -> Callable[[], bool]:
    """Return what tells whether who asks now is logged in, in the same role. Nothing readable: they stay."""
    token, role = visitor.token(line), visitor.member().role

    def inside() -> bool:
        try:
            with line.store.read() as conn:
                found = sessions.find(conn, token, line.clock.now())
        except StoreUnavailable:
            return True
        return found is not None and found[0].role == role

    return inside
