"""The report: whole in itself, complete, and fit to be read aloud, printed and signed."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from html.parser import HTMLParser

from ivr.cli.report import Contents, contents, html
from ivr.cli.setting import whole
from ivr.flow.rules import RULES, Violation
from ivr.flow.signing import Signature, State
from ivr.flow.timing import modelled
from ivr.proof import prove
from ivr.proof.speech import Teller
from tests.cli.clinic import CONFIG

NOW = datetime(2026, 11, 24, 2, 10, tzinfo=UTC)
EMPTY = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "wbr"}


@cache
def told() -> Contents:
    config, flows = whole(CONFIG)
    return contents(config, prove(config, flows, NOW, Teller(modelled, 150)), NOW)


@cache
def shipped() -> str:
    return html(told())


class Read(HTMLParser):
    """Reads a page as a browser must not have to guess: each element closed, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.text.append(data)

    def all(self, *tags: str) -> list[tuple[str, dict[str, str | None]]]:
        return [element for element in self.elements if element[0] in tags]


def test_every_element_is_closed_and_every_name_is_given_once() -> None:
    page = Read(shipped())
    assert page.open == []
    names = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(names) == len(set(names))
    links = [str(attrs["href"]) for _, attrs in page.all("a")]
    assert links and all(link.startswith("#") and link[1:] in names for link in links)


def test_it_needs_nothing_and_its_policy_lets_nothing_in() -> None:
    page = Read(shipped())
    assert not page.all("script", "img", "link", "iframe", "object", "base", "form", "input")
    for _, attrs in page.elements:
        assert (
            "style" not in attrs and "src" not in attrs and not any(name.startswith("on") for name in attrs)
        )
    assert "@import" not in shipped() and re.findall(r"url\(([^)#])", shipped()) == []
    (policy,) = [attrs["content"] for _, attrs in page.all("meta") if "http-equiv" in attrs]
    sheet = re.search(r"<style>(.*?)</style>", shipped(), re.DOTALL)
    assert sheet is not None
    digest = base64.b64encode(hashlib.sha256(sheet[1].encode()).digest()).decode()
    assert policy is not None and policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}'")


def test_it_can_be_read_aloud() -> None:
    page = Read(shipped())
    assert ("html", {"lang": "en-GB"}) in page.elements and len(page.all("h1")) == 1
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))
    assert len(page.all("caption")) == len(page.all("table")) > 5
    assert all(attrs.get("scope") in ("col", "row") for _, attrs in page.all("th"))
    pictures = [attrs for _, attrs in page.all("svg")]
    assert all("aria-label" in attrs or attrs.get("aria-hidden") == "true" for attrs in pictures)


def test_all_that_callers_hear_is_on_it() -> None:
    text = " ".join(Read(shipped()).text)
    for prompt in told().prompts:
        assert prompt.text in text
    assert len(told().prompts) > 40 and "{" not in "".join(prompt.text for prompt in told().prompts)
    assert all(f"{prompt.seconds:.1f}\u00a0s" in text for prompt in told().prompts)


def test_it_tells_the_proofs_the_figures_and_the_seconds() -> None:
    text = " ".join(Read(shipped()).text)
    assert text.count("✓ held") == len(RULES) and "✗ broken" not in text
    assert all(rule.says in text for rule in RULES)
    assert all(value in text for value in told().figures.values()) and "words a minute" in text
    signs = {row[0] for row in told().signs}
    assert len(signs) == 4 and all(sign in text for sign in signs)


def test_a_broken_rule_is_told_with_its_place() -> None:
    wrong = Violation("cared for", "No <b>loop</b> & no end", "Mend it", "flows/concern.yaml", 9)
    rules = [(name, says, name != "cared for") for name, says, _ in told().rules]
    text = " ".join(Read(html(replace(told(), rules=rules, violations=[wrong]))).text)
    assert "flows/concern.yaml:9: No <b>loop</b> & no end. Mend it." in text and "✗ broken" in text


def test_what_does_not_hold_stands_at_the_top() -> None:
    def top(told: Contents) -> str:
        return html(told).partition("<h2")[0]

    assert "Rehearsal." in top(told()) and "Not signed." in top(told()) and "main (unsigned)" in top(told())
    sound = [Signature(name, State.SIGNED, "Signed by Ana.") for name in told().flows.flows]
    assert 'class="notice"' not in top(replace(told(), signatures=sound, rehearsal=False))
    late = [replace(sound[0], state=State.OVERDUE), *sound[1:]]
    assert f"{late[0].flow} (review overdue)" in top(replace(told(), signatures=late))


def test_no_number_of_anybody_is_on_it() -> None:
    assert not re.search(r"\+44|\b07\d{9}\b", shipped())
