"""The report: one page that a clinical lead reads and signs, and an inspector can check.

It is whole in itself: no script, no picture, font or sheet from elsewhere; its own policy forbids them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from ivr.cli import proved
from ivr.cli.page import Html, judged, page, table
from ivr.config import Config
from ivr.flow.model import Flow, Flows
from ivr.flow.reading import Line, reading
from ivr.flow.rules import Violation
from ivr.flow.shapes import SHAPES
from ivr.flow.signing import Signature, wording
from ivr.flow.svg import svg
from ivr.flow.timing import Prompt, prompts, spoken_words
from ivr.proof import Proof
from ivr.rota.local import minute, wall

_SIGNS = """From a caller who presses each key as its question begins, to
one who hears every prompt out. The limits hold for one who presses as soon as they have heard what fits: the
column between. A dash: it doesn't follow at once."""
_VOICEMAIL = """A phone that nobody takes is counted as ringing out. A voicemail that picks up late keeps it
longer: it is told the whole whisper. In an emergency the advice is to call 999."""
_SIGNING = """A signature is over the wording and the ways: whoever edits either undoes it. A clinician
signs with <code>ivr sign FLOW --by NAME --registration NUMBER</code>."""
_PAPER = "Read and agreed, on paper: ______________________________ &#160; date: ______________"


@dataclass(frozen=True)
class Contents:
    """What the page tells. `made`: when, by the clocks of the clinic; `told_by`: how seconds were found."""

    clinic: str
    made: str
    rehearsal: bool
    flows: Flows
    words: Mapping[str, str]
    signatures: Sequence[Signature]
    prompts: Sequence[Prompt]
    told_by: str
    signs: Sequence[Sequence[str]]  # cells, as proved.SIGN_HEADS names them
    rules: Sequence[tuple[str, str, bool]]
    violations: Sequence[Violation]
    figures: Mapping[str, str]


def contents(config: Config, found: Proof, now: datetime) -> Contents:
    """Return what is to be told of a line and its proof, `now` (aware UTC)."""
    given, zone = found.evidence, config.clinic.zone
    words = spoken_words(given.flows, given.words)
    return Contents(
        clinic=config.clinic.name,
        made=f"{minute(now, zone)} {wall(now, zone).year}",
        rehearsal=config.line.rehearsal,
        flows=given.flows,
        words=words,
        signatures=given.signatures,
        prompts=prompts(given.flows, words, given.seconds),
        told_by=found.voice.says(found.texts()),
        signs=list(proved.signs(found)),
        rules=list(proved.rules(found)),
        violations=found.violations,
        figures=proved.figures(found),
    )


def html(told: Contents) -> str:
    """Return the whole page."""
    flows = sorted(told.flows.flows.values(), key=lambda flow: _rank(told.flows, flow))
    parts = [*_head(told, flows), *_signatures(told), *_signs(told), *_proofs(told)]
    for flow in flows:
        parts += _flow(told, flow)
    return page(f"{told.clinic}: what callers hear", parts)


def _rank(flows: Flows, flow: Flow) -> tuple[bool, bool, str]:
    return flow.name != flows.start.partition(".")[0], flow.path != "symptom", flow.name


def _head(told: Contents, flows: Sequence[Flow]) -> Iterator[str]:
    yield f"<header><h1>{escape(told.clinic)}: what callers hear</h1>"
    revision = f"<code>{escape(told.flows.revision)}</code>"
    yield f"<p>Made {escape(told.made)}, of the flows in revision {revision}.</p></header>"
    notices = [sign for sign in told.signatures if not sign.holds]
    if told.rehearsal:
        yield '<p class="notice"><strong>Rehearsal.</strong> This line is only being tried out.</p>'
    if notices:
        names = ", ".join(f"{sign.flow} ({sign.state})" for sign in notices)
        yield f'<p class="notice"><strong>Not signed.</strong> No signature holds for: {escape(names)}.</p>'
    links = [("signatures", "Signatures"), ("signs", "Seconds to help"), ("proofs", "Proofs")]
    links += [(f"flow-{flow.name}", f"Flow {flow.name}") for flow in flows]
    items = "".join(f'<li><a href="#{place}">{escape(name)}</a></li>' for place, name in links)
    yield f'<nav aria-label="On this page"><ul>{items}</ul></nav>'
    if told.figures:
        rows = [[name, value] for name, value in told.figures.items()]
        yield from table("What was looked at.", ("figure", "value"), rows, numbers=(1,), look="narrow")


