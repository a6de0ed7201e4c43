"""What is true at one minute: who is on call, what is open, and the words that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from ivr.config import Config
from ivr.rota.hours import is_open

KEPT = 64  # minutes; live calls began at most a few apart
SURE = 2  # rings that are always tried; later ones only before `give_up_after`, so that advice isn't late
_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Moment:
    """As ivr.flow.turn.Facts has them, and `on_call`: the ids of the people on call, in order."""

    open: Mapping[str, bool]
    hunts: Mapping[str, tuple[tuple[str, ...], ...]]
    rounds: Mapping[str, int]
    limits: Mapping[str, int]
    words: Mapping[str, str]
    on_call: tuple[str, ...]


class Moments:
    """The moments of one configuration, made once a minute: no webhook waits for the rota's sums."""

    def __init__(self, config: Config) -> None:
        @lru_cache(KEPT)
        def make(minute: int) -> Moment:
            at = datetime.fromtimestamp(minute * _MINUTE, UTC)
            return Moment(
                open={name: is_open(config.hours_of(name), at) for name in config.hours},
                hunts={name: config.rings(name, at) for name in config.groups},
                rounds={name: min(SURE, config.round_length(name, at)) for name in config.groups},
                limits={name: group.give_up_after for name, group in config.groups.items()},
                words=dict(config.words(at)),
                on_call=config.chain_at(at),
            )

        self._make = make

    def at(self, seconds: int) -> Moment:
        """Return the moment of `seconds` since 1970, to the minute."""
        return self._make(seconds // _MINUTE)
