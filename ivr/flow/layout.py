"""Boxes and arrows laid out in layers, so that arrows lead down wherever they can.

The usual way (Sugiyama): turn the arrows that close a circle, give each box the layer below its lowest
predecessor, put a bend on each layer that a long arrow crosses, sort each layer by what its members are
joined to, then move them sideways as near to their neighbours as the gaps allow.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

GAP_X, GAP_Y = 28.0, 66.0  # px between boxes side by side, and between layers
_BEND = 10.0  # px that a bend is wide
_SWEEPS = 24

Name = str
Arrow = tuple[Name, Name]


@dataclass(frozen=True)
class Laid:
    """Where all is, in px from the top left corner.

    centres   box → (x, y) of its middle
    bends     arrow → the points that it goes through between its boxes, from its beginning on
    """

    width: float
    height: float
    centres: Mapping[Name, tuple[float, float]]
    bends: Mapping[Arrow, tuple[tuple[float, float], ...]]


def laid(sizes: Mapping[Name, tuple[float, float]], arrows: Iterable[Arrow]) -> Laid:
    """Lay out boxes of `sizes` (width, height in px), listed in the order of reading, and their arrows."""
    arrows = [arrow for arrow in dict.fromkeys(arrows) if arrow[0] != arrow[1]]
    back = _circles(list(sizes), arrows)
    down = {arrow: (arrow[1], arrow[0]) if arrow in back else arrow for arrow in arrows}
    layer = _layers(list(sizes), list(down.values()))
    chains = {arrow: _chain(*down[arrow], layer, alone=arrow in back) for arrow in arrows}
    rows: list[list[Name]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    wide = {name: size[0] for name, size in sizes.items()}
    for name in sizes:
        rows[layer[name]].append(name)
    for chain in chains.values():
        for at, bend in enumerate(chain[1:-1], 1):
            if bend not in wide:
                rows[layer[chain[0]] + at].append(bend)
                wide[bend] = _BEND
    joined: dict[Name, tuple[list[Name], list[Name]]] = {name: ([], []) for name in wide}
    for chain in chains.values():
        for above, below in zip(chain, chain[1:], strict=False):
            if above not in joined[below][0]:
                joined[below][0].append(above)
                joined[above][1].append(below)
    rows = _sorted(rows, joined)
    x = _across(rows, wide, joined)
    tops, top = [], 0.0
    for row in rows:
        tall = max((sizes[name][1] for name in row if name in sizes), default=0.0)
        tops.append(top + tall / 2)
        top += tall + GAP_Y
    left = min((x[name] - wide[name] / 2 for name in x), default=0.0)
    place = {name: (x[name] - left, tops[at]) for at, row in enumerate(rows) for name in row}
    bends = {}
    for arrow, chain in chains.items():
        points = [place[name] for name in chain[1:-1]]
        bends[arrow] = tuple(points[::-1] if arrow in back else points)
    width = max((place[name][0] + wide[name] / 2 for name in place), default=0.0)
    return Laid(width, max(0.0, top - GAP_Y), {name: place[name] for name in sizes}, bends)


def _circles(names: Sequence[Name], arrows: Iterable[Arrow]) -> set[Arrow]:
    """Return the arrows that lead back to where one has come through."""
    onward: dict[Name, list[Name]] = {name: [] for name in names}
    for start, end in arrows:
        onward[start].append(end)
    back: set[Arrow] = set()
    seen: set[Name] = set()
    for root in names:
        path: dict[Name, int] = {}
        stack = [root] if root not in seen else []
        while stack:
            name = stack[-1]
            seen.add(name)
            at = path.setdefault(name, 0)
            if at == len(onward[name]):
                stack.pop()
                del path[name]
                continue
            path[name] += 1
            after = onward[name][at]
            if after in path:
                back.add((name, after))
            elif after not in seen:
                stack.append(after)
    return back


def _layers(names: Sequence[Name], arrows: Sequence[Arrow]) -> dict[Name, int]:
    onward: dict[Name, list[Name]] = {name: [] for name in names}
    waits = dict.fromkeys(names, 0)
    for start, end in arrows:
        onward[start].append(end)
        waits[end] += 1
    layer = dict.fromkeys(names, 0)
    ready = [name for name in names if not waits[name]]
    for name in ready:  # it grows while it is walked
        for after in onward[name]:
            layer[after] = max(layer[after], layer[name] + 1)
            waits[after] -= 1
            if not waits[after]:
                ready.append(after)
    return layer


def _chain(start: Name, end: Name, layer: Mapping[Name, int], alone: bool) -> list[Name]:
    """Return an arrow's way from layer to layer. Arrows to one box share their bends: they run together."""
    mark = f"{start} < {end}" if alone else f"> {end}"
    return [start, *(f"{at} {mark}" for at in range(layer[start] + 1, layer[end])), end]


