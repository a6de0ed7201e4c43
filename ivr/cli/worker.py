"""What each web worker runs: the line, built once in that process."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING

from ivr import app, logs
from ivr.cli.ending import when_orphaned, when_told
from ivr.line.following import Following

if TYPE_CHECKING:
    from ivr.cli.begin import Told
    from ivr.telephony.rsgi import Front

log = logging.getLogger(__name__)

# So many new objects come before the collector looks at them: what a webhook leaves is gone without it.
_YOUNG = 20_000

TOO = 2.0  # seconds in which the parent tells us of a signal that has met us both: it may be forking

# What is left of the process's environment: it held secrets, which nothing has any business with from now on.
_KEPT = frozenset({"HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ"})


def application(told: Told, parent: int) -> Front:
    """Build the line for this worker process, and return what answers its requests.

    told     what was live when the parent began: a worker that is started again reads no file that was edited
             meanwhile, but takes in what was published
    parent   the process id without which this one ends
    """
    # A terminal's signals go to the parent too, which then ends us in order.
    signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # in place of the parent's handler, which we inherited
    ending = Ending(parent)
    when_told(ending.end, signal.SIGTERM)
    logs.set_up()
    try:
        line = app.build(told.config, told=told.flows, number=told.number)
        following = Following(line.line, f"worker {os.getpid()}")
        following.start()
    except Exception:
        log.critical("a worker can't start", exc_info=True)
        sys.exit(1)
    Finalize(None, ending.await_parent, exitpriority=0)  # the last
    Finalize(None, line.close, exitpriority=1)
    Finalize(None, following.close, exitpriority=2)  # before it
    when_orphaned(parent, partial(os.kill, os.getpid(), signal.SIGTERM))
    for name in os.environ.keys() - _KEPT:
        del os.environ[name]
    front = line.rsgi(ending.begun)
    ending.first = front.end
    # What is there by now stays: the collector need not walk through it again and again, while callers wait.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG)
    return front


class Ending:
    """Lets the server finish what it was asked, at the first signal. granian hangs when it is told twice."""

    def __init__(self, parent: int) -> None:
        self._parent, self._told_by = parent, parent
        self.first: Callable[[], object] = lambda: None  # streams would never end by themselves
        self._loop = -1

    def begun(self) -> None:
        """Note the pipe by which the event loop hears of signals. In the loop's thread, the main one."""
        self._loop = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(self._loop, warn_on_full_buffer=False)

    def end(self, sender: int) -> None:
        """Have the loop call the server's handler, as if the signal had reached it. In any thread."""
        self._told_by = sender
        if self._loop == -1:  # it has yet to begin
            os._exit(1)
        self.first()
        os.write(self._loop, bytes([signal.SIGTERM]))

    def await_parent(self) -> None:
        """Let the parent tell us too, if others told all of us: or it would think that we have failed."""
        if self._told_by != self._parent:
            signal.sigtimedwait([signal.SIGTERM], TOO)
