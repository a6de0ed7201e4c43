"""Mistakes that somebody could make in the shipped files: each an edit of their text (mistakes_*.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ivr.yamlfile import read


@dataclass(frozen=True)
class Edit:
    """A mistake. `old` stands once in `file` and becomes `new`; "" adds `new` at the end.

    at    what the line that must be named holds, once the edit is made; more lines may follow
    rule  the rule that tells of it; "" for the loader. warns: as a warning, not as an error
    shows the file whose line is named, where that isn't the edited one
    """

    name: str
    file: str
    old: str
    new: str
    at: str
    rule: str = ""
    warns: bool = False
    shows: str = ""

    def __str__(self) -> str:
        return self.name

    def make(self, folder: Path) -> None:
        """Make it in a copy of the shipped files. Errors: ValueError when the shipped files have changed."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        if self.old and text.count(self.old) != 1:
            raise ValueError(f"{self.name}: {self.old!r} stands {text.count(self.old)} times in {self.file}")
        path.write_text(text.replace(self.old, self.new) if self.old else text + self.new, encoding="utf-8")

    def line(self, folder: Path) -> int:
        """Return the line that must be named."""
        text = (folder / (self.shows or self.file)).read_text(encoding="utf-8")
        if text.count(self.at) != 1:
            raise ValueError(f"{self.name}: {self.at!r} stands {text.count(self.at)} times in {self.file}")
        return text[: text.index(self.at)].count("\n") + 1


def edits() -> tuple[Edit, ...]:
    """Return all mistakes of all tables."""
    tables = sorted(Path(__file__).parent.glob("mistakes_*.yaml"))
    return tuple(Edit(**{"old": "", **entry}) for table in tables for entry in read(table).data)
