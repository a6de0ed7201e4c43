"""Values put into a file that a person wrote, with all else kept as it was, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from ivr.yamlfile.document import parse
from ivr.yamlfile.problem import BadInput, Problem

_BOM = "\ufeff"
_Edit = tuple[int, int, str]  # from, to (places in the text), what stands there from now on


def put(text: str, file: str, name: str, fields: Mapping[str, str], before: str) -> str:
    """Return `text` with `fields` in the mapping that stands under `name` at the top of the document.

    Fields that are there get the new values, others are added; a mapping that is missing is added in front
    of the top-level `before`. Comments, layout, line ends and all other values stay.

    file   the document's name in problems
    Errors: BadInput when the text isn't YAML, or is written in a way that can't be edited so.
    """
    mark = _BOM if text.startswith(_BOM) else ""
    text = text.removeprefix(_BOM)
    old = parse(text, file)
    written = text
    for start, end, new in sorted(_edits(text, name, fields, before), reverse=True):
        written = written[:start] + new + written[end:]
    was = old.data if isinstance(old.data, dict) else {}
    block = was.get(name)
    wanted = {**was, name: {**(block if isinstance(block, dict) else {}), **fields}}
    try:
        found = parse(written, file).data
    except BadInput:
        found = None
    if found != wanted:
        cure = f"Write `{name}: {{}}` on one line of its own there"
        raise BadInput([Problem(file, old.line(name), f"`{name}` can't be filled in as it is written", cure)])
    return mark + written


def _edits(text: str, name: str, fields: Mapping[str, str], before: str) -> list[_Edit]:
    root = YAML(typ="safe", pure=True).compose(text)
    if not isinstance(root, MappingNode) or root.flow_style:
        return []
    top = {str(key.value): (key, value) for key, value in root.value}
    if name not in top:
        start = top[before][0].start_mark.index if before in top else 0
        indent = text[text.rfind("\n", 0, start) + 1 : start]
        return [(start, start, f"{name}: {_flow(fields)}{_line_end(text)}{indent}")]
    key, value = top[name]
    if isinstance(value, ScalarNode) and value.value in ("", "~", "null"):
        return [_instead(text, key, value, _flow(fields))]
    return _into(text, value, fields) if isinstance(value, MappingNode) else []


def _into(text: str, mapping: MappingNode, fields: Mapping[str, str]) -> list[_Edit]:
    there = {str(key.value): (key, value) for key, value in mapping.value}
    edits = [_instead(text, *there[field], _quoted(new)) for field, new in fields.items() if field in there]
    added = {field: new for field, new in fields.items() if field not in there}
    if not added:
        return edits
    if not mapping.value:  # {}
        return [*edits, (mapping.start_mark.index, mapping.end_mark.index, _flow(added))]
    first, last = mapping.value[0][0], mapping.value[-1][1]
    end = last.end_mark.index
    if mapping.flow_style:
        return [*edits, (end, end, ", " + _flow(added)[1:-1])]
    end = text.find("\n", end) if "\n" in text[end:] else len(text)
    end -= text[:end].endswith("\r")
    indent = _line_end(text) + " " * first.start_mark.column
    return [*edits, (end, end, "".join(f"{indent}{field}: {_quoted(new)}" for field, new in added.items()))]


def _instead(text: str, key: Node, value: Node, new: str) -> _Edit:
    """Return the edit that puts `new` in place of a value."""
    start, end = value.start_mark.index, value.end_mark.index
    if start == end:  # nothing is written there, and its mark is at whatever comes next
        start = end = text.find(":", key.end_mark.index) + 1
        return start, end, f" {new}"
    if text[start:end].endswith("\n"):  # a text over several lines takes the last line end with it
        new += _line_end(text)
    return start, end, new


def _flow(fields: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{field}: {_quoted(new)}" for field, new in fields.items()) + "}"


def _quoted(text: str) -> str:
    """Return `text` in double quotes. What JSON writes between quotes, YAML reads as the same."""
    return json.dumps(text, ensure_ascii=False)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
