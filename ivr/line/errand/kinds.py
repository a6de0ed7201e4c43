"""The one table of the kinds of errands. A new kind is a module of its own, and a line here."""

from __future__ import annotations

from ivr.line.errand import callback, drill, prove
from ivr.line.errand.errand import Kind

KINDS: dict[str, Kind] = {
    "callback": Kind(callback.turn),
    "drill": drill.KIND,
    prove.NAME: prove.KIND,
}
