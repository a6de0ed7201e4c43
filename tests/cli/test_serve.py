"""`ivr serve`: real processes, real requests, one scheduler; and an end in good order."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.exchange.records import MessageRecord
from tests.cli.clinic import CALLER, CONFIG, IVR, run, type_in
from tests.cli.served import PATIENCE, Served, answers, environment, free_port, gone, rest, serve, until
from tests.cli.test_check import SECRETS, change, copied

CALL = "CA" + "7" * 32
NOWHERE = "http://127.0.0.1:9"  # a provider that doesn't answer


@pytest.fixture(scope="module")
def texts_and_line(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[list[MessageRecord], Served]]:
    with rest() as (url, texts), serve(tmp_path_factory.mktemp("served") / "data", url) as served:
        yield texts, served


@pytest.fixture
def line(texts_and_line: tuple[list[MessageRecord], Served]) -> Served:
    return texts_and_line[1]


def test_a_signed_call_is_answered(line: Served) -> None:
    twiml = line.webhook("/voice", "CA" + "8" * 32, CallStatus="ringing")
    assert "hang up and call 999 now" in twiml and "<Gather" in twiml


def test_a_wrong_signature_is_refused(line: Served) -> None:
    assert line.ask("POST", "/voice", "CallSid=CA1", signed="bm90IGEgc2lnbmF0dXJl")[0] == 403
    assert line.ask("POST", "/voice", "CallSid=CA1")[0] == 403


def test_health_says_that_a_call_would_be_answered(line: Served) -> None:
    status, body = line.ask("GET", "/health")
    told = json.loads(body)
    assert status == 200 and told["rehearsal"] is True
    assert told["unsigned"] == dict.fromkeys(("concern", "desk", "main"), "unsigned")


def test_unsigned_wording_is_not_served_to_patients(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(file, "rehearsal: true", "rehearsal: false")
    refused = run("serve", "--config", str(file), env={**SECRETS, "IVR_DATA": str(tmp_path / "data")})
    assert refused.returncode == 1 and refused.stdout == ""
    assert "no signature holds for concern (unsigned), desk (unsigned), main (unsigned)" in refused.stderr


def test_an_emergency_is_texted_to_the_chain_and_told_by_show(
    texts_and_line: tuple[list[MessageRecord], Served],
) -> None:
    texts, line = texts_and_line
    twiml = line.webhook("/voice", CALL, CallStatus="ringing")
    for key in "11":  # something is wrong; yes, an emergency
        twiml = line.press(twiml, CALL, key)
    assert "999" in twiml
    told = "Rose Clinic: a caller was told to ring 999."
    # By the hour of the day, a notice of the next shift goes out as well.
    sent = until(lambda: texts[:] if sum(text.body.startswith(told) for text in texts) > 1 else [])
    assert not any(CALLER[3:] in text.body for text in sent)
    story = until(
        lambda: found if "Text told to" in (found := type_in("show", CALL, data=line.data).output) else ""
    )
    assert "Disposition: emergency" in story and ": sent" in story


def test_there_is_one_scheduler_for_all_workers(line: Served) -> None:
    assert len(until(lambda: line.schedulers)) == 1
    assert len(line.children()) == 3  # and two workers


def test_no_secret_and_no_number_is_in_its_log(line: Served) -> None:
    log = line.log.read_text()
    assert "REHEARSAL: " in log and "UNSIGNED: " in log
    assert "ERROR" not in log and "token-of" not in log and CALLER[3:] not in log


def test_a_killed_scheduler_is_started_again_and_sigterm_ends_it_all(tmp_path: Path) -> None:
    with serve(tmp_path / "data", NOWHERE) as line:
        first = until(lambda: line.schedulers)
        os.kill(first[0], signal.SIGKILL)
        second = until(lambda: [pid for pid in line.schedulers if pid not in first])
        assert len(second) == 1
        family = line.children()
        assert line.end() == 0
        assert all(map(gone, family))
    assert "the scheduler ended (-9): it is started again" in line.log.read_text()


# A port is free when `ivr serve` looks, and somebody else's when the server would have it.
TAKEN_MEANWHILE = """
import socket
from ivr.cli import serve, verbs
look, held = serve._free, socket.socket()
def once(host, port):
    address, serve._free = look(host, port), look
    held.bind((address, port))
    held.listen()
    return address
