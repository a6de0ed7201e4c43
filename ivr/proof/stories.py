"""When a call that was found can be played, and which phones ring then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from ivr.clock import from_iso, iso
from ivr.config import Config
from ivr.flow.telling import Setting
from ivr.flow.world import Hunt
from ivr.rota.hours import is_open

_STEP = timedelta(minutes=30)
_WEEKS = 2


def setting(config: Config, now: datetime) -> Setting:
    """Return what stories of this clinic need. `now`: aware UTC; they are set in the two weeks after it."""

    def moment(facts: Mapping[str, object]) -> str | None:
        """The first time at which every table is as it was read, and the hunts are as long as they were."""
        tables = {name.split()[1]: value for name, value in facts.items() if name.startswith("open ")}
        hunts = {
            name.split()[1]: len(value.rings) for name, value in facts.items() if isinstance(value, Hunt)
        }
        fits = [at for at in _times(now) if _are(config, at, tables)]
        whole = (at for at in fits if all(len(config.rings(name, at)) == n for name, n in hunts.items()))
        at = next(whole, fits[0] if fits else None)
        return iso(at) if at else None

    def phones(group: str, ring: int, at: str) -> tuple[str, ...]:
        rings = config.rings(group, from_iso(at)) if group in config.groups else ()
        return tuple(config.number_of(leg) for leg in rings[ring]) if ring < len(rings) else ()

    return Setting(moment, phones)


def _times(now: datetime) -> Iterator[datetime]:
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return (first + _STEP * count for count in range(timedelta(weeks=_WEEKS) // _STEP))


def _are(config: Config, at: datetime, tables: Mapping[str, object]) -> bool:
    return all(is_open(config.hours_of(table), at) == value for table, value in tables.items())
