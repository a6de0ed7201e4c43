"""`ivr forecast`: what the line costs this month, and will."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.setting import config_file, load

KINDS = {"text": "texts", "minute_in": "minutes of callers", "minute_out": "minutes of rung phones"}


@click.command(short_help="Say what the line has cost this month, and will by its end.")
@config_file
@click.option("--days", is_flag=True, help="Each day of this month too.")
@click.option("--json", "as_json", is_flag=True, help="For other programs.")
def forecast(file: Path, days: bool, as_json: bool) -> None:
    """Say what the line has cost this month, and will by its end.

    By the prices in config.yaml, and as if the rest of the month were like the last four weeks. Nothing is
    ever held back for it: above `warn_at` the owner is told, and that is all.

    \b
    ivr forecast
    ivr forecast --days
    """
    from ivr.cli.kept import kept
    from ivr.cli.screen import say, say_json, table
    from ivr.clock import SystemClock
    from ivr.line import spending

    config = load(file)
    with kept(config.environment.data) as conn:
        found = spending.forecast(conn, config, SystemClock().now())
    if as_json:
        say_json(
            {
                "month": f"{found.month:%Y-%m}",
                "currency": found.currency,
                "used": found.used,
                "expected": {kind: round(count, 1) for kind, count in found.expected.items()},
                "so_far": round(found.so_far, 2),
                "forecast": round(found.total, 2),
                "warn_at": config.spending.warn_at,
                "days": {str(day): counts for day, counts in found.days.items()},
            }
        )
        return
    rows = [
        (
            words,
            str(found.used[kind]),
            f"{found.used[kind] * found.prices[kind]:.2f}",
            f"{found.expected[kind]:.0f}",
            f"{found.expected[kind] * found.prices[kind]:.2f}",
        )
        for kind, words in KINDS.items()
    ]
    rows.append(("all", "", f"{found.so_far:.2f}", "", f"{found.total:.2f}"))
    table((f"{found.month:%B %Y}", "so far", found.currency, "forecast", found.currency), rows)
    limit = config.spending.warn_at
    if limit is not None:
        over = "is told once a day" if found.total > limit else "is told above that"
        say(f"warn_at is {spending.money(found.currency, limit)}: the owner {over}. Nothing is held back.")
    if days:
        say()
        each = [(str(day), *(str(of.get(kind, 0)) for kind in KINDS)) for day, of in found.days.items()]
        table(("day", *KINDS.values()), each)