serve._free = once
verbs.verbs(prog_name="ivr")
"""


def test_a_port_that_is_taken_meanwhile_is_said_in_one_line(tmp_path: Path) -> None:
    port = free_port()
    env = {**os.environ, **environment(tmp_path / "data", port, NOWHERE)}
    words = [sys.executable, "-c", TAKEN_MEANWHILE, "serve", "--port", str(port)]
    ended = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and "Traceback" not in ended.stderr
    assert ended.stderr.splitlines()[-1] == (
        f"Error: port {port} of 127.0.0.1 is in use. Stop what uses it, or give another --port."
    )


def test_a_killed_worker_is_started_again(tmp_path: Path) -> None:
    with serve(tmp_path / "data", NOWHERE, workers=1) as line:
        until(lambda: line.schedulers)
        workers = [pid for pid in line.children() if pid not in line.schedulers]
        os.kill(workers[0], signal.SIGKILL)
        until(lambda: [pid for pid in line.children() if pid not in (*workers, *line.schedulers)])
        assert until(lambda: answers(line))


def test_a_line_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    with serve(tmp_path / "data", NOWHERE) as line:
        until(lambda: line.schedulers)
        family = line.children()
        line.end(signal.SIGKILL)
        assert all(map(gone, family))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_all_of_it_ends_it_when_what_was_asked_is_answered(tmp_path: Path, number: int) -> None:
    with serve(tmp_path / "data", NOWHERE, workers=1) as line:
        head = f"POST /voice HTTP/1.1\r\nHost: 127.0.0.1:{line.port}\r\nContent-Length: 9\r\n\r\n"
        with socket.create_connection(("127.0.0.1", line.port), 10) as asking:
            asking.sendall(head.encode() + b"Call")
            line.ask("GET", "/health")  # by now the worker has taken the connection before this one
            until(lambda: line.schedulers)
            os.kill(line.schedulers[0], number)
            os.killpg(line.process.pid, number)  # as terminals and service managers do: workers get it too
            until(lambda: not answers(line))
            asking.sendall(b"Sid=1")
            asking.settimeout(10)
            assert asking.recv(100).startswith(b"HTTP/1.1 403")
        assert line.process.wait(PATIENCE) == 0
    assert line.log.read_text().count("\n") == 2  # REHEARSAL and UNSIGNED


def test_a_second_line_on_the_same_data_stands_by_with_its_scheduler(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serve(data, NOWHERE, workers=1) as first:
        until(lambda: first.schedulers)
        until(lambda: _locked(data))
        with serve(data, NOWHERE, workers=1) as second:
            until(lambda: "another scheduler works on this data folder" in second.log.read_text())
            assert until(lambda: answers(second))


def test_a_port_in_use_costs_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = run("serve", "--port", str(port), env=environment(tmp_path / "data", port, NOWHERE))
    assert refused.returncode == 1 and refused.stdout == ""
    assert refused.stderr == (
        f"Error: port {port} of 127.0.0.1 is in use. Stop what uses it, or give another --port.\n"
    )


def test_another_machines_address_costs_one_line(tmp_path: Path) -> None:
    refused = run("serve", "--host", "192.0.2.1", env=environment(tmp_path / "data", 8000, NOWHERE))
    assert refused.returncode == 1 and "192.0.2.1 is not an address of this machine" in refused.stderr


def test_nothing_starts_while_anything_is_wrong(tmp_path: Path) -> None:
    file = copied(tmp_path)
    change(file, "owner: ana", "owner: anna")
    change(tmp_path / "flows" / "main.yaml", "next: topic", "next: topik")
    refused = run("serve", "--config", str(file), env={"IVR_DATA": str(tmp_path / "data")})
    assert refused.returncode == 1 and refused.stdout == ""
    for said in ("Did you mean ana?", "main.yaml:", "TWILIO_AUTH_TOKEN: is not set", "IVR_PUBLIC_URL: is"):
        assert said in refused.stderr
    assert "Traceback" not in refused.stderr and not (tmp_path / "data").exists()


def test_a_data_folder_that_cannot_be_used_costs_one_line(tmp_path: Path) -> None:
    (tmp_path / "line.db").write_bytes(b"not a database" * 100)
    refused = run("serve", "--port", str(free_port()), env=environment(tmp_path, 8000, NOWHERE))
    assert refused.returncode == 1 and "line.db: not a sound SQLite database" in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_the_scheduler_alone_ends_on_sigterm(tmp_path: Path) -> None:
    data = tmp_path / "data"
    around = {**os.environ, **environment(data, 8000, NOWHERE)}
    words = [str(IVR), "jobs", "--config", str(CONFIG)]
    alone = subprocess.Popen(words, env=around, stderr=subprocess.PIPE)
    try:
        until(lambda: (data / "line.db").exists())
        alone.terminate()
        _, errors = alone.communicate(timeout=PATIENCE)
    finally:
        alone.kill()
    assert (alone.returncode, errors) == (0, b"")


def _locked(data: Path) -> bool:
    from ivr.storage.connection import locks
    from ivr.storage.filelock import locked

    with locked(locks(data) / "scheduler", wait=False) as mine:
        return not mine
