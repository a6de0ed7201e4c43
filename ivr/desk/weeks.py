"""The rota by weeks, as the page tells and draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import escape

from markupsafe import Markup

from ivr.config import Config
from ivr.rota.laid import stretches
from ivr.rota.local import instant, minute, wall
from ivr.rota.rota import Chain

_NAMES, _DAY, _HEAD, _LANE = 116, 92, 26, 30  # px: of the names, a day, the days' names, a person's lane
_SHORT = 13  # letters of a name


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `starts` until `ends` (UTC) `chain` is on call. extra: an override holds then."""

    starts: datetime
    ends: datetime
    chain: Chain
    extra: bool

    @property
    def gap(self) -> str:
        """What is the matter with it, in words; "" when nothing is."""
        return "" if len(self.chain) > 1 else "Only one person" if self.chain else "Nobody"

    @property
    def left(self) -> str:
        """How many are on call, in a word that fits into a drawing."""
        return f"only {len(self.chain)}" if self.chain else "nobody"


@dataclass(frozen=True, slots=True)
class Week:
    """Seven local days from Monday `first`. `drawn`: the picture, as SVG."""

    first: date
    stretches: tuple[Stretch, ...]
    drawn: Markup

    @property
    def gaps(self) -> tuple[Stretch, ...]:
        return tuple(one for one in self.stretches if one.gap)


# From a stretch, and whose bar in it ("": the gap), to the address of a form that changes it; "": nobody may.
Link = Callable[[Stretch, str], str]


def weeks(config: Config, now: datetime, count: int, link: Link) -> list[Week]:
    """Return so many weeks, this one first."""
    zone = config.clinic.zone
    today = wall(now, zone).date()
    monday = today - timedelta(days=today.weekday())
    return [_week(config, monday + timedelta(weeks=ahead), now, link) for ahead in range(count)]


def _week(config: Config, monday: date, now: datetime, link: Link) -> Week:
    rota, zone = config.rota_table(), config.clinic.zone
    edges = [instant(zone, monday + timedelta(days=day), 0) for day in range(8)]
    found = tuple(
        Stretch(at, until, chain, any(one.starts <= at < one.ends for one in rota.overrides))
        for at, until, chain in stretches(rota, edges[0], edges[7])
    )
    return Week(monday, found, Markup("".join(_drawing(config, monday, edges, found, now, link))))


def _drawing(
    config: Config,
    monday: date,
    edges: Sequence[datetime],
    found: Sequence[Stretch],
    now: datetime,
    link: Link,
) -> Iterator[str]:
    people = [name for name in config.people if any(name in one.chain for one in found)]
    foot = any(one.gap for one in found)  # a lane that says how many are left
    wide, tall = _NAMES + 7 * _DAY + 4, _HEAD + _LANE * (len(people) + foot) + 4
    here = _across(now, edges) if edges[0] <= now < edges[7] else None
    under = 0 if here is None else 16  # where "now" is written
    label = f"Week from {monday.day} {monday:%B}: who is on call, drawn. The list below says it in words."
    linked = any(link(one, name) for one in found for name in ("", *one.chain))
    role = "group" if linked else "img"  # what is in a picture is told to nobody who can't see it
    yield f'<svg class="week" viewBox="0 0 {wide} {tall + under}" role="{role}" aria-label="{label}">'
    yield f"<title>{label}</title>"
    for day in range(7):
        there, edge = monday + timedelta(days=day), _NAMES + day * _DAY
        shade = "#eef3f3" if day % 2 else "#fff"
        yield f'<rect x="{edge}" y="0" width="{_DAY}" height="{tall}" fill="{shade}"/>'
        yield f'<text x="{edge + 6}" y="17" font-size="13" fill="#223">{there:%a} {there.day}</text>'
    for lane, name in enumerate(people):
        middle = _HEAD + lane * _LANE + 19
        yield f'<text x="2" y="{middle}" font-size="13" fill="#223">{escape(_short(config, name))}</text>'
    for one in found:
        left, right = _across(one.starts, edges), _across(one.ends, edges)
        zone = config.clinic.zone
        when = " ".join(f"{minute(one.starts, zone)} to {minute(one.ends, zone)}".split())
        if one.gap:
            red = _red(left, right - left, tall, one.left)
            yield from _linked(link(one, ""), f"{one.left} on call {when}: fill it", red)
        for place, name in enumerate(one.chain):
            bar = _bar(left, right - left, _HEAD + people.index(name) * _LANE, place, here)
            who = f"{config.people[name].name}, number {place + 1}, {when}: change"
            yield from _linked(link(one, name), who, bar)
    if here is not None:
        yield f'<path d="M{here:.1f} {_HEAD - 4}V{tall}" stroke="#b35900" stroke-width="3"/>'
        at = f'x="{here:.1f}" y="{tall + 12}" text-anchor="middle"'
        yield f'<text {at} font-size="12" fill="#7a3c00">now</text>'
    yield "</svg>"


def _linked(address: str, name: str, drawn: Iterator[str]) -> Iterator[str]:
    """What is drawn, as a link with a name that says all of it, and shows beside the mouse."""
    if not address:
        yield from drawn
        return
    said = escape(name)
    yield f'<a href="{escape(address)}" aria-label="{said}"><title>{said}</title>'
    yield from drawn
    yield "</a>"


def _bar(left: float, wide: float, top: int, place: int, here: float | None) -> Iterator[str]:
    """Whoever is rung first is dark, the others pale; the number says it too, beside the line that is now."""
    fill, ink = ("#1b666b", "#fff") if place == 0 else ("#cfe5e4", "#0f464a")
    yield (
        f'<rect x="{left + 0.5:.1f}" y="{top + 3}" width="{max(wide - 1, 2):.1f}" height="{_LANE - 6}" rx="3"'
        f' fill="{fill}" stroke="#1b666b"/>'
    )
    if wide > 12:
        middle = left + wide / 2
        if here is not None and abs(middle - here) < 8:
            middle += 12 if middle >= here else -12
        yield (
            f'<text x="{middle:.1f}" y="{top + 20}" font-size="13" text-anchor="middle"'
            f' fill="{ink}">{place + 1}</text>'
        )


def _red(left: float, wide: float, tall: int, word: str) -> Iterator[str]:
    """A gap: red over all lanes, hatched, with who is left at its foot."""
    yield f'<rect x="{left:.1f}" y="{_HEAD}" width="{wide:.1f}" height="{tall - _HEAD}" fill="#fbdcdc"/>'
    step = 9
    for at in range(0, int(wide) + 1, step):
        yield f'<path d="M{left + at:.1f} {tall}v-{_LANE - 4}" stroke="#c62828" stroke-width="1.5"/>'
    if wide > 44:
        yield f'<rect x="{left + 2:.1f}" y="{tall - _LANE + 6}" width="42" height="18" fill="#fff"/>'
        yield f'<text x="{left + 4:.1f}" y="{tall - 12}" font-size="12" fill="#9b1c1c">{word}</text>'


def _across(at: datetime, edges: Sequence[datetime]) -> float:
    """Where an instant lies, in px: days that last 23 or 25 hours are drawn as wide as the others."""
    for day in range(7):
        if at < edges[day + 1]:
            part = max((at - edges[day]) / (edges[day + 1] - edges[day]), 0.0)
            return _NAMES + (day + part) * _DAY
    return float(_NAMES + 7 * _DAY)


def _short(config: Config, name: str) -> str:
    full = config.people[name].name
    return full if len(full) <= _SHORT else f"{full[: _SHORT - 1]}…"
