"""From plain values to a model, and its complaints in the words of whoever wrote the file."""

from __future__ import annotations

import difflib
import json
import re
import types
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ivr.yamlfile.document import Document
from ivr.yamlfile.problem import BadInput, Loc, Problem, dotted

M = TypeVar("M", bound=BaseModel)


def validate(model: type[M], document: Document, loc: Loc = ()) -> M:
    """The part of `document` at `loc` as a `model`. Raises BadInput with every problem.

    A validator of the model may raise ValueError(message) or ValueError(message, cure).
    """
    part = document.data
    for name in loc:
        try:
            part = part[name]
        except (KeyError, IndexError, TypeError):
            lost = Problem(document.file, document.line(*loc), f"{dotted(loc)} is missing", "Add it")
            raise BadInput([lost]) from None
    try:
        # As JSON, because strict JSON has lists for tuples and text for dates, as YAML has.
        return model.model_validate_json(json.dumps(part), strict=True)
    except ValidationError as error:
        found = error.errors(include_url=False)
    problems = [_plain(detail, model, document, loc) for detail in found if not _miscounted(detail)]
    raise BadInput(sorted(dict.fromkeys(problems), key=lambda problem: problem.line or 0))


def _plain(detail: ErrorDetails, model: type[BaseModel], document: Document, base: Loc) -> Problem:
    kind, limits = detail["type"], detail.get("ctx", {})
    loc, value = _place(detail["loc"], document, base)
    place, parent = dotted((*base, *loc)), dotted((*base, *loc[:-1]))
    cure = ""
    if kind == "missing":
        message, cure = f"{place} is missing", f"Add `{loc[-1]}:` to {parent}"
    elif kind == "extra_forbidden":
        known = _names(model, loc[:-1])
        message = f"{place} is not a setting"
        cure = _nearest(str(loc[-1]), known) or f"Known here: {', '.join(known)}"
    elif kind == "value_error":
        message, *rest = limits["error"].args or ("is wrong",)
        message, cure = f"{place}: {message}", rest[0] if rest else ""
    elif kind in ("literal_error", "enum"):
        allowed = re.findall(r"'([^']*)'", str(limits.get("expected", "")))
        message = f"{place}: {_shown(value)} is not one of {', '.join(allowed)}"
        cure = _nearest(str(value), allowed) or "Choose one of them"
    elif kind == "string_type" and type(value) is int and len(str(value)) > 6:
        message = f"{place} is read as a number, and would lose its + and its zeros"
        cure = 'Quote phone numbers, as in "+44..."'
    elif kind == "too_short" and limits.get("min_length") == 1:
        message, cure = f"{place} must not be empty", "Name at least one"
    elif kind in _WANTED:
        message, cure = f"{place} must be {_WANTED[kind]}, not {_kind(value)}", _CURES.get(kind, "")
    elif kind in _LIMITS:
        message = f"{place} must {_LIMITS[kind].format(**limits)}"
    else:
        message = f"{place}: {detail['msg'][:1].lower()}{detail['msg'][1:]}"
    return Problem(document.file, document.line(*base, *loc), message, cure)


def _miscounted(detail: ErrorDetails) -> bool:
    """A list that is only too short because pydantic didn't count its wrong entries: those are told."""
    return detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]


_BLOCK = "a block of settings (name: value)"
_LIST = "a list ([a, b], or lines that begin with -)"
_WANTED: Mapping[str, str] = {
    "string_type": "text",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "a whole number"),
    **dict.fromkeys(("float_type", "float_parsing"), "a number"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "true or false"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), _BLOCK),
    "none_required": "empty",
    "path_type": "text",
}
_CURES: Mapping[str, str] = {
    "string_type": "Put it in quotes",
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), "Write digits only, without quotes"),
    **dict.fromkeys(("bool_type", "bool_parsing"), "Write true or false, without quotes"),
}
_LIMITS: Mapping[str, str] = {
    "greater_than_equal": "be {ge} or more",
    "greater_than": "be more than {gt}",
    "less_than_equal": "be {le} or less",
    "less_than": "be less than {lt}",
    "too_short": "hold at least {min_length}",
    "too_long": "hold at most {max_length}",
    "string_too_short": "be at least {min_length} characters long",
    "string_too_long": "be at most {max_length} characters long",
}


def _place(found: Loc, document: Document, base: Loc) -> tuple[Loc, Any]:
    """(where in the file, the value there): pydantic's place without the names of its own branches."""
    value = document.data
    for name in base:
        value = value[name]
    loc: Loc = ()
    for index, name in enumerate(found):
        known = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
        if name in known:
            loc, value = (*loc, name), value[name]
        elif name == "[key]":
            value = loc[-1]
        elif index == len(found) - 1 and isinstance(value, dict):
            loc, value = (*loc, name), None  # a missing key: its place is where it should be
    return loc, value


def _names(model: Any, loc: Loc) -> list[str]:
    """The names that a model knows at `loc`, as they are written in a file."""
    if get_origin(model) in (Union, types.UnionType):
        return next((names for one in get_args(model) if (names := _names(one, loc))), [])
    fields = getattr(model, "model_fields", {})
    if not loc:
        return [field.alias or name for name, field in fields.items()]
    inner = [field.annotation for name, field in fields.items() if loc[0] in (name, field.alias)]
    inner += [one for one in get_args(model) if one is not Ellipsis and one is not str]
    return next((names for one in inner if (names := _names(one, loc[1:]))), [])


def _nearest(name: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, known, 1, 0.6)
    return f"Did you mean {close[0]}?" if close else ""


def _kind(value: object) -> str:
    if value is None or value == "":
        return "empty"
    names = {bool: "true or false", int: "a number", float: "a fraction", str: "text", list: "a list"}
    return names.get(type(value), "a block of settings")


def _shown(value: object) -> str:
    return f'"{value}"' if isinstance(value, str | int | float) and len(str(value)) <= 40 else _kind(value)
