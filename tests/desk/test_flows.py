"""The page Flows: what is live, what was proved of it, and how it came to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr.config.source import read_source
from ivr.line import publishing
from ivr.line.proved import Proofs
from tests.desk.chromium import faults, shoot, too_wide
from tests.desk.desk import Desk, words
from tests.desk.window import Window, counts
from tests.line.house import ROOT

SOURCE = read_source(ROOT / "config.yaml")
LATER = replace(
    SOURCE,
    config=SOURCE.config.replace("rounds: 2 ", "rounds: 3 ").replace("+447700900002", "+447700900009"),
)


def publish(desk: Desk) -> None:
    for source, how in ((SOURCE, "start"), (LATER, "publish")):
        publishing.publish(desk.line.store, source, source.revision, how, "ana", desk.clock.now())  # type: ignore[arg-type]
    desk.line.editions.look()


def proofs(desk: Desk) -> Proofs:
    found: Proofs = desk.pages.extensions["proofs"]
    return found


def test_everybody_reads_what_callers_hear(desk: Desk) -> None:
    joe = desk.as_("joe", "desk")
    listed = words(joe.get("/desk/flows"))
    assert desk.line.flows.revision in listed and "No clinician has signed it." in listed
    flow = joe.get("/desk/flows/concern")
    said = words(flow)
    assert "Rose Clinic" in said and "gate: breathing, sight or speech" in said and "<svg" in flow.text
    assert "{" not in said.partition("Drawn The list above")[0]  # every placeholder is filled in
    assert joe.get("/desk/flows/nothing").status_code == 404
    assert joe.post("/desk/flows").status_code == 405


def test_the_proof_is_made_beside_the_request_once(desk: Desk) -> None:
    ana = desk.as_("ana", "owner", "ana")
    assert "Being worked out" in words(ana.get("/desk/flows"))
    proofs(desk).wait()
    page = ana.get("/desk/flows")
    assert "rules held 44 of 44" in words(page) and "skin colour or pain" in words(page)
    first = proofs(desk).of(desk.line)
    assert first is not None and first is proofs(desk).of(desk.line)
    desk.clock.move(86400)
    assert proofs(desk).of(desk.line) is None  # another day, another rota
    proofs(desk).wait()


def test_a_proof_that_fails_says_so_and_isnt_tried_again(desk: Desk) -> None:
    tries = []

    def broken(*_: object) -> None:
        tries.append(1)
        raise ValueError("no")

    desk.pages.extensions["proofs"] = Proofs(broken)  # type: ignore[arg-type]
    ana = desk.as_("ana", "owner", "ana")
    ana.get("/desk/flows")
    proofs(desk).wait()
    for _ in range(2):
        assert "can't be worked out: the log says why" in words(ana.get("/desk/flows"))
    assert tries == [1]


def test_how_revisions_differ_with_numbers_masked(desk: Desk) -> None:
    publish(desk)
    kim = desk.as_("kim", "clinician")
    assert "config.yaml +2 -2" in words(kim.get("/desk/flows"))
    where = f"/desk/flows/revisions?before={SOURCE.revision}&after={LATER.revision}"
    page = kim.get(where)
    assert "gone: rounds: 2" in words(page) and "new: rounds: 3" in words(page)
    assert "+44…009" in page.text and "447700900009" not in page.text
    assert kim.get(where.replace(LATER.revision, "f" * 16)).status_code == 404
    same = f"/desk/flows/revisions?before={SOURCE.revision}&after={SOURCE.revision}"
    assert "They are the same." in words(kim.get(same))
    joe = desk.as_("joe", "desk")
    assert joe.get(where).status_code == 403
    assert "/desk/flows/revisions" not in joe.get("/desk/flows").text


@pytest.mark.parametrize("phone", [False, True], ids=["wide", "phone"])
def test_its_pages_are_sound(window: Window, phone: bool) -> None:
    publish(window.desk)
    proofs(window.desk).of(window.desk.line)
    proofs(window.desk).wait()
    page = window.as_("ana", "owner", "ana", phone=phone, scripts=not phone)
    page.get_by_role("link", name="Flows").click()
    assert not too_wide(page)
    if not phone:
        shoot(page, "flows")
        assert faults(page) == []
    page.get_by_role("link", name="config.yaml +2 -2").click()
    counts(page.locator(".difference .new"), 2)
    assert not too_wide(page)
    page.goto("/desk/flows/concern")
    page.locator("svg").last.wait_for()
    assert not too_wide(page)
    assert phone or faults(page) == []
    assert window.complaints == []
