"""The line watches itself, in every mode: /health, the ping, the mails, and the fallback hosted elsewhere."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from ivr.cli.stage import Stage
from ivr.config import Config
from ivr.config.optional import Fallback
from ivr.exchange.caller import Caller, Leaves, Presses
from ivr.exchange.people import Answers, NoAnswer
from ivr.telephony.static import VOICE
from tests.calls.moded import environed, in_modes, moded, reworded
from tests.calls.phones import ANA, BEN, CALLER, NIGHT
from tests.calls.stage import MODES
from tests.calls.test_callback import at_home
from tests.mail.smtp_desk import Desk
from tests.telephony.static_host import hosting

SKIN = (Presses("1"), Presses("2"), Presses("1"))
MAILS = {f"  {who}:\n": f'  {who}:\n    mail: "{who}@clinic.example"\n' for who in ("ana", "ben", "chloe")}
MAILS["\nclinic:\n"] = '\nclinic:\n  mail: "line@clinic.example"\n'


def health(stage: Stage) -> list[str]:
    found: list[str] = stage.app.pages.test_client().get("/health").get_json()["problems"]
    return found


def rings_and_leaves(stage: Stage) -> str:
    call = stage.exchange.dial(CALLER, stage.config.clinic.number, Caller(*SKIN, Leaves(8)))
    stage.exchange.run()
    return call.sid


@contextmanager
def pinged() -> Iterator[tuple[str, list[str]]]:
    """Yield an address, and the list that each request to it lengthens."""
    pings: list[str] = []

    class Wakes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            pings.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Wakes) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/wakes", pings
        server.shutdown()
        thread.join()


@in_modes
def test_an_address_is_pinged_while_all_is_well(tmp_path: Path, mode: str) -> None:
    away = ("not well, so nobody is told otherwise", "came too late")
    with pinged() as (address, pings):
        changed = environed(ping_url=address)
        with moded(mode, NIGHT, tmp_path, served=True, changed=changed, errors=away) as stage:
            at_home(stage, Answers(5, "", talk=30))
            stage.exchange.others(Answers(4, "1", talk=None))
            rings_and_leaves(stage)
            stage.exchange.run(400)
            assert health(stage) == [] and pings
            stage.exchange.rest.faults.fail_rest("", times=10_000)
            stage.exchange.run(1000)  # after ten minutes it is asked how the account stands
            (problem,) = health(stage)
            assert problem.startswith("the provider has refused our requests since ")
            so_far = len(pings)
            stage.exchange.run(600)
            assert len(pings) == so_far
            stage.exchange.rest.faults.clear()
            stage.exchange.run(600)
            assert health(stage) == [] and len(pings) > so_far


@in_modes
def test_what_health_says_of_a_job_the_journal_and_the_rota(tmp_path: Path, mode: str) -> None:
    def fails() -> None:
        raise OSError("no")

    cut = ("the database can't be written", "job recordings failed")
    with moded(mode, NIGHT, tmp_path, errors=cut) as stage:
        at_home(stage, Answers(5, "", talk=30))
        stage.exchange.others(Answers(4, "1", talk=None))
        rings_and_leaves(stage)
        stage.exchange.run(400)
        assert health(stage) == []
        stage.app.line.store.cut()
        assert health(stage)[0].startswith("the database can't be written")
        stage.app.line.store.mend()
        real, stage.app.ticks["recordings"] = stage.app.ticks["recordings"], fails
        stage.exchange.run(900)
        (problem,) = health(stage)
        assert problem.startswith("job recordings has not succeeded since ")
        stage.app.ticks["recordings"] = real
        stage.exchange.run(300)
        live = stage.app.line.editions.live
        empty = live.config.rota.model_copy(update={"shifts": (), "overrides": ()})
        stage.app.line.editions.live = replace(live, config=replace(live.config, rota=empty))
        assert health(stage) == ["nobody is on call by the rota"]
        stage.app.line.editions.live = live
        assert health(stage) == []


@in_modes
def test_mails_go_out_once_beside_texts_or_in_their_place(tmp_path: Path, mode: str) -> None:
    """Ben's phone takes no texts: what is for him goes by mail; and the owner hears of the phone so too."""
    config = reworded(tmp_path, MAILS)
    with Desk() as desk:
        threading.Thread(target=desk.serve_forever, args=(0.02,), daemon=True).start()
        changed = environed(smtp_url=f"smtp://127.0.0.1:{desk.port}")
        off = ("switched off", "wants no more texts")
        with moded(mode, NIGHT, tmp_path / "data", config=config, changed=changed, errors=off) as stage:
            stage.exchange.others(NoAnswer())
            stage.exchange.book.refuse(BEN, 21610)
            rings_and_leaves(stage)
            stage.exchange.run(120)
            stage.app.line.store.mend()
            stage.exchange.run(120)
            mails = [(mail["To"], str(mail["Subject"])) for mail in desk.mails]
        desk.shutdown()
    assert sum(to == "ben@clinic.example" for to, _ in mails) == 1, mails
    assert not any(CALLER[3:] in mail.as_string() for mail in desk.mails)


