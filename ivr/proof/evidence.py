"""What the rules look at, made of a config and its flows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from ivr.config import Config, model
from ivr.config.texts import LONG, faults, longest_values
from ivr.flow.explore import Exploration, explore
from ivr.flow.model import Flows
from ivr.flow.rules import Evidence, Group, Limits
from ivr.flow.signing import signature
from ivr.flow.timing import Speech
from ivr.flow.world import World, chains
from ivr.line.moment import SURE
from ivr.proof import legal
from ivr.proof.calendar import stretches
from ivr.proof.documents import rendering
from ivr.rota.hours import is_open
from ivr.rota.local import wall
from ivr.rota.rota import changes

_SPOKEN = 5  # seconds that are spoken before a ring, about
_STEP = timedelta(hours=3)  # the words for times change a few times a day
_WEEK = timedelta(days=7)


def evidence(config: Config, flows: Flows, now: datetime, speech: Speech) -> Evidence:
    """Return all that the rules look at. `now`: aware UTC; speech: how long a text takes."""
    limits = limits_of(config)
    ahead = now + timedelta(days=limits.rota_days)
    return told(config, flows, now, speech, world(config, now, ahead))


def told(
    config: Config,
    flows: Flows,
    now: datetime,
    speech: Speech,
    around: World,
    exploring: Callable[[Flows, World], Exploration] = explore,
) -> Evidence:
    """Return the same for a world of one's own, and with exploration of one's own."""
    limits = limits_of(config)
    today = wall(now, config.clinic.zone).date()
    return Evidence(
        exploration=exploring(flows, around),
        seconds=functools.cache(speech),
        now=now,
        limits=limits,
        words=longest_words(config, now),
        groups={name: _group(group) for name, group in config.groups.items()},
        boxes={name: box.urgent for name, box in config.boxes.items()},
        texts=config.texts,
        text_faults=lambda name, text: faults(
            text, longest_values(config.clinic.name, config.boxes, name), name in LONG
        ),
        voice=config.line.voice,
        language=config.line.language,
        hours={name: tuple(stretches(config, name, today)) for name in config.hours},
        is_open=lambda table, at: is_open(config.hours_of(table), at),
        rota=tuple(changes(config.rota_table(), now, now + timedelta(days=limits.rota_days))),
        signatures=tuple(signature(flow, today) for flow in flows.flows.values()),
        rehearsal=config.line.rehearsal,
        render=rendering(config),
        legal=legal.wrong,
        config_file=config.document.file,
        config_line=config.document.line,
    )


def limits_of(config: Config) -> Limits:
    """Return what config.yaml says must be held."""
    held = config.limits
    return Limits(held.emergency_within, held.rings_within, held.advice_within, held.longest_prompt)


def world(config: Config, now: datetime, until: datetime) -> World:
    """Return all that may be true of a call between `now` and `until`: the longest hunt that the rota brings
    by then, only its first phone, and nobody.
    """
    hunts = {}
    for name, group in config.groups.items():
        times = [at for at, _ in changes(config.rota_table(), now, until)] if group.rota else [now]
        at = max(times, key=lambda at: config.round_length(name, at))
        sure = min(SURE, config.round_length(name, at))
        hunts[name] = chains(config.rings(name, at), sure, late_at(group))
    return World(hunts, config.words(now))


def late_at(group: model.Group) -> int:
    """Return the first ring that comes too late when phones ring out."""
    return group.give_up_after // (group.ring_seconds + _SPOKEN + _SPOKEN) + 1


def longest_words(config: Config, now: datetime) -> Mapping[str, str]:
    """Return each placeholder's longest value within the next week."""
    longest: dict[str, str] = {}
    for ahead in range(_WEEK // _STEP):
        for name, word in config.words(now + ahead * _STEP).items():
            longest[name] = max(longest.get(name, ""), word, key=len)
    return longest


def _group(group: model.Group) -> Group:
    return Group(not group.phones, group.ring_seconds, group.give_up_after)
