"""Pages through the real server: bodies, cookies, redirects, ranges, and streams that end."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from http.client import HTTPResponse

import pytest

from ivr.telephony.bridge import LONGEST, STREAMS
from tests.cli.served import free_port, until
from tests.telephony.pages_served import AUDIO


def start() -> tuple[subprocess.Popen[str], int]:
    port = free_port()
    words = [sys.executable, "-m", "tests.telephony.pages_served", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline() == "started\n"

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    until(answers)
    return process, port


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    process, port = start()
    yield port
    process.terminate()
    process.communicate(timeout=20)


def ask(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[HTTPResponse, bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body or None, named)
        answer = connection.getresponse()
        return answer, answer.read()


def listen(port: int) -> tuple[http.client.HTTPConnection, HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/events")
    return connection, connection.getresponse()


def test_form_query_cookies_and_address_arrive(port: int) -> None:
    form = "name=Zo%C3%AB&text=a+b"
    _, found = ask(
        port,
        "POST",
        "/echo?day=1%2F2",
        form.encode(),
        Content_Type="application/x-www-form-urlencoded",
        Cookie="a=1; b=2",
    )
    assert json.loads(found) == {
        "form": {"name": "Zoë", "text": "a b"},
        "cookies": {"a": "1", "b": "2"},
        "query": {"day": "1/2"},
        "address": "127.0.0.1",
        "length": len(form),
    }


def test_redirects_and_several_cookies_come_back(port: int) -> None:
    answer, _ = ask(port, "GET", "/away")
    assert (answer.status, answer.headers["Location"]) == (302, "/echo")
    assert [text.partition(";")[0] for text in answer.headers.get_all("Set-Cookie", [])] == ["one=1", "two=2"]


def test_a_part_of_a_recording_comes_alone(port: int) -> None:
    answer, found = ask(port, "GET", "/audio", Range="bytes=100-199")
    assert (answer.status, found) == (206, AUDIO[100:200])
    assert answer.headers["Content-Range"] == f"bytes 100-199/{len(AUDIO)}"
    answer, found = ask(port, "GET", "/audio")
    assert (answer.status, found) == (200, AUDIO)
    assert ask(port, "GET", "/audio", Range="bytes=99999-")[0].status == 416


def test_a_head_has_the_length_and_no_body(port: int) -> None:
    answer, found = ask(port, "HEAD", "/audio")
    assert (answer.status, answer.headers["Content-Length"], found) == (200, str(len(AUDIO)), b"")


@pytest.mark.parametrize("length", [1001, LONGEST + 1])
def test_too_long_a_body_is_refused(port: int, length: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest("POST", "/echo")
        connection.putheader("Content-Type", "application/x-www-form-urlencoded")
        connection.putheader("Content-Length", str(length))
        connection.endheaders()  # and no body: it is refused unread, and may be while it is being sent
        if length <= LONGEST:
            connection.send(b"a=" + b"b" * (length - 2))
        assert connection.getresponse().status == 413


def test_a_body_of_unknown_length_is_refused(port: int) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.putrequest("POST", "/echo")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()  # and no body: what is sent to a connection that has closed breaks the pipe
        assert connection.getresponse().status == 411


def test_a_stream_arrives_piece_by_piece_and_ends_when_the_browser_goes(port: int) -> None:
    connection, answer = listen(port)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    assert [answer.readline() for _ in range(4)] == [b"data: 0\n", b"\n", b"data: 1\n", b"\n"]
    answer.close()
    connection.close()
    assert json.loads(ask(port, "GET", "/closed")[1]) == {"closed": True}


def test_there_are_only_so_many_streams_and_pages_never_wait_for_them(port: int) -> None:
    listening = [listen(port) for _ in range(STREAMS)]
    try:
        assert all(answer.readline() == b"data: 0\n" for _, answer in listening)
        answer, _ = ask(port, "GET", "/events")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "60")
        assert ask(port, "GET", "/echo")[0].status == 200
    finally:
        for connection, answer in listening:
            answer.close()
            connection.close()
    until(lambda: ask_once(port))


def ask_once(port: int) -> bool:
    connection, answer = listen(port)
    answer.close()
    connection.close()
    return answer.status == 200


def test_an_open_stream_does_not_keep_the_line_from_ending() -> None:
    process, port = start()
    connection, answer = listen(port)
    try:
        assert answer.readline() == b"data: 0\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0  # sooner than the 60 seconds after which it is killed
    finally:
        answer.close()
        connection.close()
        process.kill()
        process.communicate()
