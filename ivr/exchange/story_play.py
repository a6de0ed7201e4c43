"""Plays a story on an exchange, compares what came of it, and writes it back into the file."""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ivr.exchange.caller import Caller, Item
from ivr.exchange.exchange import Exchange

if TYPE_CHECKING:  # story.py offers these functions beside what it reads
    from ivr.exchange.story import Story


def play(story: Story, exchange: Exchange) -> str:
    """Play a story to its end and return the transcript, a line each.

    The exchange has one number, and was made with HandClock(story.at) and story.switches. What the caller was
    to do and could not is among the exchange's `unexpected`. Errors: ValueError for no or several numbers.
    """
    numbers = [number.phone_number for number in exchange.book.numbers.values()]
    if len(numbers) != 1:
        raise ValueError(f"a story needs an exchange with one number, and this has {len(numbers)}")
    exchange.names.update(story.names)
    exchange.others(story.others)
    for number, people in story.phones.items():
        exchange.phone(number, *people)
    for number, code in story.refused.items():
        exchange.book.refuse(number, code)
    if story.outage is not None:
        begins, lasts = story.outage
        exchange.later(story.beforehand + begins, partial(_fail, exchange))
        exchange.later(story.beforehand + begins + lasts, exchange.rest.faults.clear)
    exchange.run(story.beforehand)
    _call(exchange, story.from_, numbers[0], story.caller)
    for again in story.again:
        exchange.run(again.after)
        same = again.from_ == story.from_
        who = "" if same else exchange.names.get(again.from_, "somebody else")
        _call(exchange, again.from_, numbers[0], again.caller, f"{_span(again.after)} later", who)
    exchange.run(story.afterwards)
    return "".join(f"{line}\n" for line in exchange.transcript)


def _fail(exchange: Exchange) -> None:
    exchange.rest.faults.fail_rest("", times=sys.maxsize)


def _call(
    exchange: Exchange, from_: str, to: str, items: Sequence[Item], later: str = "", who: str = ""
) -> None:
    """Let a call be made and end. who: rings, if that isn't the first caller."""
    caller = Caller(*items)
    call = exchange.dial(from_, to, caller)
    if later:
        exchange.note(f"is {who}, {later}" if who else f"rings again, {later}", call)
    exchange.run()
    exchange.unexpected.extend(caller.problems)
    exchange.unexpected.extend(f"the call was over before the caller's {item}" for item in caller.left)


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 2:
        return f"{seconds:g} seconds"
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"


def check(story: Story, exchange: Exchange) -> list[str]:
    """Return how what happened differs from what the story expects; nothing when all is as it should be."""
    problems = []
    heard = [str(line) for line in exchange.transcript]
    if story.expect is None:
        problems.append("the story has no `expect` yet")
    else:
        problems += _differences(_lines(story.expect), _lines("\n".join(heard)))
    texts = [(message.to, message.body) for message in exchange.texts]
    if texts != list(story.texts):
        expected = [f"text to {to}: {says}" for to, says in story.texts]
        problems += _differences(expected, [f"text to {to}: {says}" for to, says in texts])
    problems += [
        f"unexpected: {what}"
        for what in exchange.unexpected
        if not any(allowed in what for allowed in story.errors)
    ]
    return problems


def _lines(text: str) -> list[str]:
    parts = [line.strip().partition(" ") for line in text.strip().splitlines()]
    return [f"{seconds:>4} {rest}" for seconds, _, rest in parts]


def _differences(expected: list[str], found: list[str]) -> list[str]:
    lines = difflib.unified_diff(expected, found, "expected", "found", n=2, lineterm="")
    return [line for line in lines if not line.startswith("@@")]


def rewrite(path: Path, transcript: str, texts: Sequence[tuple[str, str]]) -> None:
    """Put a transcript and the texts, as (to, body), into a story file; all else in it stays as it is."""
    block = "".join(f"  {line}\n" for line in transcript.splitlines())
    content = _replace(path.read_text(encoding="utf-8"), "expect", f"expect: |2\n{block}")
    sent = [f'  - to: "{to}"\n    says: {json.dumps(says, ensure_ascii=False)}\n' for to, says in texts]
    content = _replace(content, "texts", "texts:\n" + "".join(sent) if sent else "texts: []\n")
    path.write_text(content, encoding="utf-8")


def _replace(content: str, name: str, block: str) -> str:
    """Replace a field at the left margin, up to the next one; put it at the end if it isn't there."""
    found = re.search(rf"^{name}:.*\n?(?:[ \t]+.*\n?|\n(?=[ \t]))*", content, re.MULTILINE)
    if found is None:
        return content.rstrip("\n") + "\n" + block
    return content[: found.start()] + block + content[found.end() :]
