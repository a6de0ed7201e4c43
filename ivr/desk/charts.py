"""Pictures of figures, as SVG: plain bars. What they say stands beside them as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from markupsafe import Markup

FILLS = ("#1b666b", "#9fc9c7", "#b35900", "#e3c9a8")  # told apart by lightness too
_WIDE, _TALL, _LEFT, _FOOT = 720, 220, 34, 40


def columns(
    title: str, names: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], every: int = 1
) -> Markup:
    """Return columns, one for each name, the series stacked in it. every: the how-manieth name is written."""
    return Markup("".join(_columns(title, names, series, every)))


def bars(title: str, rows: Sequence[tuple[str, int]]) -> Markup:
    """Return one lying bar for each (name, count)."""
    return Markup("".join(_bars(title, rows)))


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


def _bars(title: str, rows: Sequence[tuple[str, int]]) -> Iterator[str]:
    most, lane = max((count for _, count in rows), default=0) or 1, 26
    names = 230
    yield _opening(title, _WIDE, lane * len(rows) + 4)
    for place, (name, count) in enumerate(rows):
        top = place * lane + 3
        wide = (_WIDE - names - 60) * count / most
        yield f'<text x="2" y="{top + 15}" font-size="13" fill="#223">{escape(name)}</text>'
        if count:
            yield _box(names, top, wide, lane - 8, FILLS[0])
        yield f'<text x="{names + wide + 6:.1f}" y="{top + 15}" font-size="13" fill="#223">{count}</text>'
    yield "</svg>"


def _opening(title: str, wide: int, tall: int) -> str:
    said = escape(title)
    return (
        f'<svg class="chart" viewBox="0 0 {wide} {tall}" role="img" aria-label="{said}">'
        f"<title>{said}</title><desc>The table beside it says the same.</desc>"
    )


def _box(left: float, top: float, wide: float, tall: float, fill: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{tall:.1f}" fill="{fill}"'
        ' stroke="#0f464a" stroke-width=".5"/>'
    )
