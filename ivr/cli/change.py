"""A change of what is live, from a command: judged here, stored, and taken in by the processes that run."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import Problems

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.config.source import Source
    from ivr.line.answer import Line
    from ivr.line.publishing import How
    from ivr.storage import Store

_LOOK = 0.1  # seconds


@dataclass(frozen=True)
class Change:
    """What a command works on: the store of a line that was started before, and the line as it is live."""

    store: Store
    line: Line

    def judge(self, source: Source, how: How) -> Config:
        """Return the config of `source`, if it may go live.

        Raises Problems, or Refused, when it may not; the owner has been told then.
        """
        from ivr.cli.judged import Refused, judged
        from ivr.yamlfile import BadInput

        now, around = self.line.clock.now(), self.line.config.environment
        try:
            config, flows = source.whole(around, now=now)
        except BadInput as bad:
            wrong = [str(problem) for problem in bad.problems if problem.level == "error"]
            self.refuse(source.revision, how, wrong)
            raise Problems(bad.problems) from None
        if wrong := [*self._fixed(source, config), *judged(config, flows, now)]:
            self.refuse(source.revision, how, wrong)
            raise Refused(wrong)
        return config

    def files(self) -> str:
        """Return the revision that the files held when something was published last."""
        from ivr.storage import revisions

        with self.store.read() as conn:
            row = revisions.live(conn)
        return str(row["files"]) if row else ""

    def refuse(self, revision: str, how: How, wrong: Sequence[str]) -> None:
        from ivr.line import publishing

        publishing.refuse(self.line, revision, how, wrong)

    def publish(self, source: Source, files: str, how: How) -> int:
        """Make `source` live, and return the publication's number."""
        from ivr.cli.begin import who
        from ivr.line import publishing

        return publishing.publish(self.store, source, files, how, who(), self.line.clock.now())

    def taken_in(self, number: int, seconds: float) -> str:
        """Wait until all processes of the line have taken a publication in, and say which.

        Errors: click.ClickException when some haven't after so many seconds.
        """
        from ivr.line.following import behind

        pause = threading.Event()
        end = time.monotonic() + seconds
        while True:
            have, lack = behind(self.store, number)
            if not lack:
                break
            if time.monotonic() > end:
                raise click.ClickException(
                    f"it is published, but {_listed(lack)} did not take it in within {seconds:g} s."
                    " Look at the line's log and at /health."
                )
            pause.wait(_LOOK)
        if not have:
            return "No line is running on this data folder: it will begin with this."
        return f"Taken in by {_listed(have)}."

    def _fixed(self, source: Source, config: Config) -> Iterator[str]:
        """What a running line can't change."""
        from ivr.line.following import behind

        if config.clinic.number != self.line.config.clinic.number and any(behind(self.store, 0)):
            yield (
                f"{source.file}: clinic.number can't be changed while the line runs, since the provider"
                " has to be changed with it. Set up the new number's webhooks there, then restart the line."
            )


@contextmanager
def change() -> Iterator[Change]:
    """Open what a command may change. Nothing of the environment is needed but IVR_DATA.

    Errors: click.ClickException when no line was ever started on this data folder, or it can't be used.
    """
    from ivr.clock import SystemClock
    from ivr.config.environment import environment
    from ivr.line.answer import Line
    from ivr.line.edition import stored
    from ivr.storage import StorageError, Store, revisions
    from ivr.yamlfile import BadInput

    around, found = environment(os.environ, serving=False)
    if found:
        raise Problems(found)
    if not (path := around.data / "line.db").is_file():
        raise click.ClickException(
            f"no line was started yet: there is no {path}. Start `ivr serve`, or set IVR_DATA."
        )
    try:
        with Store(around.data) as store:
            with store.read() as conn:
                row = revisions.live(conn)
            if row is None:
                raise click.ClickException("nothing is live yet. `ivr serve` publishes the files by itself.")
            try:
                config, flows = stored(store, row["revision"]).whole(around)
            except (BadInput, LookupError) as error:
                raise click.ClickException(
                    f"what is live can't be loaded ({error}). Restart the line: it publishes the files."
                ) from None
            yield Change(store, Line(config, flows, store, SystemClock(), row["number"]))
    except StorageError as error:
        raise click.ClickException(str(error)) from None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]
