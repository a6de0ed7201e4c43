"""How quickly the desk's pages answer with a long record: each page of the real application, by its address.

python -m bench.desk [CALLS]       1,000,000 without a number: some minutes, and 3 GB in the temporary folder
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from flask.testing import FlaskClient

from bench.years import make
from ivr import app
from ivr.storage import StoreUnavailable, journal, passwords, staff
from tests.line.house import PUBLIC, config

MOST_MS = 150.0
TIMES = 15  # each page is asked for so often, after once unmeasured
CALLS = 1_000_000
HERE = {"Sec-Fetch-Site": "same-origin"}
PASSWORD = "four words in a row"


@dataclass(frozen=True)
class Asked:
    """One page. form: what is posted, None for a page that is got."""

    name: str
    path: str
    form: dict[str, str] | None = None


def pages(line: app.App) -> Iterator[Asked]:
    """Yield what is asked for: the beginning of each list, far into it, and searches that find nothing."""
    with line.line.store.read() as conn:
        middle = conn.execute(
            "SELECT call, started_at FROM calls WHERE started_at >="
            " (SELECT substr(min(started_at), 1, 4) + 2 FROM calls) || '-06-15' ORDER BY started_at LIMIT 1"
        ).fetchone() or conn.execute("SELECT call, started_at FROM calls LIMIT 1").fetchone()
        said = conn.execute("SELECT ref, left_at, message FROM messages LIMIT 1").fetchone()
    far = f"{middle['started_at']} {middle['call']}"
    late = f"{middle['started_at']} RE{middle['call'][2:]}"
    day = str(middle["started_at"])[:10]

    def calls(**asked: str) -> str:
        return f"/desk/calls?{urlencode(asked)}"

    def messages(**asked: str) -> str:
        return f"/desk/messages?{urlencode(asked)}"

    yield Asked("now", "/desk/now")
    yield Asked("messages: to do", "/desk/messages")
    yield Asked("messages: all", "/desk/messages?show=all")
    yield Asked("messages: one box, far down", messages(show="all", box="general", before=late))
    yield Asked("messages: done, on a day", messages(show="done", day=day))
    yield Asked("messages: by reference", "/desk/messages", {"show": "all", "words": str(said["ref"])})
    yield Asked("messages: in no note", "/desk/messages", {"show": "all", "words": "zebra crossing"})
    yield Asked("calls", calls())
    yield Asked("calls: far down", calls(before=far))
    yield Asked("calls: a day", calls(day=day))
    yield Asked("calls: emergencies", calls(disposition="emergency"))
    yield Asked("calls: pages that wait", calls(became="open"))
    yield Asked("calls: sent to A and E, far down", calls(became="sent_to_ae", before=far))
    yield Asked("calls: both, found nowhere", calls(became="spoken_with", disposition="routine"))
    yield Asked("calls: all three, far down", calls(became="coming_in", disposition="emergency", before=far))
    yield Asked("a call's story", f"/desk/calls/{middle['call']}")
    yield Asked("calls: a day as a file", f"/desk/calls.csv?day={day}")
    yield Asked("the check of the record", "/desk/chain")
    yield Asked("reports: four weeks", "/desk/reports?weeks=4")
    yield Asked("reports: thirteen weeks", "/desk/reports?weeks=13")


def measure(client: FlaskClient, asked: Asked) -> tuple[float, float, int]:
    """Return (median, worst) in milliseconds, and how many bytes the page has."""
    took, size = list[float](), 0
    for turn in range(TIMES + 1):
        begun = time.perf_counter()
        if asked.form is None:
            answer = client.get(asked.path, base_url=PUBLIC)
        else:
            answer = client.post(asked.path, base_url=PUBLIC, data=asked.form, headers=HERE)
        size = len(answer.data)
        if turn:
            took.append(1000 * (time.perf_counter() - begun))
        if answer.status_code != 200:
            raise RuntimeError(f"{asked.path} answered {answer.status_code}")
    return median(took), max(took), size


def logged_in(line: app.App) -> FlaskClient:
    """Return a browser of a clinician's."""
    kept, now = passwords.hashed(PASSWORD), line.line.clock.now()
    line.line.store.write(lambda conn: staff.add(conn, "kim", "clinician", "chloe", "link", now))
    line.line.store.write(lambda conn: staff.accept(conn, "link", kept, now))
    client = line.pages.test_client()
    client.post("/desk/login", base_url=PUBLIC, data={"name": "kim", "password": PASSWORD}, headers=HERE)
    return client


def main() -> None:
    """Make the record, ask for each page, print the table."""
    count = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else CALLS
    with tempfile.TemporaryDirectory(prefix="ivr-bench-") as folder:
        data, begun = Path(folder), time.perf_counter()
        make(data, count)
        size = (data / "line.db").stat().st_size / 1e9
        made = time.perf_counter() - begun
        line = app.build(config(data))
        try:
            with line.line.store.read() as conn:
                last = conn.execute("SELECT max(seq) FROM journal").fetchone()[0]
            took = timedelta(seconds=int(made))
            print(f"{count:,} calls, {last:,} lines of the journal, {size:.1f} GB, made in {took}")
            client = logged_in(line)
            print(f"{'page':36} {'median ms':>9} {'worst ms':>9} {'kB':>6}")
            slowest = 0.0
            for asked in pages(line):
                middle, worst, length = measure(client, asked)
                slowest = max(slowest, middle)
                print(f"{asked.name:36} {middle:9.1f} {worst:9.1f} {length / 1000:6.0f}")
            held = "held  " if slowest < MOST_MS else "MISSED"
            print(f"  {held}  the slowest page takes {slowest:.0f} ms; {MOST_MS:.0f} may be")
            _check(line)
        finally:
            line.close()


def _check(line: app.App) -> None:
    begun = time.perf_counter()
    try:
        with line.line.store.read() as conn:
            found = journal.verify(conn)
    except StoreUnavailable as error:
        raise SystemExit(str(error)) from error
    took = time.perf_counter() - begun
    held = "held  " if found.ok else "MISSED"
    print(f"  {held}  the chain, checked in {took:.0f} s: {found.problem or 'whole'}")


if __name__ == "__main__":
    main()
