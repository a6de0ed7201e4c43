"""What may be true outside a call, decided only when the engine asks.

The engine is handed Facts that look like any others. When it reads one that is still open, the
reading itself is the question: one answer is given and noted, and the others are tried in further
runs. So calls that nothing can tell apart stay one call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar, cast

from ivr.flow.turn import CallerKind, Facts

T = TypeVar("T")
Decided = Mapping[str, object]  # "caller", "repeat", "open desk", "hunt on_call", "late on_call" → its value

NOW = 1  # the engine's clock stands still: lateness is decided, not counted
_NEVER, _AT_ONCE = 10**9, -1  # limits, in seconds: no hunt is ever late; every hunt is


@dataclass(frozen=True, slots=True)
class Hunt:
    """One state of a group's rota.

    rings, sure  as Facts.hunts and Facts.rounds have them
    late_at      the ring for which it is too late when all before it have rung out; stories need it
    """

    name: str
    rings: tuple[tuple[str, ...], ...]
    sure: int
    late_at: int = 0


NOBODY = Hunt("nobody", (), 0)


def chains(rings: tuple[tuple[str, ...], ...], sure: int, late_at: int = 0) -> tuple[Hunt, ...]:
    """Return the states of a rota to look at: the full chain, only its first phone, and nobody."""
    if not rings:
        return (NOBODY,)
    full = Hunt("full", rings, sure, late_at)
    one = Hunt("one", (rings[0][:1],) * rings.count(rings[0]), min(sure, rings.count(rings[0])))
    return (full, NOBODY) if one.rings == full.rings else (full, one, NOBODY)


@dataclass(frozen=True)
class World:
    """All that may be true. hunts: per group, the states its rota can be in; words: as Facts.words."""

    hunts: Mapping[str, tuple[Hunt, ...]]
    words: Mapping[str, str] = field(default_factory=dict)
    callers: tuple[CallerKind, ...] = ("home", "abroad", "withheld")
    repeats: tuple[bool, ...] = (False, True)


class _Answers(Mapping[str, T]):
    """A mapping that has every name; what it holds is asked for."""

    def __init__(self, ask: Callable[[str], T]) -> None:
        self._ask = ask

    def __getitem__(self, name: str) -> T:
        return self._ask(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Asked(Facts):
    """Facts for one turn. `chosen` lists, in the order of asking, (name, value) of what was still open."""

    __slots__ = ("_decided", "_script", "_taken", "_world", "chosen")
    _world: World
    _decided: dict[str, object]
    _script: tuple[int, ...]
    _taken: list[tuple[int, int]]
    chosen: list[tuple[str, object]]

    def __init__(self, world: World, decided: Decided, script: tuple[int, ...] = ()) -> None:
        """script: which of its answers each question gets, in order; the first one once it is used up."""
        own = {"_world": world, "_decided": dict(decided), "_script": script, "_taken": [], "chosen": []}
        shown = {
            "now": NOW,
            "open": _Answers(lambda table: self._decide(f"open {table}", (True, False))),
            "hunts": _Answers(lambda group: self._hunt(group).rings),
            "rounds": _Answers(lambda group: self._hunt(group).sure),
            "limits": _Answers(self._limit),
            "words": world.words,
            "off": frozenset(),  # a hunt that passes over a phone is a shorter hunt
        }
        for name, value in (own | shown).items():
            object.__setattr__(self, name, value)  # Facts are frozen

    @property
    def caller(self) -> CallerKind:
        kinds = self._world.callers
        if self._decided.get("repeat"):  # who hides a number can't be known from an earlier call
            kinds = tuple(kind for kind in kinds if kind != "withheld")
        return self._decide("caller", kinds)

    @property
    def repeat(self) -> bool:
        withheld = self._decided.get("caller") == "withheld"
        return self._decide("repeat", (False,) if withheld else self._world.repeats)

    def _hunt(self, group: str) -> Hunt:
        return self._decide(f"hunt {group}", self._world.hunts.get(group, (NOBODY,)))

    def _limit(self, group: str) -> int:
        return _AT_ONCE if self._decide(f"late {group}", (False, True)) else _NEVER

    def _decide(self, name: str, answers: tuple[T, ...]) -> T:
        if name in self._decided:
            return cast(T, self._decided[name])
        asked = len(self._taken)
        which = self._script[asked] if asked < len(self._script) else 0
        self._taken.append((which, len(answers)))
        self._decided[name] = answers[which]
        self.chosen.append((name, answers[which]))
        return answers[which]

    def next_script(self) -> tuple[int, ...] | None:
        """Return the script of the next run, None when every answer to every question has been tried."""
        taken = self._taken
        for last in range(len(taken) - 1, -1, -1):
            which, answers = taken[last]
            if which + 1 < answers:
                return (*(earlier for earlier, _ in taken[:last]), which + 1)
        return None
