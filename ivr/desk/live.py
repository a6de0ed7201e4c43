"""Pages that update by themselves: server-sent events, which desk.js listens to. Nothing needs them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

from flask import Response

BEAT = 1.0  # seconds between two looks; a browser that has gone is noticed no later
LONGEST = 15 * 60  # beats; then the browser asks again, and is checked again


def events(look: Callable[[], str], beat: float = BEAT, most: int = LONGEST) -> Response:
    """Return a stream that sends what `look` returns when it changes: a token that changes as the page would.

    `look` is called each beat, in another thread and outside the request: it can't use flask.g or request.
    The bridge allows only so many streams at once; a browser that gets none goes on without.
    """

    def stream() -> Iterator[bytes]:
        never, last = threading.Event(), None
        for _ in range(most):
            found = look()
            # A comment when nothing is new: writing is how one learns that the browser has gone.
            yield b": still here\n\n" if found == last else f"data: {found}\n\n".encode()
            last = found
            never.wait(beat)

    return Response(stream(), mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
