"""The stage on which a call story is played: the line set up as the story's `line` says.

    line:
      pins: {ben: "246813"}               # set as `ivr pin` does, before the first call
      drills: true                        # whoever begins a shift is rung, and told of it ahead
      config: {"order: in_turn": "order: together"}   # words of config.yaml, and what stands there instead
"""

from __future__ import annotations

import re
from pathlib import Path

from ivr.cli.stage import Stage
from ivr.exchange.clock import HandClock
from ivr.exchange.story import Story
from ivr.exchange.story_place import Place, unknown
from ivr.exchange.switches import Switches
from ivr.storage import pins

KNOWN = ("pins", "drills", "config")
_FLOWS = re.compile(r"^(\s*flows:\s*)(\S+)", re.MULTILINE)


class StoryStage(Stage):
    """A stage for one story, on a clock that is moved by hand. Use it in `with`.

    config    the file that the line runs on, but for what the story changes in it
    data      where the line keeps its record
    switches  of the exchange; None: the story's own

    Errors: StoryError when the story's `line` isn't as the module says; BadInput for the config.
    """

    def __init__(self, told: Story, config: Path, data: Path, switches: Switches | None = None) -> None:
        for name, place in told.line.items():
            if name not in KNOWN:
                raise place.wrong(unknown(name, KNOWN))
        self._told = told
        drills = "drills" in told.line and told.line["drills"].flag()
        if "config" in told.line:
            config = _changed(config, data, told.line["config"])
        super().__init__(config, data, HandClock(told.at), switches or told.switches, seed=1, drills=drills)

    def __enter__(self) -> StoryStage:
        super().__enter__()
        try:
            self._set_pins()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _set_pins(self) -> None:
        if (told := self._told.line.get("pins")) is None:
            return
        for person, place in told.table(*self.config.people, *self.config.groups).items():
            try:
                pins.put(self.app.line.store, person, place.text(), self._told.at)
            except ValueError as error:
                raise place.wrong(str(error)) from None


def _changed(config: Path, data: Path, place: Place) -> Path:
    """Write the config with the story's changes into the folder of the record, and return where."""
    text = config.read_text(encoding="utf-8")
    for old, new in place.table(open_ended=True).items():
        if old not in text:
            raise new.wrong(f"{config.name} doesn't say {old!r}")
        text = text.replace(old, new.text(), 1)
    text = _FLOWS.sub(lambda found: f"{found[1]}{config.parent.resolve() / found[2]}", text, count=1)
    data.mkdir(parents=True, exist_ok=True)
    changed = data / "config.yaml"
    changed.write_text(text, encoding="utf-8")
    return changed
