"""Pictures of figures, as SVG: plain bars. What they say stands beside them as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from markupsafe import Markup

FILLS = ("#1b666b", "#9fc9c7", "#8a4400", "#e3c9a8", "#4d5a59", "#dfe5e4")  # told apart by lightness too
_DARK = (0, 2, 4)  # of them
_LETTERS = "ABCDEFGHIJ"
_WIDE, _TALL, _LEFT, _FOOT = 720, 220, 34, 40  # px, as all of these
_SIDE, _NAMES, _LANE = 412, 182, 28  # of lying bars: in all, their names, one bar


def columns(
    title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], every: int = 1
) -> Markup:
    """Return columns, one for each name, the series stacked in it. every: the how-manieth name is written."""
    return Markup("".join(_columns(title, names, series, every)))


def bars(title: str, rows: Sequence[tuple[str, int]], unit: str = "") -> Markup:
    """Return one lying bar for each (name, count); `unit` is written behind each count."""
    return Markup("".join(_bars(title, rows, unit)))


def stacks(title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Markup:
    """Return one lying bar for each name: the series one after another, each with its letter and count."""
    return Markup("".join(_stacks(title, names, series)))


def _columns(
    title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], every: int
) -> Iterator[str]:
    most = max((sum(counts) for counts in zip(*(of for _, of in series), strict=True)), default=0) or 1
    step = (_WIDE - _LEFT) / max(len(names), 1)
    up = (_TALL - _FOOT - 16) / most
    base = _TALL - _FOOT
    yield _opening(title, _WIDE, _TALL)
    yield f'<path d="M{_LEFT} {base}H{_WIDE}" stroke="#4d5a59"/>'
    yield f'<text x="{_LEFT - 4}" y="24" font-size="12" text-anchor="end" fill="#223">{most}</text>'
    yield f'<text x="{_LEFT - 4}" y="{base}" font-size="12" text-anchor="end" fill="#223">0</text>'
    for place, name in enumerate(names):
        left, top = _LEFT + place * step, float(base)
        for number, (_, counts) in enumerate(series):
            tall = counts[place] * up
            top -= tall
            if tall:
                yield _box(left + 2, top, step - 4, tall, FILLS[number % len(FILLS)])
        if place % every == 0:
            middle = left + step / 2
            where = f'x="{middle:.1f}" y="{base + 15}"'
            yield f'<text {where} font-size="12" text-anchor="middle">{escape(name)}</text>'
    at = float(_LEFT)
    for number, (name, _) in enumerate(series):
        yield _box(at, _TALL - 14, 12, 12, FILLS[number % len(FILLS)])
        yield f'<text x="{at + 17:.1f}" y="{_TALL - 3}" font-size="12">{escape(name)}</text>'
        at += 34 + 7 * len(name)
    yield "</svg>"


def _bars(title: str, rows: Sequence[tuple[str, int]], unit: str) -> Iterator[str]:
    most = max((count for _, count in rows), default=0) or 1
    yield _opening(title, _SIDE, _LANE * len(rows) + 4, "chart side")
    for place, (name, count) in enumerate(rows):
        top = place * _LANE + 3
        wide = (_SIDE - _NAMES - 60) * count / most
        yield _words(2, top + 16, name)
        if count:
            yield _box(_NAMES, top, wide, _LANE - 8, FILLS[0])
        yield _words(_NAMES + wide + 6, top + 16, f"{count}{unit}")
    yield "</svg>"


def _stacks(title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]]) -> Iterator[str]:
    most = max((sum(counts) for counts in zip(*(of for _, of in series), strict=True)), default=0) or 1
    keys = _LANE * len(names) + 12
    yield _opening(title, _WIDE, keys + 22 * ((len(series) + 3) // 4) + 4)
    for place, name in enumerate(names):
        top, left = place * _LANE + 3, float(_NAMES)
        yield _words(2, top + 16, name)
        for number, (_, counts) in enumerate(series):
            wide = (_WIDE - _NAMES - 60) * counts[place] / most
            if not counts[place]:
                continue
            yield _box(left, top, wide, _LANE - 8, FILLS[number % len(FILLS)])
            told = f"{_LETTERS[number % len(_LETTERS)]} {counts[place]}"
            if wide > 9 * len(told):  # px: there is room for it; else the table tells
                yield _words(left + 4, top + 16, told, _ink(number))
            left += wide
        yield _words(left + 6, top + 16, str(sum(counts[place] for _, counts in series)))
    for number, (name, _) in enumerate(series):
        left, top = (number % 4) * (_WIDE / 4) + 2, keys + 22 * (number // 4)
        yield _box(left, top, 18, 18, FILLS[number % len(FILLS)])
        yield _words(left + 5, top + 14, _LETTERS[number % len(_LETTERS)], _ink(number))
        yield _words(left + 24, top + 14, name)
    yield "</svg>"


def _ink(number: int) -> str:
    """The colour of letters on the fill of that number: they can be read on it."""
    return "#fff" if number % len(FILLS) in _DARK else "#122"


def _words(left: float, base: float, text: str, ink: str = "#223") -> str:
    return f'<text x="{left:.1f}" y="{base:.1f}" font-size="14" fill="{ink}">{escape(text)}</text>'


def _opening(title: str, wide: int, tall: int, kind: str = "chart") -> str:
    said = escape(title)
    return (
        f'<svg class="{kind}" viewBox="0 0 {wide} {tall}" role="img" aria-label="{said}">'
        f"<title>{said}</title><desc>The table beside it says the same.</desc>"
    )


def _box(left: float, top: float, wide: float, tall: float, fill: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{fill}"'
        ' stroke="#0f464a" stroke-width=".5"/>'
    )
