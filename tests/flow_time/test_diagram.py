"""Drawings: complete, true to the flow, and readable."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from ivr.flow.diagram import arrows_of, boxes_of, mermaid
from ivr.flow.layout import laid
from ivr.flow.reading import EXITS, answers
from ivr.flow.shapes import SHAPES
from ivr.flow.steps import KINDS
from ivr.flow.svg import svg
from tests.flow.shipped import FLOWS
from tests.flow_time.house import CONCERN, flow_of

SVG = "{http://www.w3.org/2000/svg}"
FLOW_NAMES = sorted(FLOWS.flows)


def test_each_kind_has_a_shape_of_its_own() -> None:
    assert list(SHAPES) == list(KINDS)
    shapes = SHAPES.values()
    assert len({shape.name for shape in shapes}) == len({shape.mermaid for shape in shapes}) == len(KINDS)
    assert len({shape.outline(100, 40) for shape in shapes}) == len(KINDS)


def test_each_exit_has_its_words() -> None:
    assert EXITS.keys() == {field for kind in KINDS.values() for field in kind.targets}


@pytest.mark.parametrize("name", FLOW_NAMES)
def test_each_step_and_each_exit_is_drawn(name: str) -> None:
    flow = FLOWS.flows[name]
    root = ET.fromstring(svg(flow))
    shown = {text.text for text in root.iter(f"{SVG}text")}
    assert {step.partition(".")[2] for step in flow.steps} <= shown
    said = {answer for step in flow.steps.values() for answer, _ in answers(flow, step)} - {"then"}
    assert said <= shown
    titles = [title.text or "" for title in root.iter(f"{SVG}title")]
    assert all(any(words in title for title in titles) for words in _spoken(name))


def _spoken(name: str) -> list[str]:
    steps = FLOWS.flows[name].steps.values()
    return [text for step in steps for field, text in step.spoken() if field != "whisper"]


@pytest.mark.parametrize("name", FLOW_NAMES)
def test_no_box_covers_another_and_arrows_lead_down(name: str) -> None:
    boxes = boxes_of(FLOWS.flows[name])
    arrows = [(start, end) for start, end, _ in arrows_of(FLOWS.flows[name])]
    layout = laid({name: box.size for name, box in boxes.items()}, arrows)
    areas = {name: (*layout.centres[name], *box.size) for name, box in boxes.items()}
    for (ax, ay, aw, ah), (bx, by, bw, bh) in combinations(areas.values(), 2):
        assert abs(ax - bx) >= (aw + bw) / 2 or abs(ay - by) >= (ah + bh) / 2
    down = [layout.centres[start][1] < layout.centres[end][1] for start, end in arrows]
    assert sum(down) >= len(down) - 1


@pytest.mark.parametrize("name", FLOW_NAMES)
def test_the_svg_needs_nothing_and_runs_nothing(name: str) -> None:
    text = svg(FLOWS.flows[name])
    assert "<script" not in text and "<style" not in text and " style=" not in text and "href" not in text
    assert text.count("http") == 1  # the name of its language


def test_circles_and_steps_that_lead_to_themselves_are_drawn(tmp_path: Path) -> None:
    round_again = CONCERN.replace("  bye: {end: Goodbye.}\n", "")
    round_again += "  bye: {ask: Again?, keys: {'1': bye, '2': skin}, silence: call, wrong: call}\n"
    flow = flow_of(tmp_path, round_again)
    shown = [text.text for text in ET.fromstring(svg(flow)).iter(f"{SVG}text")]
    assert "key 1: again" in shown and "key 2" in shown


def test_mermaid_names_every_step_and_answer(tmp_path: Path) -> None:
    flow = flow_of(tmp_path, CONCERN.replace("Goodbye.", '"Say \\"bye\\" & <go> #1."'))
    lines = mermaid(flow).splitlines()
    assert lines[0] == "flowchart TD"
    assert '    concern__skin{{"<b>skin</b><br>skin colour"}}' in lines
    assert '    concern__skin -->|"1, yes, or unclear"| concern__call' in lines
    assert "    concern__nobody --> concern__advice" in lines
    assert '    concern__bye(["<b>bye</b><br>Say #quot;bye#quot; & #lt;go#gt; #35;1."])' in lines


@pytest.mark.parametrize("name", FLOW_NAMES)
def test_mermaid_uses_only_names_that_it_defines(name: str) -> None:
    lines = [line.strip() for line in mermaid(FLOWS.flows[name]).splitlines()[1:]]
    arrows = [line.split() for line in lines if "-->" in line]
    defined = {
        line.partition("__")[0] + "__" + _word(line.partition("__")[2]) for line in lines if '"<b>' in line
    }
    assert {end for words in arrows for end in (words[0], words[-1])} <= defined


def _word(text: str) -> str:
    return text[: next(at for at, sign in enumerate(text) if not (sign.isalnum() or sign == "_"))]
