"""What was written: the text of config.yaml and of its flows, read once. All of it together is a revision.

What is judged, stored and served comes from these texts: a file that is edited meanwhile changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path

from ivr.config.config import Config
from ivr.config.environment import Environment
from ivr.config.load import judge
from ivr.config.names import at, names
from ivr.flow import loader
from ivr.flow.model import Flows, Known
from ivr.yamlfile import BadInput, Document, Problem, parse, shown, text_of

NAME = "config.yaml"  # what a stored config is called in problems
_NAMED = ("groups", "boxes", "hours", "promises", "texts")  # sections whose names flows may use


@dataclass(frozen=True)
class Source:
    """The texts of one revision.

    config   of config.yaml; it holds no secret, but people's numbers
    flows    of each flow, by its file's name: "main.yaml"
    file     what config.yaml is called in problems; `folder` is where `line.flows` is looked up from
    unread   problems of files that couldn't be read; such a source is never whole
    """

    config: str
    flows: Mapping[str, str]
    file: str = NAME
    folder: Path = Path()
    unread: tuple[Problem, ...] = ()

    @cached_property
    def revision(self) -> str:
        """16 hex digits: a hash over every letter of the texts and the files' names."""
        text = json.dumps([self.config, dict(self.flows)], sort_keys=True)
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]

    def whole(
        self,
        around: Environment,
        found: Sequence[Problem] = (),
        serving: bool = False,
        now: datetime | None = None,
    ) -> tuple[Config, Flows]:
        """Return config and flows, the flows under this revision's name.

        around, found   the environment, and what is wrong with it
        Errors: BadInput with every problem of config, environment and flows.
        """
        try:
            document = parse(self.config, self.file)
        except BadInput as bad:
            raise BadInput([*bad.problems, *found, *self.unread]) from None
        try:
            config = judge(document, self.folder, around, found, serving, now)
        except BadInput as bad:
            raise BadInput([*bad.problems, *self._of_flows(document)]) from None
        try:
            flows = self._flows(config.line.flows, config.line.start, config.known())
        except BadInput as bad:
            raise BadInput([*config.warnings, *bad.problems]) from None
        return config, flows

    def _flows(self, folder: Path, start: str, known: Known) -> Flows:
        if self.unread:
            raise BadInput(self.unread)
        return replace(loader.parse(self.flows, folder, start, known), revision=self.revision)

    def _of_flows(self, document: Document) -> Sequence[Problem]:
        """Problems of the flows beside a config that can't be used, as far as its names are there."""
        known = {part: names(document, part) for part in _NAMED}
        if not all(known.values()):
            return self.unread  # with a whole section missing, every flow would seem wrong
        folder, start = (at(document, "line", field) for field in ("flows", "start"))
        try:
            self._flows(
                self.folder / str(folder or "flows"),
                str(start or "main"),
                Known(
                    groups=frozenset(known["groups"]),
                    boxes=dict.fromkeys(known["boxes"], 90),
                    hours=frozenset(known["hours"]),
                    promises=frozenset(known["promises"]),
                    texts=frozenset(known["texts"]),
                ),
            )
        except BadInput as bad:
            return bad.problems
        return ()


def read_source(file: Path) -> Source:
    """Read config.yaml at `file` and the flows that it names.

    A flow that can't be read is one of `unread`, and counts in the revision by its name. Errors: BadInput
    when config.yaml can't be read.
    """
    config = text_of(file)
    try:
        named = at(parse(config, shown(file)), "line", "flows")
    except BadInput:
        named = None
    folder = file.parent / (named if isinstance(named, str) and named else "flows")
    flows: dict[str, str] = {}
    unread: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            flows[path.name] = text_of(path)
        except BadInput as bad:
            flows[path.name] = ""
            unread += bad.problems
    return Source(config, flows, shown(file), file.parent, tuple(unread))