def _signatures(told: Contents) -> Iterator[str]:
    yield '<h2 id="signatures" class="follows">Signatures</h2>'
    rows = []
    for sign in told.signatures:
        state = judged(sign.holds, str(sign.state))
        content = Html(f"<code>{wording(told.flows.flows[sign.flow])}</code>")
        rows.append([sign.flow, state, sign.says, content])
    heads = ("flow", "state", "signature", "hash of the wording")
    yield from table("Who answers for the wording of each flow.", heads, rows)
    yield f'<p>{_SIGNING}</p><p class="paper">{_PAPER}</p>'


def _signs(told: Contents) -> Iterator[str]:
    yield '<h2 id="signs" class="follows">Seconds to help</h2>'
    yield f"<p>{escape(_SIGNS)}</p>"
    caption = "Seconds from the answer of the call."
    yield from table(caption, proved.SIGN_HEADS, told.signs, numbers=range(2, len(proved.SIGN_HEADS)))
    yield f"<p>{escape(told.told_by)} {escape(_VOICEMAIL)}</p>"


def _proofs(told: Contents) -> Iterator[str]:
    yield '<h2 id="proofs" class="follows">Proofs</h2>'
    for one in told.violations:
        if one.rule != "signed":
            yield f'<p class="notice">{escape(str(one))}</p>'
            if one.call is not None:
                yield f"<pre>{escape(chr(10).join(one.call.transcript()))}</pre>"
    rows = [[name, says, judged(held, "held" if held else "broken")] for name, says, held in told.rules]
    caption = "Each rule was held against every call that can happen, not against a sample."
    yield from table(caption, ("rule", "what it holds", "result"), rows)


def _flow(told: Contents, flow: Flow) -> Iterator[str]:
    name = escape(flow.name)
    yield f'<section aria-labelledby="flow-{name}"><h2 id="flow-{name}">Flow {name}</h2>'
    sign = next((sign for sign in told.signatures if sign.flow == flow.name), None)
    if sign is not None:
        yield f"<p>{judged(sign.holds, str(sign.state))}: {escape(sign.says)}</p>"
    yield f"<h3>{name}, as callers hear it</h3>"
    seconds = {(prompt.step, prompt.text): prompt.seconds for prompt in told.prompts}
    rows = [_step(flow, line, seconds) for line in reading(flow, told.words)]
    begins = flow.start.partition(".")[2]
    caption = (
        f"It begins with {begins}. Words in braces are filled with the longest that they can become."
    )
    yield from table(caption, ("step", "what is heard", "where answers lead"), rows, look="steps")
    if flow.clinician:
        target = flow.clinician.removeprefix(f"{flow.name}.")
        yield f"<p>Key 0, at any question or recording, leads to {escape(target)}.</p>"
    yield f"<h3>{name}, drawn</h3>"
    yield from _legend({step.kind for step in flow.steps.values()})
    yield f'<div class="drawing" tabindex="0" role="region" aria-label="Drawing of flow {name}">'
    yield f"{svg(flow)}</div></section>"


def _step(flow: Flow, line: Line, seconds: Mapping[tuple[str, str], float]) -> list[str]:
    about = f": {line.about}" if line.about else ""
    words = ""
    for when, text in line.heard:
        before = f'<span class="when">{escape(when)}:</span> ' if when else ""
        length = seconds.get((f"{flow.name}.{line.name}", text))
        after = f' <span class="when">{length:.1f}&#160;s</span>' if length is not None else ""
        words += f"<p>{before}“{escape(text)}”{after}</p>"
    answers = "".join(f"<p>{escape(answer)} → {_name(target)}</p>" for answer, target in line.answers)
    name = f'{_name(line.name)}<br><span class="about">{line.kind}{escape(about)}</span>'
    return [Html(name), Html(words), Html(answers)]


def _name(name: str) -> str:
    """Return a step's name, which may be broken after its stops and strokes."""
    return escape(name).replace("_", "_<wbr>").replace(".", ".<wbr>")


def _legend(kinds: Iterable[str]) -> Iterator[str]:
    """Yield what each kind of step that is drawn looks like."""
    wanted = set(kinds)
    yield '<ul class="legend" aria-label="Shapes in the drawing">'
    for kind, shape in SHAPES.items():
        if kind in wanted:
            look = f'd="{shape.outline(44, 20)}" fill="{shape.fill}" stroke="{shape.stroke}"'
            opening = '<svg width="48" height="24" viewBox="-2 -2 48 24" aria-hidden="true">'
            yield f"<li>{opening}<path {look}/></svg>{kind}</li>"
    yield "</ul>"
