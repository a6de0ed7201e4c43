"""`ivr fallback`: the small line under the line, as files to host elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file, laid_over, load

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.telephony.static import Static


@click.command(short_help="Write what callers hear when the line doesn't answer, to be hosted elsewhere.")
@config_file
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write into this folder. Default: fallback.folder of the config, or fallback/",
)
@click.option("--without-numbers", is_flag=True, help="Ring nobody: advice only.")
@click.option(
    "--days",
    type=click.IntRange(1, 56),
    default=7,
    show_default=True,
    help="Ring whoever comes on call in so many days, too.",
)
def fallback(file: Path, out: Path | None, without_numbers: bool, days: int) -> None:
    """Write what callers hear when the line doesn't answer, to be hosted elsewhere.

    When to ring 999; then the phones of those on call, one after the other, each with its key 1; then A&E and
    111. README.txt in the folder tells how to host the files, and what files can't do.

    \b
    ivr fallback
    ivr fallback --out /srv/fallback --days 14
    ivr fallback --without-numbers --out public/
    """
    from ivr.cli.screen import say
    from ivr.clock import SystemClock
    from ivr.telephony.hosted import write
    from ivr.telephony.static import static

    config = laid_over(load(file))
    numbers = not without_numbers and config.fallback.numbers
    made = static(config, SystemClock().now(), numbers, days)
    folder = out or config.fallback.folder or Path("fallback")
    try:
        write(folder, made.files)
    except OSError as error:
        cure = "Name a folder that can be written."
        raise click.ClickException(f"{folder}: {error.strerror}. {cure}") from None
    for line in _told(config, made, numbers):
        say(line)
    say(f"Written to {folder}: {', '.join(made.files)}. How to host them: {folder}/README.txt")


def _told(config: Config, made: Static, numbers: bool) -> Iterator[str]:
    from ivr.rota.local import minute

    if not numbers:
        yield "Rings nobody: callers hear when to ring 999, and A and E or 111."
        return
    if made.people:
        yield f"Rings {', then '.join(config.people[person].name for person in made.people)}."
    if made.until is None:
        yield "Those on call don't change in these days: the order is right until then."
    else:
        at = minute(made.until, config.clinic.zone)
        yield f"The order is right until {at}, when others come on call; they are rung too, but later."
    yield "WARNING: the clinicians' numbers stand in voice.xml. Host it where nobody can guess or list it."