def _sorted(rows: list[list[Name]], joined: Mapping[Name, tuple[list[Name], list[Name]]]) -> list[list[Name]]:
    """Sort each row by the middle of what its members are joined to, above and below by turns."""
    best, fewest = rows, _crossings(rows, joined)
    for sweep in range(_SWEEPS):
        side = sweep % 2
        rows = [list(row) for row in rows]
        place = {name: float(at) for row in rows for at, name in enumerate(row)}
        for row in rows if side == 0 else rows[::-1]:
            weights = {
                name: sum(place[other] for other in joined[name][side]) / len(joined[name][side])
                if joined[name][side]
                else place[name]
                for name in row
            }
            row.sort(key=weights.__getitem__)
            place.update((name, float(at)) for at, name in enumerate(row))
        if (crossings := _crossings(rows, joined)) < fewest:
            best, fewest = rows, crossings
    return best


def _crossings(rows: list[list[Name]], joined: Mapping[Name, tuple[list[Name], list[Name]]]) -> int:
    count = 0
    for above, below in zip(rows, rows[1:], strict=False):
        place = {name: at for at, name in enumerate(below)}
        ends = [place[other] for name in above for other in sorted(joined[name][1], key=place.__getitem__)]
        passed: list[int] = []
        for at, end in enumerate(ends):
            count += at - bisect_right(passed, end)
            insort(passed, end)
    return count


def _across(
    rows: list[list[Name]],
    wide: Mapping[Name, float],
    joined: Mapping[Name, tuple[list[Name], list[Name]]],
) -> dict[Name, float]:
    """Return the x of each box and bend: near to what it is joined to, as far as its row allows."""
    x: dict[Name, float] = {}
    for row in rows:
        at = 0.0
        for name in row:
            x[name] = at + wide[name] / 2
            at += wide[name] + GAP_X
        shift = at / 2
        x.update((name, x[name] - shift) for name in row)
    for sweep in range(_SWEEPS):
        side = sweep % 2
        for row in rows if side == 0 else rows[::-1]:
            wanted = []
            for name in row:
                near = joined[name][side] or joined[name][1 - side]
                wanted.append(sum(x[other] for other in near) / len(near) if near else x[name])
            x.update(zip(row, _spread(wanted, [wide[name] for name in row]), strict=True))
    return x


def _spread(wanted: Sequence[float], wide: Sequence[float]) -> list[float]:
    """Return the places nearest to `wanted` (least squares) that keep order and gaps: pool and average."""
    offset, offsets = 0.0, []
    for at, width in enumerate(wide):
        offset += (wide[at - 1] + width) / 2 + GAP_X if at else 0.0
        offsets.append(offset)
    pools: list[tuple[float, int]] = []  # (sum, count) of wanted places less the offsets
    for want, off in zip(wanted, offsets, strict=True):
        pool = (want - off, 1)
        while pools and pools[-1][0] / pools[-1][1] > pool[0] / pool[1]:
            last = pools.pop()
            pool = (pool[0] + last[0], pool[1] + last[1])
        pools.append(pool)
    level = [total / count for total, count in pools for _ in range(count)]
    return [base + off for base, off in zip(level, offsets, strict=True)]
