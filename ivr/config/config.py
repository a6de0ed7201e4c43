"""What the line was told: config.yaml and the environment, checked, and what follows from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from ivr.config import legs, oncall, texts, written
from ivr.config.checks import BOOKING, DESK
from ivr.config.environment import Environment
from ivr.config.minute import Minute
from ivr.config.model import Box, Clinic, Group, Line, Person, Promise, RotaEntries, Table
from ivr.config.opening import opening
from ivr.config.optional import Callback, Fallback, Limits, Reports, Shifts, Spending, Working
from ivr.flow.model import Known
from ivr.rota import dues, hunt
from ivr.rota import rota as calculator
from ivr.rota.hours import Hours, next_opening
from ivr.rota.laid import NOTHING, Laid
from ivr.rota.rota import Override
from ivr.yamlfile import Document, Problem


@dataclass(frozen=True, eq=False)
class Config:
    """All settings. Sections are as written; the methods say what they come to at a time (aware UTC).

    A name that isn't in the config is a KeyError: the flows were checked against `known()` before.
    """

    clinic: Clinic
    line: Line
    people: Mapping[str, Person]
    owner: str
    groups: Mapping[str, Group]
    boxes: Mapping[str, Box]
    promises: Mapping[str, Promise]
    texts: Mapping[str, str]
    hours: Mapping[str, Table]
    rota: RotaEntries
    working: Working = Working()
    limits: Limits = Limits()
    fallback: Fallback = Fallback()
    shifts: Shifts = Shifts()
    spending: Spending = Spending()
    callback: Callback = Callback()
    reports: Reports = Reports()
    environment: Environment = Environment()
    warnings: tuple[Problem, ...] = ()
    document: Document = field(default=Document("config.yaml", None, {}), repr=False)  # to tell lines by
    laid: Laid = NOTHING  # over rota and hours, while the line runs
    _minute: Minute = field(default_factory=Minute, init=False, repr=False, compare=False)

    def known(self) -> Known:
        """Return the names that flows may use."""
        return Known(
            groups=frozenset(self.groups),
            boxes={name: box.max_seconds for name, box in self.boxes.items()},
            hours=frozenset(self.hours),
            promises=frozenset(self.promises),
            texts=frozenset(self.texts) - texts.LONG,
            listen_seconds=self.line.listen_seconds,
        )

    def laid_over(self, laid: Laid) -> Config:
        """Return this config with `laid` over its rota and hours, in place of what lay there before."""
        return replace(self, laid=laid)

    # --- when -------------------------------------------------------------------

    def hours_of(self, name: str) -> Hours:
        """Return a table of opening hours, bank holidays and named dates laid in."""
        return self._tables[name]

    def due(self, promise: str, now: datetime) -> datetime:
        """Return when a call-back that is promised `now` is due, in UTC."""
        told = self.promises[promise]
        if told.within_hours is not None:
            return dues.within(now, told.within_hours)
        if told.by is not None:
            return dues.same_day(now, self.clinic.zone, written.minutes(told.by), told.at_least_hours)
        by = written.minutes(told.next_session_by or "12:00")  # the model lets no fourth way in
        return dues.next_session(now, self.hours_of(told.hours), by)

    def words(self, now: datetime) -> Mapping[str, str]:
        """Return what the texts of flows may name, ready to be spoken; all of WORDS but "signs".

        Worked out once a minute, from the minute's beginning: cheap enough for every webhook.
        """
        return self._minute.kept("words", now, self._words)

    # --- whom -------------------------------------------------------------------

    def rota_table(self) -> calculator.Rota:
        """Return the rota as the calculator takes it."""
        return self._rota

    def chain_at(self, at: datetime) -> tuple[str, ...]:
        """Return the ids of those on call, in the order in which they are rung; the owner, if nobody is."""
        return self._minute.kept("chain", at, lambda at: calculator.chain_at(self._rota, at)) or (self.owner,)

    def rings(self, group: str, at: datetime) -> tuple[tuple[str, ...], ...]:
        """Return the rings of a hunt, all rounds; each is the leg ids that ring at the same time."""
        return self._round(group, at) * self.groups[group].rounds

    def round_length(self, group: str, at: datetime) -> int:
        """Return how many rings make one round."""
        return len(self._round(group, at))

    def number_of(self, leg: str) -> str:
        """Return the phone number (E.164) behind a leg id."""
        return self._numbers[leg]

    def legs(self) -> tuple[str, ...]:
        """Return the ids of all legs."""
        return tuple(self._numbers)

    def legs_of(self, number: str) -> list[str]:
        """Return the leg ids of the phones that have a number (E.164)."""
        return [leg for leg, theirs in self._numbers.items() if theirs == number]

    def person_of(self, leg: str) -> str | None:
        """Return the id of the person whose phone a leg is; None for a group's own phone."""
        name = leg.partition("/")[0]
        return name if leg in self._numbers and name in self.people else None

    def phones_of(self, people: Sequence[str]) -> tuple[str, ...]:
        """Return the numbers (E.164) of these people in the order in which they are rung, one by one."""
        rings = hunt.rings([legs.of_person(name, self.people[name]) for name in people], False, 1)
        return tuple(dict.fromkeys(self.number_of(leg) for ring in rings for leg in ring))

    # --- worked out once ----------------------------------------------------------

    @cached_property
    def _tables(self) -> Mapping[str, Hours]:
        own = {name: opening(table, self.clinic.zone) for name, table in self.hours.items()}
        return {
            name: replace(hours, exceptions={**hours.exceptions, **self.laid.exceptions.get(name, {})})
            for name, hours in own.items()
        }

    @cached_property
    def _rota(self) -> calculator.Rota:
        """What lies over it names people of its own time: those that config.yaml has lost are left out."""
        own = oncall.table(self.rota, self.clinic.zone)
        known = (replace(one, chain=self._known(one)) for one in self.laid.overrides)
        return replace(own, overrides=(*own.overrides, *(one for one in known if one.chain)))

    def _known(self, override: Override) -> tuple[str, ...]:
        return tuple(name for name in override.chain if name in self.people)

    @cached_property
    def _numbers(self) -> Mapping[str, str]:
        return legs.numbers(self.people, self.groups)

    def _round(self, group: str, at: datetime) -> tuple[tuple[str, ...], ...]:
        told = self.groups[group]
        who = self.chain_at(at) if told.rota else told.people
        phones = [legs.of_person(name, self.people[name]) for name in who] or legs.of_group(group, told)
        return hunt.rings(phones, told.order == "together", 1)

    def _words(self, now: datetime) -> Mapping[str, str]:
        zone = self.clinic.zone
        opens = next_opening(self.hours_of(DESK), now)
        spoken = {
            "clinic": self.clinic.name,
            # A desk that never closes has no next opening; no flow comes to say it then.
            "opens": dues.spoken_opening(opens, now, zone) if opens else "any time",
            "listened": dues.spoken_each(written.minutes(self.boxes[BOOKING].listened_at)),
            "keep_days": str(max(box.keep_days for box in self.boxes.values())),
        }
        return spoken | {
            f"{name}_by": dues.spoken_by(self.due(name, now), now, zone) for name in self.promises
        }
