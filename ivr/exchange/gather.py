"""Gather: keys, speech or both, while prompts play and for a while after."""

from __future__ import annotations

from ivr.exchange import parameters, speech
from ivr.exchange.acts import Moment, Speak
from ivr.exchange.leg import Key, Leg, length
from ivr.exchange.loop import Steps
from ivr.exchange.run import Next, Run
from ivr.exchange.verbs import Gather

CONFIDENCE = 0.9  # of every speech result
AUTO_SECONDS = 1.0  # of silence, by which speechTimeout="auto" takes speech to be over


def gather(run: Run, verb: Gather, url: str) -> Steps[Next | None]:
    """Listen; return the action's request if something was given, or if it is wanted even so; else None."""
    leg, switches = run.leg, run.board.switches
    leg.answered()
    if verb.partial_result_callback:
        run.board.unexpected.append("partialResultCallback: this exchange sends none")
    leg.meets(Moment("gather", length(verb.prompts)))
    wanted = tuple(kind for name, kind in (("dtmf", Key), ("speech", Speak)) if name in verb.input)
    during = wanted if verb.barge_in else tuple(kind for kind in wanted if kind is Key)
    event = yield from leg.play(verb.prompts, *during)
    if event is None:
        event = yield from leg.hear(verb.timeout, *wanted)
    keys, finish, said = "", "", None
    if isinstance(event, Speak):
        yield from leg.hear(speech.seconds(event.text) + _quiet(verb))
        said = event.text
    elif isinstance(event, Key):
        keys, finish = yield from _keys(leg, verb, event)
    leg.leave()
    if not keys and not said and not verb.action_on_empty_result:
        return None
    empty = "" if switches.empty_gather_params and not keys and not said else None
    keys_told = switches.finished_on_key_sent and "dtmf" in verb.input and not said
    params = parameters.gather(
        run.params(),
        digits=keys or (empty if "dtmf" in verb.input else None),
        speech=said or (empty if "speech" in verb.input else None),
        confidence=CONFIDENCE if said and switches.confidence_sent else None,
        finished_on_key=finish if keys_told else None,
    )
    return run.next(url, verb.action, verb.method, params)


def _keys(leg: Leg, verb: Gather, event: object) -> Steps[tuple[str, str]]:
    """Take keys from the first one on; return them, and the key that ended it, if one did."""
    keys = ""
    while isinstance(event, Key):
        if event.key == verb.finish_on_key:
            return keys, event.key
        keys += event.key
        if len(keys) == verb.num_digits:
            return keys, ""
        event = yield from leg.hear(verb.timeout, Key)
    return keys, ""


def _quiet(verb: Gather) -> float:
    if verb.speech_timeout == "auto":
        return AUTO_SECONDS
    return float(verb.timeout if verb.speech_timeout is None else verb.speech_timeout)
