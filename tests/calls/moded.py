"""Stories that no file can tell, played in the modes of those that are: what goes wrong around a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from ivr.cli.stage import Stage
from ivr.config import Config
from ivr.exchange.clock import HandClock
from ivr.exchange.switches import DOCUMENTED, Switches
from ivr.storage import journal
from tests.calls.stage import CONFIG, DRILL, FULL_NUMBER, MODES
from tests.calls.test_safety import logged

SOON = 40  # s after the last webhook in which the line's jobs run often: then hours pass in no time
in_modes = pytest.mark.parametrize("mode", MODES)


@contextmanager
def moded(
    mode: str,
    at: str,
    data: Path,
    *,
    config: Path = CONFIG,
    switches: Switches = DOCUMENTED,
    drills: bool = False,
    served: bool = False,
    changed: Callable[[Config], Config] = lambda config: config,
    errors: tuple[str, ...] = (),
    asleep: int = 300,
) -> Iterator[Stage]:
    """Yield a stage at that time (UTC) in that mode; then check what has to hold of every call.

    served   the line's own address is the one at which it listens here
    changed  what the line's config is made to be, each time that it is built
    errors   parts of the errors that belong to the story
    asleep   seconds between the line's jobs while nothing happens
    """
    clock, trouble = HandClock(datetime.fromisoformat(at)), MODES[mode].trouble
    begun: Callable[[object], None] | None = (lambda app: None) if served else None
    played = Stage(config, data, clock, MODES[mode].switches(switches), 1, drills, begun, changed)
    with logged() as records, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ivr.cli.stage.AWAKE", SOON)
        patch.setattr("ivr.cli.stage.ASLEEP", asleep)
        with played as stage:
            if trouble is not None:
                stage.exchange.before_webhook.append(trouble(stage))
            yield stage
            stage.app.line.store.mend()
            assert stage.exchange.unexpected == []
            with stage.app.line.store.read() as conn:
                assert journal.verify(conn).ok
            leaves = [request.url for request in stage.exchange.requests]
            leaves += [text.body for text in stage.exchange.texts]
    allowed = (*errors, *(() if MODES[mode].database else DRILL))
    for record in records:
        said = record.getMessage() + (str(record.exc_text) if record.exc_text else "")
        leaves.append(said)
        assert record.levelname != "ERROR" or any(part in said for part in allowed), said
    assert [text for text in leaves if FULL_NUMBER.search(text)] == []


def reworded(folder: Path, words: dict[str, str]) -> Path:
    """Write the shipped config into a folder, with other words in place of some; return where."""
    text = CONFIG.read_text(encoding="utf-8").replace("flows: flows ", f"flows: {CONFIG.parent / 'flows'} ")
    for old, new in words.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    folder.mkdir(parents=True, exist_ok=True)
    changed = folder / "config.yaml"
    changed.write_text(text, encoding="utf-8")
    return changed


def environed(**values: object) -> Callable[[Config], Config]:
    """Return what gives a config other values in its environment."""
    return lambda config: replace(config, environment=replace(config.environment, **values))  # type: ignore[arg-type]
