"""A flow drawn as an SVG of our own, which needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from math import inf

from ivr.flow.diagram import HEAD, LETTER, LINE, Box, arrows_of, boxes_of
from ivr.flow.layout import laid
from ivr.flow.model import Flow
from ivr.flow.reading import THEN
from ivr.flow.shapes import ELSEWHERE

Point = tuple[float, float]
_Area = tuple[float, float, float, float]  # left, top, right, bottom

_MARGIN = 24.0  # px around the drawing
_PORTS = 30.0  # px between arrows that leave one box
_PLACES = (0.42, 0.3, 0.55, 0.2, 0.68, 0.8, 0.9)  # how far down an arrow its words may stand, best first
_NEAR = 2  # layers down from its beginning that they may stand
_FONT = "system-ui, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"


def svg(flow: Flow) -> str:
    """Return a flow as an SVG document: no script, no style sheet, no font or picture from elsewhere."""
    drawing = _Drawing(flow)
    left, top, right, bottom = drawing.area()
    width, height = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}"'
        f' viewBox="{left - _MARGIN:.0f} {top - _MARGIN:.0f} {width:.0f} {height:.0f}" role="img"'
        f' aria-label="Flow {flow.name}: {len(flow.steps)} steps" font-family="{_FONT}" font-size="12">'
    )
    title = f"<title>Flow {flow.name}</title>"
    inside = (*drawing.tips(), *drawing.arrows(), *drawing.boxes(), *drawing.labels())
    return "\n".join([opening, title, *inside, "</svg>"]) + "\n"


class _Drawing:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._boxes = boxes_of(flow)
        self._arrows = list(arrows_of(flow))
        arrows = [(start, end) for start, end, _ in self._arrows]
        self._layout = laid({name: box.size for name, box in self._boxes.items()}, arrows)
        self._ways = self._leaving()
        self._labels = list(self._placed())

    def area(self) -> _Area:
        """Return what the drawing covers, labels at its edges too."""
        areas = [(0.0, 0.0, self._layout.width, self._layout.height), *(area for area, _ in self._labels)]
        lefts, tops, rights, bottoms = zip(*areas, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def boxes(self) -> Iterator[str]:
        for name, box in self._boxes.items():
            yield from _drawn(box, *self._layout.centres[name])

    def tips(self) -> Iterator[str]:
        """Yield the arrow heads. An arrow has the colour of the box that it leads to."""
        yield "<defs>"
        for colour in sorted({box.shape.stroke for box in self._boxes.values()}):
            yield (
                f'<marker id="{self._tip(colour)}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8"'
                f' markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8Z" fill="{colour}"/></marker>'
            )
        yield "</defs>"

    def arrows(self) -> Iterator[str]:
        for (_, end), points in self._ways.items():
            path = "M{:.1f} {:.1f}".format(*points[0])
            for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
                half = (ay + by) / 2
                path += f"C{ax:.1f} {half:.1f} {bx:.1f} {half:.1f} {bx:.1f} {by:.1f}"
            colour = self._boxes[end].shape.stroke
            tip = f'marker-end="url(#{self._tip(colour)})"'
            yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.3" {tip}/>'

    def labels(self) -> Iterator[str]:
        for (left, top, right, bottom), answer in self._labels:
            size = f'width="{right - left:.1f}" height="{bottom - top:.1f}"'
            yield f'<rect x="{left:.1f}" y="{top:.1f}" {size} fill="#ffffff"/>'
            place = f'x="{(left + right) / 2:.1f}" y="{bottom - 4:.1f}"'
            yield f'<text {place} text-anchor="middle" font-size="11" fill="#1a202c">{escape(answer)}</text>'

    def _leaving(self) -> dict[tuple[str, str], list[Point]]:
        """Return each arrow's way. Those that leave one box stand side by side, as their ends do."""
        ways: dict[tuple[str, str], list[Point]] = {}
        for name, box in self._boxes.items():
            x, y = self._layout.centres[name]
            width, height = box.size
            leaving = []
            for end in dict.fromkeys(end for start, end, _ in self._arrows if start == name != end):
                bx, by = self._layout.centres[end]
                down = 1 if y < by else -1
                entry = (bx, by - down * self._boxes[end].size[1] / 2)
                leaving.append((end, down, [*self._layout.bends.get((name, end), ()), entry]))
            leaving.sort(key=lambda way: way[2][0][0])
            apart = min(_PORTS, width * 0.5 / max(1, len(leaving))) if box.shape.name != "diamond" else 0.0
            for at, (end, down, rest) in enumerate(leaving):
                port = x + (at - (len(leaving) - 1) / 2) * apart
                ways[name, end] = [(port, y + down * height / 2), *rest]
        return ways

    def _placed(self) -> Iterator[tuple[_Area, str]]:
        """Yield where each exit's words stand: on its arrow, and on nothing else if that can be had."""
        taken = [self._area_of(name) for name in self._boxes]
        for start, end, answer in self._arrows:
            if answer == THEN:
                continue
            wide = len(answer) * LETTER * 0.94 + 6
            if start == end:
                left, top, right, _ = self._area_of(start)
                area = (right - wide, top - 16, right + LETTER * 6, top - 1)
                answer = f"{answer}: again"
            else:
                area = _freest((_around(point, wide) for point in _along(self._ways[start, end])), taken)
            taken.append(area)
            yield area, answer

    def _tip(self, colour: str) -> str:
        return f"tip-{self._flow.name}-{colour[1:]}"

    def _area_of(self, name: str) -> _Area:
        (x, y), (width, height) = self._layout.centres[name], self._boxes[name].size
        return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _drawn(box: Box, x: float, y: float) -> Iterator[str]:
    width, height = box.size
    shape = box.shape
    dashes = ' stroke-dasharray="5 4"' if shape is ELSEWHERE else ""
    yield f'<g transform="translate({x - width / 2:.1f} {y - height / 2:.1f})">'
    yield f"<title>{escape(box.whole)}</title>"
    outline = shape.outline(width, height)
    yield f'<path d="{outline}" fill="{shape.fill}" stroke="{shape.stroke}" stroke-width="1.5"{dashes}/>'
    top = (height + shape.lid - HEAD - LINE * len(box.lines)) / 2 + 15
    centre = f'x="{width / 2:.1f}" text-anchor="middle" fill="{shape.ink}"'
    yield f'<text {centre} y="{top:.1f}" font-weight="bold" font-size="13">{escape(box.title)}</text>'
    for at, line in enumerate(box.lines, 1):
        yield f'<text {centre} y="{top + at * LINE:.1f}">{escape(line)}</text>'
    yield "</g>"


