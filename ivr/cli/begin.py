"""What a line begins with: its files, if they were changed since they were last published; else what is live.

So a rollback outlives a restart, and a change that is refused keeps no line from starting that ran before it.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.cli.setting import Problems

if TYPE_CHECKING:
    import sqlite3

    from ivr.config import Config, Environment
    from ivr.config.source import Source
    from ivr.flow.model import Flows
    from ivr.storage import Store
    from ivr.yamlfile import Problem


@dataclass(frozen=True)
class Told:
    """What a process begins with. number: of the publication; 0: nothing was published yet.

    said   lines that must be said loudly
    """

    config: Config
    flows: Flows
    number: int = 0
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Written:
    """What the files on disk come to: `whole`, or what is wrong with them."""

    around: Environment
    source: Source | None
    whole: tuple[Config, Flows] | None
    problems: Sequence[Problem] = ()


def written(file: Path) -> Written:
    """Read the files and this process's environment, for serving.

    Raises Problems for a mistake in the environment, and for one in the files when nothing is live that could
    be served in their place.
    """
    from ivr.config.environment import environment
    from ivr.config.source import read_source
    from ivr.yamlfile import BadInput

    around, found = environment(os.environ, serving=True)
    source = whole = None
    problems: Sequence[Problem] = ()
    try:
        source = read_source(file)
        whole = source.whole(around, found, serving=True)
    except BadInput as bad:
        problems = bad.problems if source is not None else (*bad.problems, *found)
    if whole is None and (found or not (around.data / "line.db").exists()):
        raise Problems(problems)
    return Written(around, source, whole, problems)


def begin(files: Written) -> Told:
    """Publish the files if they were changed since the last time, and return what is live then.

    Raises Problems, or Refused, when there is nothing that may be served; StorageError.
    """
    from ivr.cli.judged import Refused, judged
    from ivr.clock import SystemClock
    from ivr.line import publishing
    from ivr.storage import Store

    now = SystemClock().now()
    with Store(files.around.data) as store:
        row = _live(store)
        before = _loaded(store, row, files, now)
        if files.source is not None and files.whole is not None:
            if before is not None and row is not None and row["files"] == files.source.revision:
                return before
            wrong = judged(*files.whole, now)
            if not wrong:
                revision = files.source.revision
                number = publishing.publish(store, files.source, revision, "start", who(), now)
                return Told(*files.whole, number)
        else:
            wrong = [str(problem) for problem in files.problems if problem.level == "error"]
        if before is None:
            raise Problems(files.problems) if files.problems else Refused(wrong)
        return _in_place(store, before, files, wrong)


def current(file: Path) -> Told:
    """Return what is live; what the files say, if nothing was ever published. Nothing is published.

    Raises Problems; StorageError.
    """
    from ivr.clock import SystemClock
    from ivr.storage import Store

    files = written(file)
    with Store(files.around.data) as store:
        found = _loaded(store, _live(store), files, SystemClock().now())
    if found is not None:
        return found
    if files.whole is None:
        raise Problems(files.problems)
    return Told(*files.whole)


def who() -> str:
    """The login name of whoever runs this."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _live(store: Store) -> sqlite3.Row | None:
    from ivr.storage import revisions

    with store.read() as conn:
        return revisions.live(conn)


def _loaded(store: Store, row: sqlite3.Row | None, files: Written, now: datetime) -> Told | None:
    """What is live, loaded; None when nothing is, or it can't be loaded any more."""
    from ivr.line.edition import stored
    from ivr.yamlfile import BadInput

    if row is None:
        return None
    said: tuple[str, ...] = ()
    if files.source is not None and files.source.revision != row["revision"]:
        held = files.source.revision
        said = (f"NOT THE FILES: revision {row['revision']} is live, the files hold {held}.",)
    elif files.whole is not None:
        return Told(*files.whole, row["number"])
    try:
        config, flows = stored(store, row["revision"]).whole(files.around, serving=True, now=now)
    except (BadInput, LookupError):
        return None
    return Told(config, flows, row["number"], said)


def _in_place(store: Store, before: Told, files: Written, wrong: Sequence[str]) -> Told:
    """Begin with what was live before, and have the owner told."""
    from ivr.clock import SystemClock
    from ivr.line import publishing
    from ivr.line.answer import Line

    line = Line(before.config, before.flows, store, SystemClock(), before.number)
    publishing.refuse(line, files.source.revision if files.source else "-", "start", wrong)
    live = before.flows.revision
    said = (*wrong, f"REFUSED: the files may not go live. Revision {live} is served, as before.")
    return Told(before.config, before.flows, before.number, said)
