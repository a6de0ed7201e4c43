"""The one table of the kinds of errands. A new kind is a module of its own, and a line here."""

from __future__ import annotations

from ivr.line.errand import callback, drill, page, prove
from ivr.line.errand.errand import Kind

KINDS: dict[str, Kind] = {
    "page": page.PAGE,  # an open page: whoever presses 1 is joined to the patient
    "outcome": page.OUTCOME,  # a page that was taken and never closed: how did it end?
    "callback": Kind(callback.turn),
    "drill": drill.KIND,
    prove.NAME: prove.KIND,
}
