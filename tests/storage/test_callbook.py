"""The call book's searches: each is one place in an index, so that a million calls cost no more than ten."""

from __future__ import annotations

from itertools import product

import pytest

from ivr.storage import Store, callbook
from ivr.storage.callbook import Wanted

DAY = ("2026-11-24T00:00:00Z", "2026-11-25T00:00:00Z")
FAR = ("2026-11-24T02:10:00Z", "CA2")


@pytest.mark.parametrize(
    ("became", "disposition", "day", "far"),
    list(product(("", "open"), ("", "routine"), (False, True), (False, True))),
)
def test_a_search_is_one_place_in_an_index(
    store: Store, became: str, disposition: str, day: bool, far: bool
) -> None:
    asked = list[str]()
    with store.read() as conn:
        conn.set_trace_callback(asked.append)
        callbook.listed(conn, Wanted(*(DAY if day else ("", "")), disposition, became), FAR if far else None)
        conn.set_trace_callback(None)
        plan = [row["detail"] for row in conn.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
    found = next(step for step in plan if "calls_" in step)
    if became and disposition and not (day and far):  # within a day, either is as good
        assert "COVERING INDEX calls_became_of (became=? AND disposition=?" in found
    elif became and not disposition:
        assert "COVERING INDEX calls_became (became=?" in found
    elif disposition and not became:
        assert "COVERING INDEX calls_disposition (disposition=?" in found
    else:
        assert "INDEX calls_" in found
    assert "USE TEMP B-TREE FOR ORDER BY" in plan[-1] and plan.count(plan[-1]) == 1  # of the fifty alone
