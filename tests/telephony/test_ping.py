"""The watch's own job: it asks a silent provider, and pings only while all is well, as seen from outside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from ivr import app
from ivr.clock import ManualClock
from ivr.line.watch import GRACE, REFUSING
from tests.exchange.rest_desk import SID, TOKEN, Desk
from tests.line.house import NIGHT, config

WSGI = Callable[[dict[str, Any], Any], Iterable[bytes]]


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class World:
    """A line whose pages are served on loopback, beside the address that it pings."""

    def __init__(self) -> None:
        self.pings, self.line, self.away = 0, None, False
        self.server = make_server("127.0.0.1", 0, self._wsgi, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.app: app.App
        self.clock = ManualClock(NIGHT)

    def _wsgi(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/ping/me":
            self.pings += 1
            start("200 OK", [])
            return [b""]
        if self.away:
            start("502 Bad Gateway", [])
            return [b""]
        return self.app.wsgi(environ, start)

    def health(self) -> list[str]:
        found: list[str] = self.app.pages.test_client().get("/health").get_json()["problems"]
        return found

    def goes_on(self, seconds: float) -> None:
        for _ in range(int(seconds / 10)):
            self.clock.move(10)
            self.app.tick()


@contextmanager
def world(data: Path, desk: Desk) -> Iterator[World]:
    made = World()
    told = config(data, desk.server.url)
    around = replace(
        told.environment,
        account_sid=SID,
        auth_tokens=(TOKEN,),
        public_url=made.url,
        ping_url=f"{made.url}/ping/me",
    )
    made.app = app.build(replace(told, environment=around), made.clock)
    thread = threading.Thread(target=made.server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        thread.join()
        made.server.server_close()
        made.app.close()


def test_it_pings_while_all_is_well(tmp_path: Path, desk: Desk) -> None:
    with world(tmp_path, desk) as line:
        line.goes_on(600)
        assert line.pings == 60 and line.health() == []


def test_nothing_is_pinged_while_the_disk_is_full(tmp_path: Path, desk: Desk) -> None:
    with world(tmp_path, desk) as line:
        line.app.line.store.cut()
        line.goes_on(20)
        assert line.pings == 0
        line.app.line.store.mend()
        line.goes_on(20)
        assert line.pings > 0


def test_nothing_is_pinged_while_nobody_reaches_us_from_outside(tmp_path: Path, desk: Desk) -> None:
    with world(tmp_path, desk) as line:
        line.away = True
        line.goes_on(20)
        assert line.pings == 0 and line.health() == []
        line.away = False
        line.goes_on(10)
        assert line.pings == 1


def test_a_suspended_account_is_found_without_a_text_to_send(tmp_path: Path, desk: Desk) -> None:
    with world(tmp_path, desk) as line:
        line.goes_on(60)
        desk.book.status = "suspended"
        try:
            line.goes_on(900)
            assert any("(the account is suspended)" in problem for problem in line.health())
            before = line.pings
            line.goes_on(60)
            assert line.pings == before
        finally:
            desk.book.status = "active"
        line.goes_on(20)
        assert line.health() == [] and line.pings > before


def test_a_changed_token_is_told_of_and_mended(tmp_path: Path, desk: Desk) -> None:
    with world(tmp_path, desk) as line:
        line.goes_on(20)
        desk.book.auth_token = "rotated-at-the-provider"
        try:
            line.goes_on(600 + REFUSING.total_seconds() + 20)
            [problem] = line.health()
            assert "the provider has refused our requests" in problem and problem.endswith("(HTTP 401)")
            assert TOKEN not in problem and SID not in problem
        finally:
            desk.book.auth_token = TOKEN
        line.goes_on(20)
        assert line.health() == []


def test_a_ping_that_does_not_get_through_shows_no_address_and_stops_nothing(
    tmp_path: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with world(tmp_path, desk) as line, caplog.at_level(logging.WARNING):
        env = line.app.line.config.environment
        object.__setattr__(env, "ping_url", "http://127.0.0.1:9/secret-of-the-ping")
        line.goes_on(GRACE.total_seconds() + 300)
        assert line.health() == []
    said = "\n".join(record.getMessage() for record in caplog.records)
    assert "the ping didn't get through: ConnectionError" in said and "secret" not in said
