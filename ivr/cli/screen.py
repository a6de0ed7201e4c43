"""What is printed: fit for a screen that patients may see past. No phone number gets through."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import click

from ivr.logs import masked
from ivr.rota.local import wall


def say(text: str = "", err: bool = False) -> None:
    """Print one line: numbers masked, and nothing in it that could steer a terminal."""
    click.echo("".join(sign if sign.isprintable() else " " for sign in masked(text)), err=err)


def say_json(value: object) -> None:
    """Print a value as JSON, for other programs; numbers masked."""
    click.echo(masked(json.dumps(value, indent=2, ensure_ascii=False)))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows in columns as wide as their longest cell."""
    lines = [heads, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    for line in lines:
        say("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def day(at: datetime, zone: str) -> str:
    """ "Tue 24 Nov 2026", by the clocks of `zone`."""
    there = wall(at, zone)
    return f"{there:%a} {there.day} {there:%b %Y}"


def length(seconds: int) -> str:
    """ "1:52" minutes and seconds."""
    return f"{seconds // 60}:{seconds % 60:02}"
