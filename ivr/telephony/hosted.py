"""Keeping the fallback right: its files written anew when the rota changes, and its hosted copy looked at."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from ivr.clock import from_iso
from ivr.line import upkeep
from ivr.line.answer import Line
from ivr.line.watch import FALLBACK, LASTING, Watch
from ivr.telephony.static import README, VOICE, static

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=10)
LARGEST = 65_536  # bytes: Twilio takes no larger document
_TIMEOUT = 5.0  # seconds
_PIECE = 8192


class Hosted:
    """The job "fallback": does nothing unless the config's `fallback` says where."""

    def __init__(self, line: Line, watch: Watch) -> None:
        self._line, self._watch = line, watch
        self._looked: datetime | None = None
        self._told = ""

    def look(self) -> None:
        """Write the files if they have changed, and look at the hosted copy each ten minutes.

        Errors: OSError when they can't be written; StoreUnavailable.
        """
        told, now = self._line.config.fallback, self._line.clock.now()
        if not (told.folder or told.url):
            return
        files = static(self._line.config, now, told.numbers).files
        changed = write(told.folder, files) if told.folder else False
        if changed:
            log.warning("the fallback's files have changed: %s", told.folder)
        if told.url and (changed or self._looked is None or now - self._looked >= LOOK_EVERY):
            self._looked = now
            if why := difference(told.url, files):
                self._watch.failed(FALLBACK, why)
                self._tell(now, why)
            else:
                self._watch.succeeded(FALLBACK)
                self._told = ""

    def _tell(self, now: datetime, why: str) -> None:
        """Tell the owner, once for each time that the copy stays wrong for long."""
        since = self._watch.stamp(FALLBACK).failing_since
        if since and since != self._told and now - from_iso(since) >= LASTING[FALLBACK]:
            self._told = since
            what = f"the hosted fallback: {why}"
            self._line.store.record(upkeep.alarm(self._line, "", what, f"{since} {what}"))


def write(folder: Path, files: Mapping[str, bytes]) -> bool:
    """Write the files that differ, each in one step, and return whether any did. Others of ours go.

    Only this user may read them: numbers stand in them. Errors: OSError.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    changed = False
    for name, content in files.items():
        path = folder / name
        if path.is_file() and path.read_bytes() == content:
            continue
        beside = folder / f".{name}.new"
        beside.unlink(missing_ok=True)
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.replace(path)
        changed = True
    if VOICE in files and len(files) == 2:  # advice only: what held numbers may not stay beside it
        for path in folder.glob("*.xml"):
            if path.name not in files:
                path.unlink()
    return changed


def difference(url: str, files: Mapping[str, bytes]) -> str:
    """Return what is wrong with the copy whose voice file is at `url`; "" if it is as it should be."""
    for name, content in files.items():
        if name == README:
            continue
        found = _fetched(url if name == VOICE else urljoin(url, name))
        if isinstance(found, str):
            return f"{name}: {found}"
        if found.strip() != content.strip():
            return f"{name} is not what was written last"
    return ""


def _fetched(url: str) -> bytes | str:
    """The document at an address, or why there is none."""
    from requests import RequestException, get

    try:
        with get(url, timeout=_TIMEOUT, stream=True) as answer:
            if answer.status_code != 200:
                return f"HTTP {answer.status_code}"
            content = bytearray()
            for piece in answer.iter_content(_PIECE):
                content += piece
                if len(content) > LARGEST:
                    return "too large"
            return bytes(content)
    except RequestException as error:
        return f"can't be reached ({type(error).__name__})"
