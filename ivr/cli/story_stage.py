"""The stage on which a call story is played: the line set up as the story's `line` says.

    line:
      pins: {ben: "246813"}               # set as `ivr pin` does, before the first call
      drills: true                        # whoever begins a shift is rung, and told of it ahead
      config: {"order: in_turn": "order: together"}   # words of config.yaml, and what stands there instead
      fallback: true                      # what `ivr fallback` writes is hosted, as the number's fallback URL
      down: {from: 40, for: 200}          # seconds of the story in which the line's process is dead
"""

from __future__ import annotations

import re
from pathlib import Path
from types import TracebackType

from ivr.cli.stage import Stage
from ivr.cli.story_host import Host
from ivr.exchange.clock import HandClock
from ivr.exchange.story import Story, seconds
from ivr.exchange.story_place import Place, unknown
from ivr.exchange.switches import Switches
from ivr.storage import pins

KNOWN = ("pins", "drills", "config", "fallback", "down")
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
        self._record = data
        self._host: Host | None = None
        drills = "drills" in told.line and told.line["drills"].flag()
        if "config" in told.line:
            config = _changed(config, data, told.line["config"])
        super().__init__(config, data, HandClock(told.at), switches or told.switches, seed=1, drills=drills)

    def __enter__(self) -> StoryStage:
        super().__enter__()
        try:
            self._set_pins()
            if "fallback" in self._told.line and self._told.line["fallback"].flag():
                self._host_fallback()
            if (place := self._told.line.get("down")) is not None:
                begins, lasts = seconds(place)
                self.exchange.later(self._told.beforehand + begins, self.goes_down)
                self.exchange.later(self._told.beforehand + begins + lasts, self.comes_up)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        if self._host is not None:
            self._host.close()

    def _host_fallback(self) -> None:
        from ivr.telephony.hosted import write
        from ivr.telephony.static import VOICE, static

        folder = self._record / "fallback"
        write(folder, static(self.config, self._told.at).files)
        self._host = Host(folder)
        for number in self.exchange.book.numbers.values():
            number.voice_fallback_url, number.voice_fallback_method = f"{self._host.url}{VOICE}", "GET"

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
