"""What is judged before anything is published: one place, for `ivr publish`, rollbacks and the start."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.flow.model import Flows


class Refused(click.ClickException):
    """What may not go live: shown one a line, with place and cure."""

    def __init__(self, wrong: Sequence[str]) -> None:
        self.wrong = tuple(wrong)
        super().__init__("\n".join(wrong))

    def show(self, file: IO[Any] | None = None) -> None:
        from ivr.cli.screen import say

        for line in self.wrong:
            say(line, err=True)
        many = "1 mistake" if len(self.wrong) == 1 else f"{len(self.wrong)} mistakes"
        say(f"{many}: put right what is named above. `ivr check` tells more.", err=True)


def judged(config: Config, flows: Flows, now: datetime) -> list[str]:
    """Return why these may not go live, each with its place in front ("flows/main.yaml:12: ..."); none: [].

    They have been loaded, so what loading refuses isn't among it. It takes a second or two: never in the way
    of a webhook.
    """
    from ivr.proof import prove

    return [str(violation) for violation in prove(config, flows, now).errors]
