"""Names that one section uses and another must define.

Read from the plain values, so that a mistake elsewhere in a section doesn't hide an unknown name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from ivr.yamlfile import Document, Problem

Loc = tuple[str | int, ...]


def faults(document: Document) -> Iterator[Problem]:
    """Yield each name of a person or a table of hours that nothing defines, and each that is listed twice."""
    people, tables = names(document, "people"), names(document, "hours")
    yield from _unknown(document, ("owner",), people, "people")
    for place in _lists(document):
        seen: set[object] = set()
        for index, name in enumerate(at(document, *place)):
            yield from _unknown(document, (*place, index), people, "people")
            if isinstance(name, str) and name in seen:
                line = document.line(*place, index)
                yield Problem(document.file, line, f"{_dotted(place)} names {name} twice", "Keep one")
            seen.add(name if isinstance(name, str) else None)
    for promise in names(document, "promises"):
        yield from _unknown(document, ("promises", promise, "hours"), tables, "hours")


def names(document: Document, section: str) -> list[str]:
    """What a section of `name: ...` entries defines, whether the entries are right or not."""
    found = at(document, section)
    return list(found) if isinstance(found, dict) else []


def at(document: Document, *loc: str | int) -> Any:
    """The plain value at a place, None where there is none."""
    value = document.data
    for name in loc:
        try:
            value = value[name]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _lists(document: Document) -> Iterator[Loc]:
    """Yield the places of all lists of people."""
    places: list[Loc] = [("groups", name, "people") for name in names(document, "groups")]
    for part in ("shifts", "overrides"):
        entries = at(document, "rota", part)
        count = len(entries) if isinstance(entries, list) else 0
        places += [("rota", part, index, "chain") for index in range(count)]
    places.append(("reports", "to"))
    yield from (place for place in places if isinstance(at(document, *place), list))


def _unknown(document: Document, place: Loc, known: list[str], section: str) -> Iterator[Problem]:
    name = at(document, *place)
    if not isinstance(name, str) or name in known:
        return
    where = _dotted(place[:-1] if isinstance(place[-1], int) else place)
    close = difflib.get_close_matches(name, known, 1)
    cure = f"Did you mean {close[0]}?" if close else f"Add it there, or use one of: {', '.join(known) or '-'}"
    message = f'{where}: there is no "{name}" under {section}'
    yield Problem(document.file, document.line(*place), message, cure)


def _dotted(place: Loc) -> str:
    return ".".join(map(str, place))
