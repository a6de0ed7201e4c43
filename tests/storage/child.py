"""A process of its own, for the tests that need one: python child.py WHAT FOLDER [NAME].

Each entry that record() called durable is named on standard output.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from pathlib import Path

from ivr.storage import Store
from tests.storage.lines import turn


def write(store: Store, name: str, count: int, threads: int = 4) -> None:
    """Record `count` entries in each of some threads, as fast as it goes."""

    def work(thread: int) -> None:
        for number in range(count):
            call = f"{name}-{thread}"
            if store.record([turn(number, call, second=number % 60)]):
                os.write(1, f"{call} t{number}\n".encode())  # one write: whole lines, whoever dies

    workers = [threading.Thread(target=work, args=(thread,)) for thread in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def spill(store: Store, name: str, count: int) -> None:
    store.cut()
    write(store, name, count)


def die_before_deleting(folder: Path) -> None:
    """Take the spill file in; be killed when it is all in the journal, at the deletion of the file."""

    def watch(event: str, args: tuple[object, ...]) -> None:
        if event == "os.remove" and str(args[0]).endswith(".taking"):
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(watch)
    Store(folder)


def fill_disk(folder: Path) -> None:
    """Let no file grow beyond what the database has now, record, then let them grow again."""
    with Store(folder) as store:
        write(store, "before", 10, 1)
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        full = max(file.stat().st_size for file in folder.glob("line.db*"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (full, hard))
        write(store, "full", 25, 2)
        print("writable" if store.writable() else "not writable", flush=True)
        with store.read() as conn:  # reading goes on
            print("calls", conn.execute("SELECT count(*) FROM calls").fetchone()[0], flush=True)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        print("mended" if store.mend() else "not mended", flush=True)
        write(store, "after", 10, 1)


def main(what: str, folder: Path, name: str = "") -> None:
    if what == "die-before-deleting":
        die_before_deleting(folder)
    elif what == "fill-disk":
        fill_disk(folder)
    else:
        with Store(folder) as store:
            if what == "write":
                write(store, name, 100)
            elif what == "write-for-ever":
                write(store, name, 10**9)
            elif what == "spill":
                spill(store, name, 50)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
