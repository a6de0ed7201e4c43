"""Flows made up to measure with: as long as wanted, and of the same kinds of step as the shipped ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ivr.flow.loader import load
from ivr.flow.model import Flows
from tests.flow_proof.clinic import ROOT, copy

PER_GATE = 5  # steps
_OWN_DIAL = 4  # one gate in so many rings by a step of its own


def generated(folder: Path, gates: int, known: Flows) -> Flows:
    """Return the shipped flows with a checklist of `gates` gates, PER_GATE steps each, before their own."""
    copy(folder)
    concern = (ROOT / "flows" / "concern.yaml").read_text(encoding="utf-8")
    concern = concern.replace("    otherwise: gate_emergency\n", "    otherwise: gate_0\n", 1)
    steps = "\n".join(line for gate in range(gates) for line in _block(gate, gate + 1 == gates))
    (folder / "flows" / "concern.yaml").write_text(f"{concern}\n{steps}\n", encoding="utf-8")
    return load(folder / "flows", "main", known.known)


def _block(gate: int, last: bool) -> Iterator[str]:
    yield f"  gate_{gate}:"
    yield f'    gate: "Press 1 if sign {gate} is true. If none, press 2."'
    yield f"    sign: sign {gate}"
    yield f"    yes: {'dial' if gate % _OWN_DIAL == 0 else 'when'}_{gate}"
    yield f"    no: {'gate_emergency' if last else f'go_on_{gate}'}"
    if not last:
        yield f'  go_on_{gate}: {{say: "Question {gate} is done.", next: gate_{gate + 1}}}'
    else:
        yield f"  go_on_{gate}: {{goto: gate_emergency}}"
    if gate % _OWN_DIAL == 0:
        yield f"  dial_{gate}:"
        yield "    dial: on_call"
        yield "    disposition: clinician_now"
        yield '    whisper: "Urgent. {signs}. Press 1 to take it."'
        yield f"    taken: over_{gate}"
        yield f"    unanswered: sorry_{gate}"
        yield f'  sorry_{gate}: {{say: "Please go to A and E now, or call 111.", next: tell_nobody_came}}'
        yield f'  over_{gate}: {{end: "In an emergency, call 999."}}'
        return
    yield f"  when_{gate}:"
    yield '    ask: "Today, press 1. Longer ago, press 2."'
    yield f'    keys: {{"1": clinician_now, "2": number_{gate}}}'
    yield "    silence: clinician_now"
    yield "    wrong: clinician_now"
    yield f"  number_{gate}: {{goto: clinician_now, only: withheld, otherwise: promise_{gate}}}"
    yield f"  promise_{gate}: {{promise: two_hours, disposition: two_hours, next: two_hours_words}}"
