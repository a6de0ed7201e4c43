"""The fallback's files follow the rota, and a hosted copy that doesn't is told of."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from ivr.config.optional import Fallback
from ivr.line.watch import FALLBACK, Watch
from ivr.telephony.hosted import LARGEST, Hosted, difference
from ivr.telephony.static import VOICE, WHISPER, static
from tests.line.house import NIGHT, House, config, house
from tests.telephony.static_host import hosting


@dataclass
class Job:
    house: House
    watch: Watch
    hosted: Hosted
    folder: Path
    store: Path

    def goes_on(self, minutes: int) -> list[str]:
        """Let the minutes pass, a tick in each ten; return what is wrong with the copy then."""
        for _ in range(max(minutes // 10, 1)):
            self.house.clock.move(600)
            self.hosted.look()
        return [problem for problem in self.watch.problems() if "hosted fallback" in problem]

    def alarms(self) -> int:
        return len(self.house.rows("SELECT 1 FROM outbox WHERE template = 'alarm'"))

    def carry(self) -> None:
        shutil.copytree(self.folder, self.store, dirs_exist_ok=True)


@contextmanager
def job(tmp_path: Path) -> Iterator[Job]:
    store, folder = tmp_path / "store", tmp_path / "written"
    store.mkdir()
    with hosting(store) as base, house(tmp_path / "data") as line:
        told = Fallback(folder=folder, url=f"{base}{VOICE}")
        live = line.line.editions.live
        line.line.editions.live = replace(live, config=replace(live.config, fallback=told))
        watch = Watch(line.line)
        line.clock.move(1)
        yield Job(line, watch, Hosted(line.line, watch), folder, store)


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Job]:
    with job(tmp_path) as made:
        yield made


def test_a_copy_that_is_carried_stays_well_over_changes_of_the_rota(hosted: Job) -> None:
    hosted.goes_on(1)
    before = (hosted.folder / VOICE).read_bytes()
    for _ in range(20):  # until noon: it has changed at 8
        hosted.carry()
        assert hosted.goes_on(30) == []
    assert (hosted.folder / VOICE).read_bytes() != before and hosted.alarms() == 0


def test_a_copy_that_is_not_there_is_told_of_after_an_hour_and_once(hosted: Job) -> None:
    assert hosted.goes_on(60) == [] and hosted.alarms() == 0
    [problem] = hosted.goes_on(20)
    assert problem.startswith("the hosted fallback has not been right since 2026-11-24T02:20:")
    assert problem.endswith("(voice.xml: HTTP 404)")
    assert hosted.goes_on(200) == [problem] and hosted.alarms() == 1
    hosted.carry()
    assert hosted.goes_on(10) == []


def test_a_stale_copy_is_told_of_after_the_rota_changed(hosted: Job) -> None:
    hosted.goes_on(1)
    hosted.carry()
    assert hosted.goes_on(5 * 60) == []  # 8 in the morning has yet to come
    [problem] = hosted.goes_on(3 * 60)
    assert "voice.xml is not what was written last" in problem and hosted.alarms() == 1


def test_nothing_is_written_or_asked_unless_the_config_says_where(tmp_path: Path) -> None:
    with house(tmp_path) as line:
        watch = Watch(line.line)
        Hosted(line.line, watch).look()
        assert line.rows("SELECT * FROM stamps") == []
        watch.failed(FALLBACK, "of a config before this one")
        line.clock.move(86_400 / 2)
        assert not any("hosted" in problem for problem in watch.problems())


def test_each_way_in_which_a_copy_is_wrong(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    files = static(config(tmp_path), NIGHT).files
    store = tmp_path / "store"
    store.mkdir()
    with hosting(store) as base, caplog.at_level(logging.DEBUG):
        url = f"{base}{VOICE}"
        for name, content in files.items():
            (store / name).write_bytes(content)
        assert difference(url, files) == ""
        (store / VOICE).write_bytes(files[VOICE] + b"\n")  # as editors and TwiML Bins leave it
        assert difference(url, files) == ""
        (store / WHISPER).unlink()
        assert difference(url, files) == "whisper.xml: HTTP 404"
        (store / VOICE).write_bytes(b"x" * (LARGEST + 1))
        assert difference(url, files) == "voice.xml: too large"
    assert difference(url, files) == "voice.xml: can't be reached (ConnectionError)"
    assert "+44" not in caplog.text
