"""Steps that wait for a key or a word: menus and gates.

Silence and wrong keys are counted together, so that nobody can be asked for ever.
"""

from __future__ import annotations

from ivr.flow import hearing
from ivr.flow.draft import Draft
from ivr.flow.steps import Ask, Gate
from ivr.flow.turn import Input, Keys, Listen, Speech, Wait

GATE_TRIES = 2
UNSURE = "?"  # ends a sign that was taken from silence or wrong keys


def ask(draft: Draft, name: str, step: Ask) -> Wait:
    """Enter a menu."""
    draft.move(step=name, misses=0)
    return _listen(draft, name, step, step.ask)


def gate(draft: Draft, name: str, step: Gate) -> Wait:
    """Enter a gate."""
    draft.move(step=name, misses=0)
    return _listen(draft, name, step, step.gate)


def answered_ask(draft: Draft, name: str, step: Ask, received: Input) -> str | Wait:
    """Take a menu's answer: the next step, or the wait again."""
    key = hearing.at_menu(received, frozenset(step.keys), step.words)
    if key is not None and key in step.keys:
        return step.keys[key]
    if (special := _special(draft, name, step, step.ask, key)) is not None:
        return special
    how = _how(received)
    if draft.position.misses + 1 >= (step.tries if how == "silence" else step.wrong_tries or step.tries):
        return step.silence if how == "silence" else step.wrong
    return _missed(draft, name, step, step.ask)


def answered_gate(draft: Draft, name: str, step: Gate, received: Input) -> str | Wait:
    """Take a gate's answer: only a clear no is no."""
    key = hearing.at_gate(received)
    if key == "2":
        return step.no
    if key == "1":
        return _yes(draft, name, step, _how(received, clear=True))
    if (special := _special(draft, name, step, step.gate, key)) is not None:
        return special
    if draft.position.misses + 1 >= GATE_TRIES:
        return _yes(draft, name, step, _how(received))
    return _missed(draft, name, step, step.gate)


def _yes(draft: Draft, name: str, step: Gate, how: str) -> str:
    sign = name if how in ("key", "speech") else name + UNSURE
    if sign not in draft.position.signs:
        draft.move(signs=(*draft.position.signs, sign))
    draft.note("sign", gate=name, sign=step.sign, how=how)
    return step.yes


def _special(draft: Draft, name: str, step: Ask | Gate, question: str, key: str | None) -> str | Wait | None:
    if key == hearing.REPEAT:
        return _listen(draft, name, step, question)
    if key == hearing.CLINICIAN and draft.position.path == "symptom":
        return draft.flows.clinician_of(name)
    return None


def _missed(draft: Draft, name: str, step: Ask | Gate, question: str) -> Wait:
    draft.move(misses=draft.position.misses + 1)
    if step.again:
        draft.say(step.again)
    return _listen(draft, name, step, question)


def _how(received: Input, clear: bool = False) -> str:
    if isinstance(received, Keys) and received.digits:
        return "key" if clear else "wrong"
    if isinstance(received, Speech) and received.text.strip():
        return "speech" if clear else "wrong"
    return "silence"


def _listen(draft: Draft, name: str, step: Ask | Gate, prompt: str) -> Listen:
    draft.say(prompt)
    draft.heard.append(name)
    seconds = draft.flows.known.listen_seconds
    if isinstance(step, Gate):
        return Listen(draft.cut_short(), seconds, hearing.GATE_HINTS)
    hints = tuple(word for spoken in step.words.values() for word in spoken)
    return Listen(draft.cut_short(), step.seconds or seconds, hints)
