"""A desk to knock at: the shipped line with staff of each role, and browsers that only speak HTTP."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from html import unescape
from pathlib import Path

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ivr import app
from ivr.clock import ManualClock
from ivr.desk import visitor
from ivr.line.answer import Line
from ivr.storage import Store, passwords, secondfactor, staff, tokens
from ivr.storage.staff import Role
from tests.line.house import NIGHT, PUBLIC, config

PASSWORD = "four words in a row"
_KEPT = passwords.hashed(PASSWORD)  # once: it takes a tenth of a second
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HERE = {"Sec-Fetch-Site": "same-origin"}


class Desk:
    """The pages of a line, whose clock is moved by hand."""

    def __init__(self, line: Line, clock: ManualClock) -> None:
        self.line = line
        self.clock = clock
        self.pages: Flask = app.pages(line)

    def hire(self, name: str, role: Role, person: str = "", coded: bool | None = None) -> None:
        """Make an account that can log in with PASSWORD; owners have an app, others only if `coded`."""
        now, sealed = self.clock.now(), tokens.Sealer(self.line.config.environment.secret_key, "staff codes")
        with_codes = role == "owner" if coded is None else coded
        secret = sealed.seal(SECRET, name)

        def make(conn: object) -> bool:
            staff.add(conn, name, role, person, name, now)  # type: ignore[arg-type]
            staff.accept(conn, name, _KEPT, now)  # type: ignore[arg-type]
            if with_codes:
                secondfactor.propose(conn, name, secret)  # type: ignore[arg-type]
                secondfactor.begin(conn, name, secret, 0, ["AAAAA-BBBBB"])  # type: ignore[arg-type]
            return True

        self.line.store.write(make)

    def code(self) -> str:
        """The code that an app shows now."""
        return pyotp.TOTP(SECRET).at(self.clock.now())

    def browser(self, address: str = "203.0.113.9") -> Browser:
        return Browser(self, address)

    def as_(self, name: str, role: Role, person: str = "") -> Browser:
        """A browser in which somebody new is logged in."""
        self.hire(name, role, person)
        browser = self.browser()
        assert browser.log_in(name, self.code() if role == "owner" else "").status_code == 302
        return browser

    def rows(self, sql: str) -> list[dict[str, object]]:
        with self.line.store.read() as conn:
            return [dict(row) for row in conn.execute(sql)]

    def notes(self) -> list[str]:
        """What is noted of staff, oldest first: "ana logged in"."""
        from ivr.storage import journal

        with self.line.store.read() as conn:
            lines = journal.staff(conn, most=1000)
        return [f"{line.data['who']} {line.data['what']}" for line in reversed(lines)]


class Browser:
    """A browser without scripts: it keeps cookies, and says where a form stood."""

    def __init__(self, desk: Desk, address: str) -> None:
        self._client: FlaskClient = desk.pages.test_client()
        self._desk = desk
        self._around = {"REMOTE_ADDR": address}
        self._base = desk.line.config.environment.public_url

    def get(self, path: str, **headers: str) -> TestResponse:
        return self._client.get(
            path, base_url=self._base, headers=headers, environ_overrides=self._around, buffered=True
        )

    def post(self, path: str, headers: dict[str, str] = HERE, **form: str) -> TestResponse:
        return self._client.post(
            path,
            base_url=self._base,
            data=form,
            headers=headers,
            environ_overrides=self._around,
            buffered=True,
        )

    def log_in(self, name: str, code: str = "", password: str = PASSWORD) -> TestResponse:
        return self.post("/desk/login", name=name, password=password, code=code)

    def cookie(self) -> str:
        """The secret that a log-in left here, or ""."""
        found = self._client.get_cookie(visitor.cookie(self._desk.line), "line.example")
        return found.value if found else ""

    def keep(self, secret: str) -> None:
        """Put a secret into this browser, as a thief would."""
        self._client.set_cookie(visitor.cookie(self._desk.line), secret, domain="line.example", secure=True)


@contextmanager
def desk(data: Path, at: datetime = NIGHT, public: str = PUBLIC) -> Iterator[Desk]:
    """A desk whose store is closed in the end. public: the address at which browsers find it."""
    told, clock = config(data), ManualClock(at)
    told = replace(told, environment=replace(told.environment, public_url=public))
    with Store(data) as store:
        yield Desk(Line(told, app.flows(told), store, clock), clock)


def words(answer: TestResponse) -> str:
    """What a page says, its tags taken out."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def link(answer: TestResponse) -> str:
    """The path of the invitation that a page shows."""
    found = re.search(r"https://line\.example(/desk/invitation/[\w-]+)", answer.text)
    assert found is not None, answer.text
    return found[1]