@in_modes
def test_the_fallback_follows_the_rota_and_a_stale_copy_is_told_of(tmp_path: Path, mode: str) -> None:
    written, store = tmp_path / "written", tmp_path / "store"
    store.mkdir()
    with hosting(store) as base:

        def changed(config: Config) -> Config:
            return replace(config, fallback=Fallback(folder=written, url=f"{base}{VOICE}"))

        with moded(mode, "2026-11-24T19:30:00Z", tmp_path / "data", changed=changed) as stage:
            at_home(stage, Answers(5, "", talk=30))
            stage.exchange.others(Answers(4, "1", talk=None))
            stage.exchange.run(60)
            shutil.copytree(written, store, dirs_exist_ok=True)
            by_day = (written / VOICE).read_bytes()
            stage.exchange.run(700)
            assert health(stage) == [] and by_day.index(ANA.encode()) < by_day.index(BEN.encode())
            rings_and_leaves(stage)  # the shift changes at 20:00
            stage.exchange.run(2400)
            by_night = (written / VOICE).read_bytes()
            assert by_night.index(BEN.encode()) < by_night.index(ANA.encode())
            stage.exchange.run(3600)
            (problem,) = health(stage)
            assert problem.startswith("the hosted fallback has not been right since ")
            told = [text.to for text in stage.exchange.texts if "needs a person" in text.body]
            assert told[-1] == ANA and len(told) == (1 if MODES[mode].database else 2)
            shutil.copytree(written, store, dirs_exist_ok=True)
            stage.exchange.run(700)
            assert health(stage) == []


@in_modes
def test_the_owner_hears_of_an_empty_shift_48_and_4_hours_ahead(tmp_path: Path, mode: str) -> None:
    def changed(config: Config) -> Config:
        """No config with such a gap is taken; one may open all the same, when a year of overrides ends."""
        weekdays = tuple(shift for shift in config.rota.shifts if "weekend" not in shift.days)
        return replace(config, rota=config.rota.model_copy(update={"shifts": weekdays}))

    with moded(mode, "2026-11-26T07:30:00Z", tmp_path, changed=changed, asleep=1800) as stage:
        stage.exchange.others(Answers(4, "1", talk=30))
        at_home(stage, Answers(5, "", talk=30))
        told: list[int] = []
        for hours in (0.1, 1.6, 42.6, 1.4):  # to 48.4, 46.8, 4.2 and 2.8 hours before Saturday at 8
            rings_and_leaves(stage)
            stage.exchange.run(hours * 3600)
            empty = [text for text in stage.exchange.texts if "NOBODY is on call from" in text.body]
            assert {text.to for text in empty} <= {ANA}
            told.append(len(empty))
        assert told == [0, 1, 2, 3]  # the second is of Sunday, 48 hours ahead
