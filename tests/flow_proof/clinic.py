"""A clinic as its files have it: config and flows, and all that the rules look at, made from them."""

from __future__ import annotations

import functools
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ivr.config import load
from ivr.flow.explore import Exploration, explore
from ivr.flow.loader import load as load_flows
from ivr.flow.model import Flows
from ivr.flow.rules import Evidence
from ivr.flow.timing import modelled
from ivr.flow.world import World
from ivr.proof.evidence import told, world

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)  # a Tuesday, at noon, in the shipped rota


def copy(folder: Path) -> Path:
    """Copy the shipped config and flows into a folder; return the config's path."""
    shutil.copytree(ROOT / "flows", folder / "flows")
    shutil.copy(ROOT / "config.yaml", folder / "config.yaml")
    return folder / "config.yaml"


@functools.cache
def shipped(brief: bool = False) -> Evidence:
    """All that the rules look at, of what is shipped."""
    return evidence(ROOT / "config.yaml", brief=brief)


def evidence(path: Path, now: datetime = NOW, brief: bool = False) -> Evidence:
    """Return all that the rules look at, seconds being the model's. Errors: BadInput.

    brief: one round of the full chain, or nobody, is all that most mistakes need to show.
    """
    config = load(path, {}, now=now)
    flows = load_flows(config.line.flows, config.line.start, config.known())
    around = world(config, now, now + timedelta(weeks=8))
    if brief:
        hunts = {}
        for name, (full, *_, nobody) in around.hunts.items():
            once = full.rings[: len(full.rings) // config.groups[name].rounds]
            hunts[name] = (replace(full, rings=once), nobody)
        around = replace(around, hunts=hunts)
    return told(config, flows, now, functools.cache(modelled), around, _explored)


_KEPT: dict[object, Exploration] = {}


def _explored(flows: Flows, around: World) -> Exploration:
    """Explore, if that hasn't been done: what a config says of texts and hours changes no call."""
    hunts, boxes = tuple(around.hunts.items()), tuple(flows.known.boxes.items())
    key = (flows.revision, flows.known.listen_seconds, hunts, boxes, tuple(around.words.items()))
    if key not in _KEPT:
        _KEPT[key] = explore(flows, around)
    return replace(_KEPT[key], flows=flows)


def with_flows(given: Evidence, flows: Flows) -> Evidence:
    """The same evidence about other flows."""
    return replace(given, exploration=explore(flows, given.exploration.world), signatures=())
