"""One judgement of a config and its flows: what was looked at, what it showed, and how long calls take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ivr.config import Config
from ivr.flow.model import Flows
from ivr.flow.rules import RULES, Evidence, Violation, judge
from ivr.flow.rules.pace import SignPace, sign_paces
from ivr.flow.timing import filled, spoken_words
from ivr.proof.evidence import evidence
from ivr.proof.speech import Teller, teller


@dataclass(frozen=True)
class Proof:
    """What was found. `violations` are sorted by file and line, warnings among them."""

    violations: tuple[Violation, ...]
    evidence: Evidence
    paces: tuple[SignPace, ...]
    voice: Teller

    @property
    def errors(self) -> tuple[Violation, ...]:
        """What must be put right before a caller rings. Without any, the line may serve."""
        return tuple(one for one in self.violations if one.level == "error")

    @property
    def warnings(self) -> tuple[Violation, ...]:
        return tuple(one for one in self.violations if one.level == "warning")

    @property
    def broken(self) -> frozenset[str]:
        """The names of the rules that don't hold."""
        return frozenset(one.rule for one in self.errors)

    @property
    def held(self) -> int:
        """How many rules hold."""
        return len(RULES) - len(self.broken)

    def texts(self) -> list[str]:
        """Return every text that was timed as a whole prompt."""
        return list(prompts_of(self.evidence))


def prove(config: Config, flows: Flows, now: datetime, voice: Teller | None = None) -> Proof:
    """Explore every call that `config` and `flows` allow, and judge them.

    now     aware UTC: from then on opening hours and the rota are looked at
    voice   who tells how long a text takes; default: espeak-ng where it is installed, else the model
    Nothing is written but remembered seconds of speech. It takes about a second.
    """
    voice = voice or teller(config.line.words_a_minute)
    given = evidence(config, flows, now, voice.speech)
    voice.warm(prompts_of(given))
    found = Proof(judge(given), given, sign_paces(given), voice)
    voice.keep()
    return found


def prompts_of(given: Evidence) -> Iterable[str]:
    """Yield every prompt as it is heard, each once, with the longest words in it."""
    words = spoken_words(given.flows, given.words)
    texts = (text for step in given.flows.steps.values() for _, text in step.spoken())
    return dict.fromkeys(filled(text, words) for text in texts)
