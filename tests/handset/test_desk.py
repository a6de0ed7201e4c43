"""The staff's pages beside the telephones: whoever tries the line can see what it kept."""

from __future__ import annotations

import re

import requests

from ivr.cli.handset import VISITOR, opened
from tests.cli.clinic import CONFIG
from tests.handset.test_handset import AT


def test_a_visitor_logs_in_with_what_the_page_shows_also_after_the_clock_was_set_back() -> None:
    with opened(CONFIG, AT, speed=100) as (stage, handset):
        [link] = handset.about()["links"]
        found = re.search(r"log in as (\w+), password (\S+)$", link["what"])
        assert found is not None and found[1] == VISITOR
        for _ in range(2):
            browser = requests.Session()
            browser.headers.update({"Origin": stage.public, "Sec-Fetch-Site": "same-origin"})
            form = {"name": VISITOR, "password": found[2], "next": "", "code": ""}
            page = browser.post(f"{stage.public}/desk/login", data=form, timeout=20)
            assert page.status_code == 200 and "Log out" in page.text
            stage.moved(back=True)
