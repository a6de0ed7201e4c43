"""The fallback's files: with our server dead, callers still reach a clinician by key 1."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.exchange.caller import Caller
from ivr.exchange.clock import HandClock
from ivr.exchange.exchange import Exchange
from ivr.exchange.people import Answers, Voicemail
from ivr.telephony.hosted import write
from ivr.telephony.static import ACCEPT, PASS, README, VOICE, WHISPER, order, static
from tests.exchange.line_desk import SID, TOKEN
from tests.line.house import CALLER, NIGHT, config
from tests.telephony.nginx_host import NGINX, nginx
from tests.telephony.static_host import hosting

BEN, CHLOE, ANA = "+447700900002", "+447700900003", "+447700900001"


Host = Callable[[Path], AbstractContextManager[str]]


@contextmanager
def dead(tmp_path: Path, numbers: bool = True, host: Host = hosting) -> Iterator[Exchange]:
    """An exchange whose number's voice URL refuses connections, and whose fallback is the hosted folder."""
    told = config(tmp_path)
    write(tmp_path / "x7", static(told, NIGHT, numbers).files)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with host(tmp_path) as base, Exchange(SID, TOKEN, HandClock(NIGHT), seed=1) as exchange:
        number = exchange.add_number(told.clinic.number, f"{nobody}/voice", f"{base}x7/{VOICE}")
        number.voice_fallback_method = "GET"
        for name, phone in (("Ben", BEN), ("Chloe", CHLOE), ("Ana", ANA)):
            exchange.names[phone] = name
        yield exchange


def call(exchange: Exchange, caller: Caller | None = None) -> str:
    exchange.dial(CALLER, config(Path("data")).clinic.number, caller or Caller())
    exchange.run()
    return "\n".join(map(str, exchange.transcript))


def test_with_our_server_dead_a_clinician_is_reached_by_key_1(tmp_path: Path) -> None:
    with dead(tmp_path) as exchange:
        exchange.phone(BEN, Voicemail())
        exchange.phone(CHLOE, Answers(after=5, press="1", talk=30))
        heard = call(exchange, Caller(leaves_at=120))
        assert heard.index("call 999 now") < heard.index("Ben")
        assert "Ben and caller" not in heard and "joins caller and Ben" not in heard
        assert "joins caller and Chloe" in heard and "Ana" not in heard
        assert [what[:5] for what in exchange.unexpected] == ["11205"] or "11200" in exchange.unexpected[0]


def test_silence_joins_nobody_and_the_caller_is_sent_to_help(tmp_path: Path) -> None:
    with dead(tmp_path) as exchange:
        exchange.others(Answers(after=3, press="", talk=5))
        heard = call(exchange)
        assert "joins" not in heard
        assert [name for name in ("Ben", "Chloe", "Ana") if f"{name} " in heard] == ["Ben", "Chloe", "Ana"]
        assert heard.count("go to A and E now, or call 111") == 2 and "hangs up" in heard.splitlines()[-1]


def test_advice_alone_rings_nobody(tmp_path: Path) -> None:
    with dead(tmp_path, numbers=False) as exchange:
        heard = call(exchange)
        assert "call 999 now" in heard and "go to A and E now, or call 111" in heard
        assert "rings" not in heard.replace("caller      rings", "")
    assert sorted(path.name for path in (tmp_path / "x7").iterdir()) == [README, VOICE]
    assert "+44" not in (tmp_path / "x7" / VOICE).read_text()


def test_every_address_is_a_name_beside_it_asked_by_get(tmp_path: Path) -> None:
    files = static(config(tmp_path), NIGHT).files
    for name in (VOICE, WHISPER, ACCEPT, PASS):
        for element in ElementTree.fromstring(files[name]).iter():
            for attribute in ("url", "action"):
                if attribute in element.attrib:
                    assert element.attrib[attribute] in files and element.attrib["method"] == "GET"
    assert b"+44" not in files[README] + files[WHISPER] + files[ACCEPT] + files[PASS]


def test_the_order_is_those_on_call_then_those_who_come_on(tmp_path: Path) -> None:
    told = config(tmp_path)
    people, until = order(told, NIGHT)
    assert people == ("ben", "chloe", "ana") and until == datetime(2026, 11, 24, 8, tzinfo=UTC)
    christmas = datetime(2026, 12, 25, 12, tzinfo=UTC)  # an override: chloe, then ben
    people, until = order(told, christmas)
    assert people == ("chloe", "ben", "ana") and until == datetime(2026, 12, 27, 8, tzinfo=UTC)
    assert order(told, christmas, 1) == (("chloe", "ben"), None)


def test_what_held_numbers_does_not_stay_beside_advice(tmp_path: Path) -> None:
    told = config(tmp_path)
    folder = tmp_path / "new" / "x7"
    assert write(folder, static(told, NIGHT).files) and not write(folder, static(told, NIGHT).files)
    assert (folder / VOICE).stat().st_mode & 0o777 == 0o600 and folder.stat().st_mode & 0o777 == 0o700
    assert write(folder, static(told, NIGHT + timedelta(hours=12)).files)
    assert write(folder, static(told, NIGHT, numbers=False).files)
    assert sorted(path.name for path in folder.iterdir()) == [README, VOICE]


@pytest.mark.parametrize("key", "1259*#")
def test_any_key_joins_which_the_readme_says(tmp_path: Path, key: str) -> None:
    with dead(tmp_path) as exchange:
        exchange.others(Answers(after=3, press=key, talk=10))
        assert "joins caller and Ben" in call(exchange, Caller(leaves_at=60))
    assert b"any key takes the call" in static(config(tmp_path), NIGHT).files[README]


def as_the_readme_says(tmp_path: Path) -> Host:
    """nginx, with the rule that stands in the folder's README."""
    told = static(config(tmp_path), NIGHT).files[README].decode()
    rule = next(line.strip() for line in told.splitlines() if "location =" in line)
    return lambda folder: nginx(folder, rule.replace("FOLDER", "x7"), tmp_path / "nginx")


@pytest.mark.skipif(NGINX is None, reason="there is no nginx: apt install nginx-light")
@pytest.mark.parametrize("key", ["1", "2", "5", "9", "*", "#", ""])
def test_behind_nginx_only_key_1_joins(tmp_path: Path, key: str) -> None:
    with dead(tmp_path, host=as_the_readme_says(tmp_path)) as exchange:
        exchange.others(Answers(after=3, press=key, talk=10))
        heard = call(exchange, Caller(leaves_at=60))
        assert ("joins caller and Ben" in heard) == (key == "1")
        assert ("Chloe" in heard) == (key != "1")
