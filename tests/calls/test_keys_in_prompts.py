"""Whoever is told to press a key may press it at once: the key counts while the words are still spoken."""

from __future__ import annotations

from pathlib import Path

from ivr.exchange.caller import ByHand
from ivr.exchange.people import Answers, NoAnswer
from tests.calls.phones import BEN, CALLER, DAY, NIGHT, Eager, staged, texts_of

TOPIC, AGE, SHUT = "something is wrong, press 1", "We can only book", "Our desk is closed"


def talk(tmp_path: Path, at: str, *keys: tuple[str, str]) -> list[str]:
    with staged(at, tmp_path) as stage:
        stage.exchange.others(NoAnswer())
        stage.exchange.phone(BEN, Answers(4, "1"))
        caller: ByHand = Eager(stage, *keys)
        stage.exchange.dial(CALLER, stage.config.clinic.number, caller)
        stage.exchange.run()
        return texts_of(stage)


def asked_about_breathing(lines: list[str]) -> bool:
    return any("It's hard to breathe" in line for line in lines)


def test_unwell_is_heard_while_the_voicemail_explains_itself(tmp_path: Path) -> None:
    keys = ((TOPIC, "2"), (AGE, "1"), (SHUT, "9"), ("To ask about a booking", "1"))
    assert asked_about_breathing(talk(tmp_path, NIGHT, *keys))


def test_unwell_is_heard_while_the_line_says_that_it_records(tmp_path: Path) -> None:
    keys = ((TOPIC, "2"), (AGE, "1"), (SHUT, "9"), ("We record messages", "1"))
    assert asked_about_breathing(talk(tmp_path, NIGHT, *keys))


def test_unwell_is_heard_as_soon_as_the_line_says_that_it_hears_nothing(tmp_path: Path) -> None:
    assert asked_about_breathing(talk(tmp_path, NIGHT, ("I can't hear you", "1")))


def test_0_is_heard_while_the_line_says_who_will_ring_back(tmp_path: Path) -> None:
    keys = (
        (TOPIC, "1"),
        ("hard to breathe", "2"),
        ("Skin white", "2"),
        ("Fever", "2"),
        ("very worried", "1"),
    )
    after = (("When was it", "1"), ("A clinician will ring you within 2 hours", "0"))
    assert "line: I am calling your clinician now." in " ".join(talk(tmp_path, DAY, *keys, *after))


def test_0_is_heard_while_the_line_offers_to_try_again(tmp_path: Path) -> None:
    keys = ((TOPIC, "1"), ("hard to breathe", "2"), ("Skin white", "1"), ("You can leave a message", "0"))
    with staged(NIGHT, tmp_path) as stage:
        stage.exchange.others(NoAnswer())
        stage.exchange.dial(CALLER, stage.config.clinic.number, Eager(stage, *keys))
        stage.exchange.run()
        assert sum("I am calling your clinician now" in line for line in texts_of(stage)) == 2
