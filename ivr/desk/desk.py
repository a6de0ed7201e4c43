"""The desk, whole: every page of the staff's, set up on a Flask application."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Blueprint, Flask, redirect, url_for
from flask_bootstrap import Bootstrap5
from werkzeug.wrappers import Response

from ivr.desk import (
    account,
    callback,
    calls,
    errors,
    flows,
    guard,
    invitation,
    lengths,
    login,
    messages,
    now,
    numbers,
    paging,
    people,
    promised,
    records,
    reports,
    ringing,
    rota,
    words,
)
from ivr.desk.room import Room
from ivr.desk.visitor import member
from ivr.line.answer import Line
from ivr.storage.staff import ROLES
from ivr.storage.tokens import Sealer

Health = Callable[[], Sequence[str]]  # what is wrong with the line, in words; nothing: []


def rooms(line: Line, health: Health) -> tuple[Room, ...]:
    """Return all pages, in the order of the navigation."""
    return (
        login.blueprint(line),
        invitation.blueprint(line),
        numbers.blueprint(line),
        now.blueprint(line, health),
        paging.blueprint(line),
        promised.blueprint(line),
        ringing.blueprint(line),
        messages.blueprint(line),
        calls.blueprint(line),
        records.blueprint(line),
        rota.blueprint(line),
        flows.blueprint(line),
        reports.blueprint(line),
        people.blueprint(line),
        account.blueprint(line),
    )


def install(application: Flask, line: Line, health: Health) -> None:
    """Set up the pages on `application`, whatever else it serves: all its routes are guarded from now on."""
    application.secret_key = Sealer(line.config.environment.secret_key, "desk flash").key()
    application.config["BOOTSTRAP_SERVE_LOCAL"] = True
    application.jinja_env.trim_blocks = application.jinja_env.lstrip_blocks = True
    Bootstrap5(application)
    guard.install(application, line)
    errors.install(application, line)
    words.install(application, line)
    lengths.install(application, line)
    application.register_blueprint(_files())
    application.register_blueprint(callback.blueprint(line))
    for room in (*rooms(line, health), _home()):
        application.register_blueprint(room)


def _files() -> Blueprint:
    """Our own style sheet and script, the templates, and the way from the bare address to the pages."""
    files = Blueprint(
        "desk", __name__, static_folder="static", static_url_path="/desk/static", template_folder="templates"
    )

    @files.get("/")
    def root() -> Response:
        return redirect(url_for("home.first"))

    return files


def _home() -> Room:
    room = Room("home", *ROLES)

    @room.get("/")
    def first() -> Response:
        return redirect(url_for(words.pages_for(member())[0].home))

    return room
