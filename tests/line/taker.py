"""A process of its own, for tests of two that take a page at once: python taker.py FOLDER CALL WHAT.

hold   it takes the page in a transaction that it doesn't end until a line comes on standard input
take   it takes the page as the desk does

What came of it is printed.
"""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from ivr.line import outcome
from tests.line.house import house


def main(folder: Path, call: str, what: str) -> None:
    with house(folder) as made:
        if what == "take":
            print(outcome.take(made.line, call, "ben"), flush=True)
            return

        def work(conn: sqlite3.Connection) -> str:
            at = "2026-11-24T02:11:00.000Z"
            result = outcome.accept(made.line, conn, call, "ben", "CAben", "ben", at)
            print("holding", flush=True)
            sys.stdin.readline()
            return result

        print(made.line.store.write(work), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
