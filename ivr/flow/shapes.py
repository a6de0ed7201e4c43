"""What each kind of step looks like in a drawing. One table, for Mermaid and for our own SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Points = tuple[tuple[float, float], ...]
_SLANT = 16.0  # px that a slanting side takes


@dataclass(frozen=True)
class Shape:
    """A kind's look.

    name     of the shape, as the legend calls it
    mermaid  what opens and closes it there
    outline  (width, height) → path data of the SVG, from (0, 0) to (width, height)
    inset    px at the left and at the right that text must leave free
    fill     colour behind the text; stroke: of the outline; ink: of the text
    lid      px at the top that text must leave free
    """

    name: str
    mermaid: tuple[str, str]
    outline: Callable[[float, float], str]
    inset: float
    fill: str
    stroke: str
    ink: str = "#1a202c"
    lid: float = 0


def _polygon(points: Points) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points) + "Z"


def _round(radius: float) -> Callable[[float, float], str]:
    def path(width: float, height: float) -> str:
        r = min(radius, height / 2)
        arc = f"a{r:g} {r:g} 0 0 1"
        return (
            f"M{r:g} 0H{width - r:g}{arc} {r:g} {r:g}V{height - r:g}{arc} {-r:g} {r:g}"
            f"H{r:g}{arc} {-r:g} {-r:g}V{r:g}{arc} {r:g} {-r:g}Z"
        )

    return path


def _trapezoid(width: float, height: float) -> str:
    return _polygon(((_SLANT, 0), (width - _SLANT, 0), (width, height), (0, height)))


def _hexagon(width: float, height: float) -> str:
    s = _SLANT
    middle = height / 2
    return _polygon(((s, 0), (width - s, 0), (width, middle), (width - s, height), (s, height), (0, middle)))


def _diamond(width: float, height: float) -> str:
    return _polygon(((width / 2, 0), (width, height / 2), (width / 2, height), (0, height / 2)))


def _double_sided(width: float, height: float) -> str:
    return f"M0 0H{width:g}V{height:g}H0ZM6 0V{height:g}M{width - 6:g} 0V{height:g}"


def _cylinder(width: float, height: float) -> str:
    r, lid = width / 2, 6
    sides = f"M0 {lid}V{height - lid:g}a{r:g} {lid} 0 0 0 {width:g} 0V{lid}"
    return f"{sides}a{r:g} {lid} 0 0 0 {-width:g} 0a{r:g} {lid} 0 0 0 {width:g} 0"


def _flag(width: float, height: float) -> str:
    return _polygon(((0, 0), (width, 0), (width, height), (0, height), (_SLANT / 2, height / 2)))


def _leaning(width: float, height: float) -> str:
    return _polygon(((_SLANT, 0), (width, 0), (width - _SLANT, height), (0, height)))


def _leaning_back(width: float, height: float) -> str:
    return _polygon(((0, 0), (width - _SLANT, 0), (width, height), (_SLANT, height)))


SHAPES: Mapping[str, Shape] = {
    "say": Shape("rounded box", ("(", ")"), _round(10), 8, "#ffffff", "#4a5568"),
    "ask": Shape("trapezoid", ("[/", "\\]"), _trapezoid, _SLANT, "#e3effc", "#1d4f91"),
    "gate": Shape("hexagon", ("{{", "}}"), _hexagon, _SLANT, "#fde3e3", "#a61b1b"),
    "hours": Shape("diamond", ("{", "}"), _diamond, 44, "#f1f1f1", "#4a5568"),
    "dial": Shape("box with double sides", ("[[", "]]"), _double_sided, 12, "#dff3e4", "#14632f"),
    "record": Shape("cylinder", ("[(", ")]"), _cylinder, 8, "#efe6fa", "#5b2d91", lid=14),
    "text": Shape("flag", (">", "]"), _flag, 12, "#fff6d6", "#7a5a00"),
    "promise": Shape("box leaning right", ("[/", "/]"), _leaning, _SLANT, "#fff6d6", "#7a5a00"),
    "goto": Shape("box leaning left", ("[\\", "\\]"), _leaning_back, _SLANT, "#f1f1f1", "#4a5568"),
    "end": Shape("pill", ("([", "])"), _round(99), 16, "#2d3748", "#2d3748", ink="#ffffff"),
}
ELSEWHERE = Shape("dashed pill", ("([", "])"), _round(99), 14, "#ffffff", "#4a5568")  # a step of another flow
