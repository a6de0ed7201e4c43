"""The kinds of step: one class each.

A step's kind is the key that it opens with; `KINDS` is the one table of them. The
names in `targets` say which fields hold the name of another step, so that nothing
else needs to know where a step can lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ivr.flow.turn import Disposition

Condition = Literal["abroad", "withheld", "repeat"]
Reader = Literal["on_call", "caller", "owner"]


def _key(text: str) -> str:
    if text not in tuple("0123456789"):
        raise ValueError(f"{text!r} is not a key", "Write one of 0 to 9; * and # have their own meaning")
    return text


Key = Annotated[str, AfterValidator(_key)]


def _tuple(value: object) -> object:
    """YAML writes one text, or a list of them."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Texts = Annotated[tuple[str, ...], BeforeValidator(_tuple)]


class Step(BaseModel):
    """What all kinds share. Frozen: a flow that was checked stays as it was checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    kind: ClassVar[str]
    targets: ClassVar[tuple[str, ...]]  # fields that name the next step
    texts: ClassVar[tuple[str, ...]] = ()  # fields that are spoken

    def exits(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Yield (place in the step, name of the step it leads to)."""
        for name in self.targets:
            value = getattr(self, name)
            if isinstance(value, Mapping):
                yield from (((name, key), target) for key, target in value.items())
            elif value is not None:
                yield (name,), value

    def spoken(self) -> Iterator[tuple[str, str]]:
        """Yield (field, text) for each text a person hears."""
        for name in self.texts:
            value = getattr(self, name)
            for text in (value,) if isinstance(value, str) else value or ():
                yield name, text


class Say(Step):
    """Speak, then go on. `only`: speak just when the condition holds.

    interrupt: a key may cut it short, where a wait follows (default yes).
    """

    kind = "say"
    targets = ("next",)
    texts = ("say",)
    say: str
    next: str
    only: Condition | None = None
    interrupt: bool = True


class Ask(Step):
    """A menu: one key per exit. `words` lets a caller say what a key would do.

    tries: how many silences or wrong keys in a row lead to `silence` or `wrong`.
    wrong_tries: after how many of them a wrong key leads to `wrong` (as `tries`, if it isn't given).
    again: spoken before the question, from the second try on.
    """

    kind = "ask"
    targets = ("keys", "silence", "wrong")
    texts = ("ask", "again")
    ask: str
    keys: Mapping[Key, str] = Field(min_length=1)
    silence: str
    wrong: str
    words: Mapping[Key, Texts] = {}
    tries: int = Field(default=2, ge=1, le=9)
    wrong_tries: int | None = Field(default=None, ge=1, le=9)
    again: str | None = None
    seconds: int | None = Field(default=None, ge=1, le=60)


class Gate(Step):
    """A checklist question. Only a clear 2 or "no" is no; silence twice or a wrong key twice is yes.

    sign: the short name of what it asks about, as a clinician hears it.
    """

    kind = "gate"
    targets = ("yes", "no")
    texts = ("gate", "again")
    gate: str
    sign: str
    yes: str
    no: str
    again: str | None = None


class Hours(Step):
    """Branch on whether an opening-hours table of config.yaml is open now."""

    kind = "hours"
    targets = ("open", "closed")
    hours: str
    open: str
    closed: str


class Dial(Step):
    """Ring a group of config.yaml. With a `disposition` it opens a page first.

    whisper: what a person hears before the bridge; with it only key 1 bridges.
    between: spoken before the second ring, the third and so on; the last one repeats.
    """

    kind = "dial"
    targets = ("taken", "unanswered")
    texts = ("say", "between", "whisper")
    dial: str
    taken: str
    unanswered: str
    disposition: Disposition | None = None
    say: str | None = None
    between: Texts = ()
    whisper: str | None = None


class Record(Step):
    """Record a message into a voicemail box. `keys` leave the recording for another step."""

    kind = "record"
    targets = ("done", "nothing", "keys")
    texts = ("say",)
    record: str
    done: str
    nothing: str
    say: str | None = None
    keys: Mapping[Key, str] = {}


class Text(Step):
    """Send a text from a template of config.yaml."""

    kind = "text"
    targets = ("next",)
    text: str
    to: Reader
    next: str


class Promise(Step):
    """Promise a call-back with the due time that config.yaml gives it."""

    kind = "promise"
    targets = ("next",)
    promise: str
    disposition: Disposition
    next: str


class Goto(Step):
    """Go on elsewhere; with `only`, just when the condition holds, else to `otherwise`."""

    kind = "goto"
    targets = ("goto", "otherwise")
    goto: str
    only: Condition | None = None
    otherwise: str | None = None

    @model_validator(mode="after")
    def _both_ways(self) -> Self:
        if (self.only is None) != (self.otherwise is None):
            cure = "Add `otherwise: STEP`" if self.only else "Add `only: CONDITION`"
            raise ValueError("`only` and `otherwise` belong together", cure)
        return self


class End(Step):
    """Say the last words and hang up."""

    kind = "end"
    targets = ()
    texts = ("end",)
    end: str


KINDS: Mapping[str, type[Step]] = {
    kind.kind: kind for kind in (Say, Ask, Gate, Hours, Dial, Record, Text, Promise, Goto, End)
}
