"""Each story is played plainly once in a run of the tests, by whichever test and process needs it first."""

from __future__ import annotations

import os
import pickle
from hashlib import sha256
from pathlib import Path

import pytest

from ivr.storage.filelock import locked
from tests.calls.stage import MODES, Once, Played, play
from tests.calls.test_safety import logged


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Play the story in a file; or read what came of it, if it was played in this run before."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "played"
    shared.mkdir(exist_ok=True)

    def played(path: Path) -> Played:
        name = f"{path.stem}-{sha256(path.read_bytes()).hexdigest()[:12]}"  # a story may be written anew
        kept = shared / name
        with locked(shared / f"{name}.lock"):
            if not kept.exists():
                with logged() as records:
                    found = play(path, MODES["plain"], tmp_path_factory.mktemp(path.stem), records)
                kept.write_bytes(pickle.dumps(found))
        found = pickle.loads(kept.read_bytes())
        assert isinstance(found, Played)
        return found

    return played
