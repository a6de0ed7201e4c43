"""What goes to the provider: every turn, as TwiML."""

from __future__ import annotations

from collections.abc import Iterator

from ivr.flow.explore import Edge
from ivr.flow.rules.evidence import Evidence, Fault
from ivr.flow.rules.search import each


def legal(given: Evidence) -> Iterator[Fault]:
    """Every document is one that the provider carries out, and small enough."""
    render = given.render
    if render is None:
        return
    judged: dict[object, Fault | None] = {}

    def judge(edge: Edge) -> Fault | None:
        if edge.turn is None:
            return None
        shape = (edge.turn.says, edge.turn.wait)
        if shape not in judged:
            judged[shape] = None
            try:
                document = render(edge.turn)
            except ValueError as error:
                judged[shape] = Fault(
                    edge.turn.position.step, f"no TwiML can be made of it: {error}", "Mend it"
                )
                return judged[shape]
            wrong = list(given.legal(document))
            if len(document) >= given.limits.document:
                wrong.append(f"it is {len(document)} bytes long; fewer than {given.limits.document} are read")
            if wrong:
                message = f"TwiML that the provider refuses: {wrong[0]}"
                judged[shape] = Fault(
                    edge.turn.position.step, message, "Mend the step, or ring fewer at once"
                )
        return judged[shape]

    yield from each(given.exploration, judge)
