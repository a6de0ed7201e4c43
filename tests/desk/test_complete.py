"""Every route is open to somebody on purpose; every page is fit for a browser that runs nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import ivr.desk
from ivr.desk.guard import HEADERS
from ivr.desk.room import PUBLIC, Room
from ivr.storage.staff import ROLES
from tests.desk.desk import Desk

TEMPLATES = sorted((Path(ivr.desk.__file__).parent / "templates" / "desk").glob("*.html"))


def test_every_route_is_public_on_purpose_or_has_roles(desk: Desk) -> None:
    ends = {rule.endpoint for rule in desk.pages.url_map.iter_rules()}
    assert PUBLIC <= ends
    for end in ends - PUBLIC:
        room = desk.pages.blueprints.get(end.rpartition(".")[0])
        assert isinstance(room, Room), f"{end}: add it to a Room, or to PUBLIC"
        assert room.roles <= set(ROLES) and "owner" in room.roles


def test_every_page_of_the_navigation_has_a_view(desk: Desk) -> None:
    for room in desk.pages.blueprints.values():
        if isinstance(room, Room) and room.label:
            assert room.home in desk.pages.view_functions


def test_a_route_of_no_room_is_refused(desk: Desk) -> None:
    desk.pages.add_url_rule("/stray", "stray", lambda: "secrets")
    browser = desk.as_("ana", "owner")
    assert browser.get("/stray").status_code == 403


def test_nobody_gets_in_without_logging_in(desk: Desk) -> None:
    for rule in desk.pages.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        path = re.sub(r"<[^>]+>", "x", str(rule))
        browser = desk.browser()
        for method in rule.methods & {"GET", "POST"} if rule.methods else ():
            answer = browser.get(path) if method == "GET" else browser.post(path)
            assert answer.status_code == 302, (method, path)
            assert answer.location.startswith("/desk/login"), (method, path)
    assert desk.notes() == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style_or_another_host(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\bstyle\s*=|<style|\bon\w+\s*=\s*[\"']|javascript:|https?://", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "|safe" not in text and "autoescape" not in text


@pytest.mark.parametrize(
    "path", ["/", "/desk/", "/desk/login", "/nowhere", "/health", "/desk/static/desk.css"]
)
def test_every_answer_carries_the_safe_headers(desk: Desk, path: str) -> None:
    answer = desk.browser().get(path)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    if path.startswith("/desk/l"):
        assert answer.headers["Cache-Control"] == "no-store"
