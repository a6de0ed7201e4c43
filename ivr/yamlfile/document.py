"""From a file's text to plain values, with the line of each."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ivr.yamlfile.problem import BadInput, Loc, Problem, dotted
from ivr.yamlfile.syntax import explain

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,18}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: Mapping[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True)
class Document:
    """A parsed file: plain values, and the line (from 1) of each place."""

    file: str
    data: Any
    lines: Mapping[Loc, int]

    def line(self, *loc: str | int) -> int | None:
        """The line of `loc`, or of its nearest parent that has one."""
        for length in range(len(loc), -1, -1):
            if (line := self.lines.get(loc[:length])) is not None:
                return line
        return None


def read(path: Path) -> Document:
    """Parse the file at `path`. Raises BadInput, also when it is missing, unreadable or not UTF-8."""
    return parse(text_of(path), shown(path))


def shown(path: Path) -> str:
    """The name of a file in problems: as seen from this folder, where it lies in it."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def text_of(path: Path) -> str:
    """The text of the file at `path`. Raises BadInput when it is missing, unreadable or not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        why, cure = "there is no such file", "Check the path, or put the file there"
    except IsADirectoryError:
        why, cure = "this is a folder, not a file", "Name the file itself"
    except UnicodeDecodeError:
        why, cure = "the file isn't UTF-8 text", "Save it again as plain text in UTF-8"
    except OSError as error:
        why, cure = f"the file can't be read ({error.strerror})", "Let the user who runs the line read it"
    raise BadInput([Problem(shown(path), None, why, cure)])


def parse(text: str, file: str) -> Document:
    """Parse one YAML document; `file` is its name in problems. Raises BadInput."""
    walk = _Walk(file)
    try:
        root = _compose(text, file)
        data = None if root is None else walk.value(root, ())
    except RecursionError:
        raise BadInput([Problem(file, None, "the file is nested too deeply", "Write it flatter")]) from None
    if walk.problems:
        raise BadInput(walk.problems)
    return Document(file, data, walk.lines)


def _compose(text: str, file: str) -> Node | None:
    try:
        root: Node | None = YAML(typ="safe", pure=True).compose(text)
        return root
    except MarkedYAMLError as error:
        problem = explain(error, file)
    except YAMLError:  # its reader's: a character that YAML does not allow
        line = next((n for n, row in enumerate(text.splitlines(), 1) if not _printable(row)), None)
        cure = "Delete it; it can't be seen in most editors, so retype that line"
        problem = Problem(file, line, "a control character is in the text", cure)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # ruamel.yaml trips over some malformed directives and tags with errors of its own insides.
        cure = "Check the lines that begin with % and the words that begin with !"
        problem = Problem(file, None, "the file isn't YAML", cure)
    raise BadInput([problem]) from None


def _printable(row: str) -> bool:
    return all(sign == "\t" or (sign >= " " and not "\x7f" <= sign <= "\x9f") for sign in row)


class _Walk:
    """Nodes to values. ruamel's own constructor would stop at the first duplicate key, and loses lines."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Loc, int] = {}
        self.problems: list[Problem] = []
        self._seen: set[int] = set()

    def value(self, node: Node, loc: Loc) -> Any:
        line = node.start_mark.line + 1
        self.lines.setdefault(loc, line)
        if id(node) in self._seen:
            self._problem(line, "a reference (*) is not understood here", "Write the value out again")
            return None
        self._seen.add(id(node))
        if not str(node.tag).startswith("tag:yaml.org,2002:"):
            self._problem(line, "a tag (!) is not understood here", "Put text that begins with ! in quotes")
            return None
        if isinstance(node, MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*loc, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, item in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self._problem(line, "a name before a colon must be a word", "Put braces in quotes")
            elif (name := str(key.value)) in found:
                first = self.lines[*loc, name]
                again = f"{dotted((*loc, name))} is here twice (first on line {first})"
                self._problem(line, again, "Keep one")
            else:
                self.lines[*loc, name] = line
                found[name] = self.value(item, (*loc, name))
        return found

    def _problem(self, line: int, message: str, cure: str) -> None:
        self.problems.append(Problem(self.file, line, message, cure))


def _scalar(node: Node) -> object:
    text = str(node.value)
    if getattr(node, "style", None) is not None or str(node.tag).endswith(":str"):
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
