"""A flow as it is drawn, and drawn as Mermaid text (svg.py draws the SVG).

Each step is shown by its name, its kind by its shape (shapes.py), a few of its words, and each exit by the
answer that leads there. Steps of other flows are dashed, at the end of the arrow that leads to them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from ivr.flow.model import Flow
from ivr.flow.reading import THEN, about, answers
from ivr.flow.shapes import ELSEWHERE, SHAPES, Shape

LETTER, LINE = 6.5, 15.0  # px: a letter of the small text on average (of a wide font), and a line
BOLD = 8.3  # px: a letter of a name
HEAD = 22.0  # px that a box is tall without its lines
_WIDEST, _MOST_LINES = 30, 3  # letters in a line of words, and lines of them


@dataclass(frozen=True)
class Box:
    """A step as it is drawn: its name, some of its words by the line, and all of it for who points at it."""

    title: str
    lines: tuple[str, ...]
    whole: str
    shape: Shape

    @property
    def size(self) -> tuple[float, float]:
        letters = max(len(self.title) * BOLD, *(len(line) * LETTER for line in self.lines), 40.0)
        tall = HEAD + LINE * len(self.lines) + self.shape.lid
        return letters + 2 * self.shape.inset + 8, tall * (1.9 if self.shape.name == "diamond" else 1)


def mermaid(flow: Flow) -> str:
    """Return a flow as Mermaid text: a `flowchart`, which GitHub and many editors draw."""
    lines = ["flowchart TD"]
    boxes = boxes_of(flow)
    for name, box in boxes.items():
        opens, closes = box.shape.mermaid
        words = _for_mermaid(" ".join(box.lines))
        label = f"<b>{box.title}</b>{f'<br>{words}' if words else ''}"
        lines.append(f'    {_id(name)}{opens}"{label}"{closes}')
    for start, end, answer in arrows_of(flow):
        by = "" if answer == THEN else f'|"{_for_mermaid(answer)}"|'
        lines.append(f"    {_id(start)} -->{by} {_id(end)}")
    for kind, shape in SHAPES.items():
        names = [_id(name) for name, step in flow.steps.items() if step.kind == kind]
        if names:
            colours = f"fill:{shape.fill},stroke:{shape.stroke},color:{shape.ink}"
            lines.append(f"    classDef is_{kind} {colours}")
            lines.append(f"    class {','.join(names)} is_{kind}")
    if other := [_id(name) for name in boxes if name not in flow.steps]:
        colours = f"fill:{ELSEWHERE.fill},stroke:{ELSEWHERE.stroke},color:{ELSEWHERE.ink}"
        lines.append(f"    classDef is_elsewhere {colours},stroke-dasharray:5 4")
        lines.append(f"    class {','.join(other)} is_elsewhere")
    return "\n".join(lines) + "\n"


def boxes_of(flow: Flow) -> dict[str, Box]:
    """Return what is drawn, by the full name of the step: the start first, then as the file has them."""
    boxes = {}
    for name in sorted(flow.steps, key=lambda name: name != flow.start):
        step = flow.steps[name]
        words = [text for field, text in step.spoken() if field != "whisper"]
        lines = [line for line in (about(step),) if line] or words[:1]
        short = name.partition(".")[2]
        kind = f"{short} ({step.kind})"
        whole = "\n".join([kind, *([about(step)] if about(step) else []), *words])
        boxes[name] = Box(short, _wrapped(" ".join(lines)), whole, SHAPES[step.kind])
    for _, end, _ in arrows_of(flow):
        if end not in boxes:
            boxes[end] = Box(end, (), f"{end}: in another flow", ELSEWHERE)
    return boxes


def arrows_of(flow: Flow) -> Iterator[tuple[str, str, str]]:
    """Yield (step, step that it leads to, answers that do so)."""
    for name, step in flow.steps.items():
        for answer, target in answers(flow, step):
            yield name, target if "." in target else f"{flow.name}.{target}", answer


def _wrapped(text: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(text, _WIDEST, max_lines=_MOST_LINES, placeholder=" …"))


def _id(name: str) -> str:
    """Return a step's name as Mermaid takes it; a word of Mermaid's own ("end") breaks the drawing."""
    return name.replace(".", "__")


def _for_mermaid(text: str) -> str:
    for sign, code in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;"), ("`", "#96;")):
        text = text.replace(sign, code)
    return text
