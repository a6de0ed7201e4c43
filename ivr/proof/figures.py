"""What a proof says, in figures and rows: for the command, the report and the staff's page alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from ivr.config import Config
from ivr.flow.model import Flows
from ivr.flow.rules import RULES, SignPace, first_999
from ivr.line.proved import Proved
from ivr.proof.proof import Proof, prove

SIGN_HEADS = ("sign", "leads to", "999 said", "phone rings", "as heard", "next phone", "nobody came: advice")
FIGURES = ("states", "ways on", "inputs tried", "rules held", "999 said", "longest prompt")


def proved(config: Config, flows: Flows, now: datetime) -> Proved:
    """Prove, and return what is to be shown of it. It takes a second or two."""
    found = prove(config, flows, now)
    return Proved(
        now,
        tuple(rules(found)),
        SIGN_HEADS,
        tuple(signs(found)),
        figures(found),
        tuple(str(one) for one in found.violations if one.rule != "signed"),
        found.voice.says(found.texts()),
    )


def figures(found: Proof) -> dict[str, str]:
    """Return what was looked at: name → value."""
    exploration, given = found.evidence.exploration, found.evidence
    longest = max(map(given.seconds, found.texts()), default=0.0)
    values = (
        f"{len(exploration.states):,}",
        f"{sum(len(state.edges) for state in exploration.states):,}",
        f"{exploration.turns:,}",
        f"{found.held} of {len(RULES)}",
        _told(first_999(given)),
        f"{longest:.1f} s",
    )
    return dict(zip(FIGURES, values, strict=True))


def signs(found: Proof) -> Iterator[tuple[str, ...]]:
    """Yield the cells of each sign: best to worst, and the limits' own caller between them."""
    told = _told(first_999(found.evidence)).removesuffix(" s")
    for pace in found.paces:
        means = sorted(one.replace("_", " ") if one else "more questions" for one in pace.means)
        as_heard = pace.seconds["as_heard"].ring
        yield (
            pace.sign,
            ", ".join(means),
            told,
            _span(pace, lambda seconds: seconds.ring),
            "–" if as_heard is None else f"{as_heard:.0f}",
            _span(pace, lambda seconds: seconds.next_ring),
            _span(pace, lambda seconds: seconds.advice),
        )


def _told(seconds: float | None) -> str:
    return "not always" if seconds is None else f"{seconds:.1f} s"


def _span(pace: SignPace, which: Callable[..., float | None]) -> str:
    best, worst = which(pace.seconds["at_once"]), which(pace.seconds["heard_out"])
    return "–" if best is None or worst is None else f"{best:.0f} to {worst:.0f}"


def rules(found: Proof) -> Iterator[tuple[str, str, bool]]:
    """Yield (name, what it holds, whether it holds) of each rule."""
    for rule in RULES:
        yield rule.name, rule.says, rule.name not in found.broken