def _along(way: Sequence[Point]) -> Iterator[Point]:
    """Yield the points of an arrow at which its words may stand: near to its beginning, the best first."""
    for (ax, ay), (bx, by) in zip(way[:_NEAR], way[1 : _NEAR + 1], strict=False):
        for part in _PLACES:
            bow = 3 * (1 - part) * part**2 + part**3  # how far the curve is sideways
            fall = 1.5 * part * (1 - part) + part**3  # and down, for that parameter
            yield ax + (bx - ax) * bow, ay + (by - ay) * fall


def _around(point: Point, wide: float) -> _Area:
    x, y = point
    return x - wide / 2, y - 8, x + wide / 2, y + 7


def _freest(spots: Iterable[_Area], taken: Sequence[_Area]) -> _Area:
    """Return the first spot that covers nothing of `taken`, or the one that covers least."""
    best, least = None, inf
    for spot in spots:
        covered = sum(_overlap(spot, other) for other in taken)
        if best is None or covered < least:
            best, least = spot, covered
        if not covered:
            break
    return best or (0.0, 0.0, 0.0, 0.0)


def _overlap(one: _Area, other: _Area) -> float:
    """Return how much two areas cover of each other, in square px."""
    if one[1] >= other[3] or other[1] >= one[3]:
        return 0.0  # most are elsewhere
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return across * down if across > 0 and down > 0 else 0.0
