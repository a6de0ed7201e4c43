"""People at telephones whom a story file doesn't know, and a stage to put them on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ivr.cli.stage import Stage
from ivr.exchange.acts import Answer, HangUp, Moment, Plan, Press
from ivr.exchange.caller import ByHand
from ivr.exchange.clock import HandClock
from ivr.exchange.switches import DOCUMENTED, Switches
from ivr.exchange.transcript import Line
from tests.calls.stage import CONFIG

ANA, ANA_2, BEN, CHLOE = "+447700900001", "+441632960001", "+447700900002", "+447700900003"
CALLER = "+447700900123"
NIGHT = "2026-11-24T02:10:00Z"  # on call: Ben, Chloe, Ana
DAY = "2026-11-24T14:10:00Z"  # on call: Ana, Ben, Chloe


def staged(at: str, data: Path, switches: Switches = DOCUMENTED, config: Path = CONFIG) -> Stage:
    """Return a stage at that time (UTC)."""
    return Stage(config, data, HandClock(datetime.fromisoformat(at)), switches, seed=1)


def texts_of(stage: Stage) -> list[str]:
    """Return the transcript's lines as "who: what"."""
    return [f"{line.who}: {line.text}" for line in stage.exchange.transcript]


@dataclass(frozen=True)
class TakesAndIsGone:
    """Answers after 5 s, presses 1 after 4 s more, and is cut off `after` seconds after that."""

    after: float = 1.0

    def does(self, moment: Moment) -> Plan:
        if moment.kind == "ringing":
            return [(5, Answer())]
        if moment.kind == "gather":
            return [(4, Press("1")), (4 + self.after, HangUp())]
        return []


class Eager(ByHand):
    """A caller who does as told: presses a key as soon as a prompt begins that holds certain words."""

    def __init__(self, stage: Stage, *keys: tuple[str, str]) -> None:
        super().__init__()
        self._keys: Sequence[tuple[str, str]] = keys
        stage.exchange.on_line(self._hears)

    def _hears(self, line: Line) -> None:
        if self._keys and line.spoken and self._keys[0][0] in line.text:
            key, self._keys = self._keys[0][1], self._keys[1:]
            self.press(key)
