"""`ivr serve`: the line, answering."""

from __future__ import annotations

import errno
import http.client
import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ivr.cli.setting import config_file

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.flow.model import Flows


@click.command(short_help="Answer calls: web workers for the provider, and one scheduler.")
@config_file
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Web worker processes; about one per core.",
)
def serve(file: Path, host: str, port: int, workers: int) -> None:
    """Answer calls: web workers for the provider, and one scheduler.

    Nothing starts while anything is wrong, all of which is named, or on wording that no clinician has signed,
    unless it is a rehearsal. What this needs from the environment, and how to point a number here, is told
    in docs/runbook.md. GET /health says whether a call would be answered now.
    Logs go to standard error. SIGTERM or Ctrl-C ends it when the requests under way have been answered.

    Files that were changed since they were last published are published at the start; if they are refused,
    the line begins with what was live before. While it runs, `ivr publish` or SIGHUP takes in a change.

    \b
    ivr serve
    ivr serve --config /etc/clinic/config.yaml --host 0.0.0.0 --port 8080 --workers 4
    """
    from ivr import app, logs
    from ivr.cli.begin import begin, written
    from ivr.cli.notices import refuse_unsigned
    from ivr.cli.screen import say
    from ivr.clock import SystemClock
    from ivr.storage import StorageError

    logs.set_up()
    files = written(file)
    if files.whole is not None and not (files.around.data / "line.db").exists():
        refuse_unsigned(*files.whole, SystemClock().now())
    address = _free(host, port)
    try:
        told = begin(files)
        refuse_unsigned(told.config, told.flows, SystemClock().now())
        # In this process first: what is wrong shows here, once, and workers begin with all of it imported.
        app.build(told.config, told=told.flows, number=told.number).close()
    except StorageError as error:
        raise click.ClickException(str(error)) from None
    for line in (*told.said, *map(str, told.config.warnings)):
        say(line, err=True)

    from ivr.cli.keeper import Keeper
    from ivr.cli.server import Server

    ready = threading.Thread(
        target=_announce, args=(told.config, told.flows, address, port, workers), name="ready", daemon=True
    )
    scheduler = Keeper("scheduler", [*_verb("jobs", file), "--parent", str(os.getpid())])
    publish = [*_verb("publish", file), "--signal"]
    try:
        Server(told, address, port, workers, scheduler, publish, ready.start).run()
    except RuntimeError:  # granian's, whose own words are pages long
        _free(host, port)  # somebody may have been faster: then that is said
        raise


def _verb(name: str, file: Path) -> list[str]:
    """The command of another verb, for a process of its own."""
    return [sys.executable, "-m", "ivr.cli", name, "--config", str(file)]


def _free(host: str, port: int) -> str:
    """Return the IP address of `host`, at which nobody listens on `port`. Errors: click.ClickException.

    The workers share the port between them, and so they would with a stranger: nothing else asks.
    """
    try:
        family, kind, _, _, (address, *_) = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError:
        raise click.ClickException(f"there is no host {host!r}. Give --host an address.") from None
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise click.ClickException(_taken(error, host, port)) from None
    return str(address)


def _taken(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is in use. Stop what uses it, or give another --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine. Give another --host."
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this user. Give a --port of 1024 or more."
    return f"can't listen at {host}, port {port}: {error.strerror}."


def _announce(config: Config, flows: Flows, address: str, port: int, workers: int) -> None:
    """Wait until the line answers, then say so; and say whatever callers should not have to find out."""
    from ivr.cli.notices import notices
    from ivr.cli.screen import say
    from ivr.clock import SystemClock

    with suppress(OSError):  # whoever started us doesn't read it: no reason to stop
        health = _health(address, port)
        for problem in health.get("problems", ()):
            say(f"Not well: {problem}.", err=True)
        for line in notices(config, flows, SystemClock().now()):
            say(line, err=True)
        shown = f"[{address}]" if ":" in address else address
        many = "1 worker" if workers == 1 else f"{workers} workers"
        say(
            f"Ready: {config.clinic.name} answers at http://{shown}:{port} with {many}."
            f" The number's webhook is {config.environment.public_url}/voice"
        )


def _health(address: str, port: int) -> dict[str, list[str]]:
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(address, address)
    while True:
        with suppress(OSError, http.client.HTTPException, ValueError):
            connection = http.client.HTTPConnection(here, port, timeout=2)
            try:
                connection.request("GET", "/health")
                found: dict[str, list[str]] = json.load(connection.getresponse())
                return found
            finally:
                connection.close()
        time.sleep(0.05)
