"""What a process is told from outside: signals, or the death of its parent."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

_LOOK = 0.5  # seconds


def when_told(act: Callable[[int], object], *signals: int) -> None:
    """Call `act` once, from a thread of its own, at the first of `signals`; later ones change nothing.

    It is given the process id of whoever told us; 0 is the kernel, for a terminal say.

    Call it from the main thread, before others begin. A handler would run between any two steps of the main
    thread, also within itself, and one that sets an Event can then wait for itself for ever. That isn't rare:
    a service manager signals every process, and our parent then signals us again.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)

    def wait() -> None:
        act(signal.sigwaitinfo(signals).si_pid)

    threading.Thread(target=wait, name="signals", daemon=True).start()


def each_time_told(act: Callable[[], object], number: int) -> None:
    """Call `act` at each signal `number`, from a thread of its own; signals that come meanwhile are one.

    Call it from the main thread, before others begin, with `number` blocked already if when_told was called
    before: its thread would else be met by this signal.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {number})

    def wait() -> None:
        while True:
            signal.sigwait({number})
            act()

    threading.Thread(target=wait, name="signal", daemon=True).start()


def has_terminal() -> bool:
    """Whether this process has a terminal by which it could be ended."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def when_orphaned(parent: int, act: Callable[[], object]) -> None:
    """Call `act` once, from a thread of its own, when process `parent` is no longer our parent.

    It may have been killed without a word.
    """

    def watch() -> None:
        never = threading.Event()
        while os.getppid() == parent:  # an orphan is given another parent at once
            never.wait(_LOOK)
        act()

    threading.Thread(target=watch, name="parent", daemon=True).start()
