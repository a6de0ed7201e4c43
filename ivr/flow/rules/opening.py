"""The first words of a call: when to dial 999, before anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, Fault
from ivr.flow.rules.search import each

_999 = re.compile(r"\b999\b")
# Words of a disclaimer, a notice or an offer. A greeting has none of them.
_NOTICE = re.compile(
    r"\brecord|\bcan(?:'t|not) (?:tell|give|advise|diagnose)|\badvice\b|\bwebsite\b|\bprivacy\b|\bdata\b"
    r"|\bterms\b|\bpurposes\b|\bliab|\bresponsib|\bplease note\b|\bdisclaim|\boffer|\bmonitored\b",
    re.IGNORECASE,
)


def said_in_time(given: Evidence) -> Iterator[Fault]:
    """999 is spoken within the first seconds of every call, and no key can cut it off."""

    def judge(edge: Edge) -> Fault | None:
        if edge.source != 0 or edge.turn is None:
            return None
        spent, most = 0.0, given.limits.first_999
        for text in edge.turn.says:
            if found := _999.search(text):
                spent += given.seconds(text[: found.end()])
                if spent <= most:
                    return None
                message = f"999 has been said {spent:.1f} s after the answer; at most {most:.0f}"
                return Fault(edge.through[0], message, "Shorten what comes before it")
            spent += given.seconds(text)
        cure = "Say when to hang up and call 999, with `interrupt: false`"
        return Fault(edge.through[0], "999 isn't among the first words, or a key can cut it off", cure)

    return each(given.exploration, judge)


def nothing_before(given: Evidence) -> Iterator[Fault]:
    """No disclaimer, notice or offer comes before it."""

    def judge(edge: Edge) -> Fault | None:
        if edge.source != 0 or edge.turn is None:
            return None
        before = _999.split(" ".join(edge.turn.says), maxsplit=1)[0]
        if found := _NOTICE.search(before):
            message = f"{found[0].strip()!r} is said before 999: a notice must not delay it"
            return Fault(edge.through[0], message, "Say it later in the call")
        return None

    return each(given.exploration, judge)
