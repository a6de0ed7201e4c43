"""How a call story is staged, and what goes wrong around it: the modes in which each story runs again."""

from __future__ import annotations

import difflib
import logging
import re
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from ivr.cli.stage import Stage
from ivr.cli.story_stage import StoryStage
from ivr.exchange import story
from ivr.exchange.records import ENDED
from ivr.exchange.switches import Switches
from ivr.exchange.transcript import EXCHANGE, TEXT
from ivr.exchange.webhooks import Request
from ivr.storage import calls, journal

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config.yaml"
REFERENCE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{6}\b")  # of a call: it follows from the sid, which modes change
FULL_NUMBER = re.compile(r"(?:\+|%2B|\b0)\d{9,}")
# Errors that belong to a database that is gone, and what its owner is then told.
DRILL = ("the key alone decided", "the database can't be written")
ALARM = "the line needs a person"
# The first webhook of a call, and the last.
BEGINS, ENDS = ("/voice", "/errand"), ("/status", "/errand-status")

Trouble = Callable[[Stage], Callable[[Request], None]]


@dataclass(frozen=True)
class Mode:
    """One way of playing a story. `trouble` makes the hook that runs before each webhook."""

    switches: Callable[[Switches], Switches] = lambda switches: switches
    trouble: Trouble | None = None
    database: bool = True


def _restarts(stage: Stage) -> Callable[[Request], None]:
    return lambda request: stage.restart() if stage.up else None


def _cut_from_second(stage: Stage) -> Callable[[Request], None]:
    """The database is gone from the second webhook of each call on, until that call has ended.

    Calls that come in, and those that the line makes: a phone that doesn't answer is one webhook, and no cut.
    """
    live: set[str] = set()

    def over(call: str) -> None:
        live.discard(call)
        if not live and stage.up:
            stage.app.line.store.mend()

    def before(request: Request) -> None:
        path = urlsplit(request.url).path
        if not stage.up:
            return
        if path in ENDS:
            if request.call in live:
                over(request.call)
        elif request.call in live:
            stage.app.line.store.cut()
        elif path in BEGINS:
            live.add(request.call)

    def look() -> None:
        for call in [call for call in live if stage.exchange.book.calls[call].status in ENDED]:
            over(call)  # and nobody was told

    stage.exchange.every(1, look)
    return before


MODES = {
    "plain": Mode(),
    "twice": Mode(lambda switches: replace(switches, duplicates="second")),
    "reversed": Mode(lambda switches: replace(switches, status_order="reversed")),
    "restarted": Mode(trouble=_restarts),
    # Without the record, the provider's word for the bridge has to be there: neither is known of no call.
    "unwritable": Mode(
        lambda switches: replace(switches, dial_bridged_sent=True), _cut_from_second, database=False
    ),
}


@dataclass(frozen=True)
class Played:
    """What came of a story: all that wasn't as it should be, and the journal of each of its calls."""

    problems: list[str]
    calls: tuple[Sequence[journal.Line], ...]

    def lines(self, kind: str) -> list[journal.Line]:
        return [line for call in self.calls for line in call if line.kind == kind]


Once = Callable[[Path], Played]


def play(path: Path, mode: Mode, data: Path, logs: Sequence[logging.LogRecord]) -> Played:
    """Play the story in a file. logs: what is logged meanwhile."""
    told = story.read(path)
    told = replace(told, switches=mode.switches(told.switches))
    if not mode.database and told.unwritable is not None:
        told = replace(told, **vars(told.unwritable))
    with StoryStage(told, CONFIG, data) as stage:
        if mode.trouble is not None:
            stage.exchange.before_webhook.append(mode.trouble(stage))
        story.play(told, stage.exchange)
        heard, strange = len(stage.exchange.transcript), len(stage.exchange.unexpected)
        if not mode.database:
            stage.app.line.store.mend()
            stage.exchange.run(60)
            del stage.exchange.unexpected[strange:]  # phones that the story says nothing of are rung by then
        found = list(_compare(told, stage, mode, heard))
        with stage.app.line.store.read() as conn:
            if not journal.verify(conn).ok:
                found.append("the journal's chain is broken")
            kept = tuple(calls.story(conn, row["call"]) for row in calls.latest(conn))
        # A GET is for the fallback, hosted elsewhere: there the provider puts all of it in the address.
        posts = [request.url for request in stage.exchange.requests if request.method == "POST"]
        found += [f"a number in a URL: {url}" for url in posts if FULL_NUMBER.search(url)]
        found += [f"a number in a text: {t.body}" for t in stage.exchange.texts if FULL_NUMBER.search(t.body)]
    allowed = (*told.errors, *(() if mode.database else DRILL))
    for record in logs:
        text = record.getMessage() + (str(record.exc_text) if record.exc_text else "")
        if FULL_NUMBER.search(text):
            found.append(f"a number in a log line: {text}")
        if record.levelno >= logging.ERROR and not any(part in text for part in allowed):
            found.append(f"an error was logged: {text}")
    return Played(found, kept)


def _compare(told: story.Story, stage: Stage, mode: Mode, lines: int) -> list[str]:
    """What differs from the story. In trouble, texts may go out later: just who got what is compared.

    lines: of the transcript, when the story was over.
    """
    exchange = stage.exchange
    if mode == MODES["plain"]:
        return story.check(told, exchange)
    heard = [str(line).rstrip() for line in exchange.transcript[:lines] if line.who != TEXT]
    expected = textwrap.dedent(told.expect or "").strip("\n").splitlines()
    expected = [line.rstrip() for line in expected if line.split()[1:2] != [TEXT]]
    # What is wrong with the line, and belongs to the story, may be met at other webhooks.
    heard, expected = (
        [line for line in some if not (EXCHANGE in line and any(part in line for part in told.errors))]
        for some in (heard, expected)
    )
    heard = textwrap.dedent("\n".join(heard)).splitlines()
    found = list(difflib.unified_diff(expected, heard, "expected", "found", n=2, lineterm=""))
    found += [what for what in exchange.unexpected if not any(part in what for part in told.errors)]
    texts = [text for text in exchange.texts if mode.database or ALARM not in text.body]
    sent = sorted((text.to, REFERENCE.sub("REF", text.body)) for text in texts)
    wanted = sorted((to, REFERENCE.sub("REF", says)) for to, says in told.texts)
    if sent != wanted:
        found.append(f"texts sent: {sent}; expected: {wanted}")
    return found
