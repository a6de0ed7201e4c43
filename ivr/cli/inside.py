"""What `ivr doctor` can see on this machine: environment, disk, database, rota, signatures, stamps."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.finding import Finding

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.flow.model import Flows
    from ivr.storage.stamps import Stamp

ROOM = 500 * 2**20  # bytes free: below it, a busy week of recordings may fill the disk
AHEAD = timedelta(weeks=8)
SOON = timedelta(weeks=4)  # a review that is due by then is told of
_OPTIONAL = ("TWILIO_AUTH_TOKEN_NEXT", "TWILIO_API_URL", "IVR_PING_URL", "IVR_SMTP_URL", "IVR_DATA")


def environment(env: Mapping[str, str]) -> Iterator[Finding]:
    """Which variables are set, never to what."""
    from ivr.config.environment import VARIABLES

    for name in VARIABLES:
        if env.get(name) or env.get(f"{name}_FILE"):
            yield Finding(f"{name} is set")
        elif name not in _OPTIONAL:
            yield Finding(f"{name} is not set", "Set it in the service's environment: see the runbook")
    if env.get("TWILIO_API_URL"):
        yield Finding("TWILIO_API_URL aims the line at a stand-in", "Unset it on the real line", note=True)


def disk(data: Path) -> Iterator[Finding]:
    """Room, and that nobody else may read."""
    if not data.is_dir():
        yield Finding(f"there is no {data}", "Start `ivr serve` once, or set IVR_DATA")
        return
    free = shutil.disk_usage(data).free
    cure = "" if free >= ROOM else "Make room: without it, what happens is kept in memory alone"
    yield Finding(f"{free // 2**20} MB free for {data}", cure)
    kept = (data, data / "line.db", data / "spill.jsonl", data / "recordings")
    loose = [str(path) for path in kept if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    if loose:
        yield Finding(f"others may get at {', '.join(loose)}", f"chmod -R go= {data}")
    else:
        yield Finding(f"{data} is closed to others")


def database(data: Path) -> Iterator[Finding]:
    """The file is sound, of this version, and its journal as it was written."""
    import click

    from ivr.cli.kept import kept
    from ivr.storage.journal import verify

    try:
        with kept(data) as conn:
            sound = str(conn.execute("PRAGMA quick_check(1)").fetchone()[0])
            cure = "" if sound == "ok" else "Stop the line, keep the file, and put back the last backup"
            yield Finding(f"the database's file: {sound}", cure)
            found = verify(conn)
            if found.ok:
                yield Finding(f"the journal holds: {found.entries} lines")
            else:
                yield Finding(f"the journal doesn't hold: {found.problem}", "See `ivr verify`")
    except click.ClickException as error:
        yield Finding("the database can't be used", error.format_message())
    except sqlite3.Error as error:
        yield Finding(f"the database can't be read: {error}", "Put back the last backup")


def rota(config: Config, now: datetime) -> Iterator[Finding]:
    """Somebody is on call now and for eight weeks, and never only one."""
    from ivr.rota.local import minute
    from ivr.rota.rota import chain_at, gaps

    table, zone = config.rota_table(), config.clinic.zone
    chain = chain_at(table, now)
    cure = "" if chain else "Put somebody on call in `rota`: only the owner is rung"
    yield Finding(f"{len(chain)} on call now", cure)
    thin = gaps(table, now, now + AHEAD)
    for gap in thin[:5]:
        who = "only one person is" if gap.chain else "nobody is"
        what = f"{who} on call from {minute(gap.starts, zone)} until {minute(gap.ends, zone)}"
        yield Finding(what, "Put a second into the chain", note=bool(gap.chain))
    if len(thin) > 5:
        yield Finding(f"and {len(thin) - 5} more such times", "See `ivr rota --days 56`", note=True)
    if not thin:
        yield Finding("two or more are on call at every hour of the next 8 weeks")
    for hunt, group in config.groups.items():
        phones = {number for ring in config.rings(hunt, now) for number in map(config.number_of, ring)}
        if len(phones) == 1:
            cure = "Give it a second phone: a flat battery is enough"
            yield Finding(f"group {hunt} rings a single phone now", cure, note=not group.rota)


def signatures(config: Config, flows: Flows, now: datetime) -> Iterator[Finding]:
    """A clinician has signed the wording as it is now, and its review is not due."""
    from ivr.flow.signing import State, signature, signature_date
    from ivr.rota.local import wall

    today = wall(now, config.clinic.zone).date()
    for name, flow in sorted(flows.flows.items()):
        found, due = signature(flow, today), signature_date(flow.signed.review_by)
        if found.state is State.UNSIGNED and not flow.signed.by:
            cure = "Have a clinician read and sign it"
            yield Finding(f"nobody has signed the wording of {name}", cure, note=config.line.rehearsal)
        elif found.state is State.OVERDUE:
            yield Finding(f"the review of {name} is overdue", "Have a clinician review and sign it")
        elif not found.holds:
            cure = "Have a clinician read it, and `ivr sign` it"
            yield Finding(f"{name} is not signed: {found.says}", cure)
        elif due is not None and due < today + SOON:
            yield Finding(f"the review of {name} is due on {due}", "Ask the clinician who signed", note=True)
        else:
            yield Finding(f"{name} is signed, to be reviewed by {due}")
    if config.line.rehearsal:
        yield Finding("rehearsal is on", "Set line.rehearsal to false before patients ring", note=True)


def reports(config: Config) -> Iterator[Finding]:
    """The week's figures can be mailed to whoever is to get them."""
    from ivr.line.weekly import unsent

    for person in config.reports.to:
        if why := unsent(config, person):
            cure = f"Put it right, or take {person} out of reports.to"
            yield Finding(f"no report is mailed to {person}: {why}", cure)
        else:
            yield Finding(f"{person} is mailed the report each {config.reports.day.capitalize()}")


def _failing(name: str, stamp: Stamp, left: bool) -> Finding:
    """What fails, with the cure. left: recordings wait at the provider, so that theirs matters."""
    from ivr.line.watch import DOWNLOADS

    what, cure = f"{name} fails since {stamp.failing_since} ({stamp.why})", "See the runbook"
    if name == DOWNLOADS:
        cure = (
            "Messages wait at the provider. HTTP 401 or 403: look at TWILIO_AUTH_TOKEN, and at what the"
            " account may do with recordings. They are asked for again each half minute"
        )
        return Finding(what, cure, note=not left)
    return Finding(what, cure)


def stamps(data: Path, now: datetime) -> Iterator[Finding]:
    """The jobs do their work, and the provider takes our requests."""
    from ivr.clock import from_iso
    from ivr.line.intervals import EVERY, limit
    from ivr.storage import messages
    from ivr.storage import stamps as kept
    from ivr.storage.connection import reader

    path = data / "line.db"
    if not path.is_file():
        return
    conn = reader(path)
    try:
        found = kept.every(conn)
        left = messages.waiting(conn)
    except sqlite3.Error:
        return  # of another version: said already
    finally:
        conn.close()
    late = [
        name
        for name in EVERY
        if name not in found
        or not found[name].at
        or now - from_iso(found[name].at) > timedelta(seconds=limit(name))
    ]
    if late:
        yield Finding(f"not done lately: {', '.join(late)}", "Is `ivr serve` running? Its log says why")
    else:
        yield Finding("every job has done its work lately")
    for name, stamp in found.items():
        if stamp.failing_since:
            yield _failing(name, stamp, left)
