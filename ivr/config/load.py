"""From a file and the environment to a Config, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ivr.clock import SystemClock
from ivr.config import checks
from ivr.config.config import Config
from ivr.config.environment import Environment, environment
from ivr.config.model import File
from ivr.config.optional import Fallback
from ivr.config.texts import DEFAULTS
from ivr.yamlfile import BadInput, Document, Problem, read, validate


def load(path: Path, env: Mapping[str, str], serving: bool = False, now: datetime | None = None) -> Config:
    """Load config.yaml at `path` and check it together with `env`.

    serving  what a served line needs from the environment must be set too
    now      aware UTC; gaps of the rota in the 8 weeks after it become `warnings` (default: the present)
    Raises BadInput with every problem found, warnings among them.
    """
    around, found = environment(env, serving)
    try:
        document = read(path)
    except BadInput as error:
        raise BadInput([*error.problems, *found]) from None
    return judge(document, path.parent, around, found, serving, now)


def judge(
    document: Document,
    folder: Path,
    around: Environment,
    found: Sequence[Problem] = (),
    serving: bool = False,
    now: datetime | None = None,
) -> Config:
    """As load(), from what was read before: a document of `folder`, the environment and what it lacks."""
    found = list(found)
    file: File | None = None
    try:
        file = validate(File, document)
    except BadInput as error:
        found += error.problems
    found += checks.faults(checks.sound(document), now or SystemClock().now())
    if file is not None:
        found += [*_mails(file, around.smtp_url, document), *_reports(file, around.smtp_url, document)]
    problems = tuple(sorted(dict.fromkeys(found), key=lambda problem: _order(problem, document)))
    if file is None or any(problem.level == "error" for problem in problems):
        raise BadInput(problems)
    config = Config(
        clinic=file.clinic,
        line=file.line.model_copy(update={"flows": folder / file.line.flows}),
        people=file.people,
        owner=file.owner,
        groups=file.groups,
        boxes=file.boxes,
        promises=file.promises,
        texts={**DEFAULTS, **file.texts},
        working=file.working,
        hours=file.hours,
        rota=file.rota,
        limits=file.limits,
        fallback=_placed(file.fallback, folder),
        shifts=file.shifts,
        spending=file.spending,
        callback=file.callback,
        reports=file.reports,
        environment=around,
        warnings=problems,
        document=document,
    )
    if serving:
        config.words(now or SystemClock().now())  # what is imported late must not fail in the first call
    return config


def _placed(fallback: Fallback, folder: Path) -> Fallback:
    """The section with its folder beside the config's, as it was meant."""
    return fallback.model_copy(update={"folder": folder / fallback.folder}) if fallback.folder else fallback


def _mails(file: File, smtp_url: str, document: Document) -> list[Problem]:
    """What keeps mails from going out. Texts go out all the same, so these are warnings."""
    found = []
    for name, person in file.people.items():
        if person.mail and not smtp_url:
            line, message = document.line("people", name, "mail"), f"people.{name}.mail: nothing sends mails"
            cure = "Set IVR_SMTP_URL, or take the address out"
            found.append(Problem(document.file, line, message, cure, "warning"))
            break
    if smtp_url and not file.clinic.mail:
        line = document.line("clinic")
        cure = "Add the address that mails come from, as in mail: \"line@clinic.example\""
        found.append(Problem(document.file, line, "clinic.mail is missing, and IVR_SMTP_URL is set", cure))
    return found


def _reports(file: File, smtp_url: str, document: Document) -> Iterator[Problem]:
    """What keeps the week's figures from being mailed. Callers are served all the same: warnings."""
    for index, name in enumerate(file.reports.to):
        person, line = file.people.get(name), document.line("reports", "to", index)
        if person is not None and not person.mail:
            message = f"reports.to: {name} has no mail address, so no report is sent to them"
            yield Problem(document.file, line, message, f"Add `mail:` to people.{name}", "warning")
    if file.reports.to and not smtp_url:
        message = "reports.to: no report is sent, because nothing sends mails"
        cure = "Set IVR_SMTP_URL, or take the section out"
        yield Problem(document.file, document.line("reports", "to"), message, cure, "warning")


def _order(problem: Problem, document: Document) -> tuple[bool, int]:
    """The file's problems in its own order, then the environment's."""
    return problem.file != document.file, problem.line or 0
