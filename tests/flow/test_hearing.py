"""What a caller meant by a key or by words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.hearing import GATE_HINTS, at_gate, at_menu, digit, normal
from ivr.flow.turn import DialEnded, HungUp, Input, Keys, Recorded, Silence, Speech

TOPIC = {"1": ("wrong", "unwell"), "2": ("book", "anything else")}
TOPIC_KEYS = frozenset(TOPIC)
NOES = set(
    "no nope nah none of them those i dont im not it isnt thank you thanks "
    "two 2 press number option key the".split()
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yes", "1"),
        ("Yes!", "1"),
        ("yes please", "1"),
        ("yeah", "1"),
        ("oh god yes my eye", "1"),
        ("I think so", "1"),
        ("not sure", "1"),
        ("I don’t know", "1"),
        ("maybe", "1"),
        ("one", "1"),
        ("press 1", "1"),
        ("no yes", "1"),  # a yes anywhere is a yes
        ("no", "2"),
        ("No.", "2"),
        ("none of them", "2"),
        ("no, thank you", "2"),
        ("two", "2"),
        ("number two", "2"),
        ("repeat that", "*"),
        ("pardon?", "*"),
        ("clinician", "0"),
        ("can I speak to a nurse", "0"),
        ("zero", "0"),
        ("press 0", "0"),
        ("no doctor has seen it", "0"),
        ("no I can't breathe", None),
        ("no but it hurts", None),
        ("I have no feeling in my lip", None),
        ("definitely not", None),
        ("two days ago", None),
        ("seven", None),
        ("one two", None),
        ("can't breathe", None),
        ("nothing", None),
        ("", None),
        ("?!", None),
        ("да", None),
    ],
)
def test_what_a_gate_hears(said: str, meant: str | None) -> None:
    assert at_gate(Speech(said)) == meant


@pytest.mark.parametrize(
    ("pressed", "meant"),
    [
        ("1", "1"),
        ("2", "2"),
        ("*", "*"),
        ("0", "0"),
        ("2#", "2"),
        ("222", "2"),
        ("12", "1"),
        ("01", "0"),
        ("21", None),
        ("20", None),
        ("3", None),
        ("#", None),
        ("31", None),
        ("", None),
    ],
)
def test_what_a_gate_takes_from_keys(pressed: str, meant: str | None) -> None:
    assert at_gate(Keys(pressed)) == meant


@given(st.text())
def test_nothing_but_a_phrase_of_noes_is_a_no(text: str) -> None:
    if at_gate(Speech(text)) == "2":
        assert set(normal(text).split()) <= NOES


@given(st.text(alphabet="0123456789*#", max_size=5))
def test_a_key_other_than_2_is_never_a_no(digits: str) -> None:
    if at_gate(Keys(digits)) == "2":
        assert set(digits) <= {"2", "#"}


@pytest.mark.parametrize("odd", [Silence(), DialEnded("completed"), Recorded(3, "2"), HungUp()])
def test_what_is_neither_key_nor_word_means_nothing(odd: Input) -> None:
    assert at_gate(odd) is None
    assert at_menu(odd, TOPIC_KEYS, TOPIC) is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("something is wrong", "1"),
        ("I'd like to book", "2"),
        ("Anything else.", "2"),
        ("one", "1"),
        ("option two", "2"),
        ("nothing wrong, I want to book", None),  # both: ask again
        ("bookkeeping", None),  # a part of a word is not the word
        ("three", None),
        ("say again", "*"),
        ("nurse", "0"),
        ("zero", "0"),
        ("the nurse said something is wrong", "1"),
        ("the nurse should book me in, something is wrong", None),
        ("", None),
    ],
)
def test_what_a_menu_hears(said: str, meant: str | None) -> None:
    assert at_menu(Speech(said), TOPIC_KEYS, TOPIC) == meant


@pytest.mark.parametrize(
    ("pressed", "meant"),
    [("1", "1"), ("2", "2"), ("3", None), ("*", "*"), ("0", "0"), ("12", "1"), ("", None)],
)
def test_what_a_menu_takes_from_keys(pressed: str, meant: str | None) -> None:
    assert at_menu(Keys(pressed), TOPIC_KEYS, TOPIC) == meant


def test_a_menu_may_use_key_0_for_itself() -> None:
    assert at_menu(Keys("0"), frozenset({"0"}), {}) == "0"
    assert at_menu(Speech("zero"), frozenset({"0"}), {}) == "0"


def test_one_key_is_named_alone_or_beside_words_like_press() -> None:
    assert [digit(said) for said in ("press seven", "9", "the number 3 key")] == ["7", "9", "3"]
    assert [digit(said) for said in ("12", "press", "", "eight or nine", "²")] == [None] * 5


def test_words_are_compared_without_case_marks_or_spaces() -> None:
    assert normal("  No,\tI’m NOT… ") == "no im not"


def test_the_recogniser_is_told_to_expect_what_a_gate_understands() -> None:
    assert all(at_gate(Speech(hint)) is not None for hint in GATE_HINTS)
