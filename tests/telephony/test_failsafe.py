"""The last answer: whatever has failed, a caller hears 999 and a clinician's phone rings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.exchange.twiml import parse
from ivr.telephony.failsafe import DANGER, NOBODY, TELL, WHISPER, SafeDocs
from tests.telephony.links import names, read, spoken

CHAIN = ("+447700900101", "+447700900102")
LINE = "https://line.example"
URLS = {"url", "action", "statusCallback"}  # attributes of a safe document that lead somewhere
# For who is rung, or nobody.
FOR_PHONES = {"safe/whisper", "safe/accept", "safe/pass", "safe/leg", "safe/errand"}


def docs(chain: tuple[str, ...] = CHAIN, rounds: int = 2, danger: str = DANGER) -> SafeDocs:
    return SafeDocs("Polly.Amy-Neural", "en-GB", LINE, "+441632960000", chain, danger, 15, rounds)


def step(document: bytes) -> tuple[str, str, dict[str, str]]:
    """Return whom a document rings, where the call goes on, and the attributes of the number."""
    [dial] = [verb for verb in read(document) if verb[0] == "Dial"]
    [number] = dial[3]
    assert dial[1]["callerId"] == "+441632960000" and dial[1]["timeout"] == "15"
    return number[2], dial[1]["action"], number[1]


def test_the_chain_is_rung_one_phone_after_the_other_twice_round() -> None:
    safe = docs()
    document, rung = safe.answer("safe", {}), []
    while "Dial" in names(document):
        number, after, attributes = step(document)
        rung.append(number)
        assert attributes["url"] == f"{LINE}/safe/whisper"
        document = safe.answer(after.removeprefix(LINE), {"DialBridged": "false"})
    assert rung == [*CHAIN, *CHAIN]
    assert spoken(document)[:3] == [DANGER, NOBODY, TELL] and names(document)[-1] == "Hangup"


def test_danger_comes_first() -> None:
    assert spoken(docs().answer("safe", {}))[0] == DANGER
    assert spoken(docs(danger="Call 999 now, please.").answer("/safe", {}))[0] == "Call 999 now, please."


chains = st.lists(st.integers(0, 999).map(lambda n: f"+447700900{n:03}"), max_size=6).map(tuple)


@given(chains, st.integers(0, 4))
def test_every_document_is_one_that_twilio_carries_out(chain: tuple[str, ...], rounds: int) -> None:
    safe = docs(chain, rounds)
    documents = {**safe.documents(), "static": safe.static_file()}
    for name, document in documents.items():
        parse(document, "text/xml", whisper=name in FOR_PHONES)
        if name not in FOR_PHONES:
            assert DANGER in spoken(document), name
    assert len(documents) == 8 + max(1, len(chain) * max(rounds, 1))


@given(chains, st.integers(1, 3))
def test_no_phone_is_rung_without_the_whisper_and_every_url_is_one_of_these(
    chain: tuple[str, ...], rounds: int
) -> None:
    made = docs(chain, rounds).documents()
    known = {f"{LINE}/{name}" for name in made}
    for document in made.values():
        for verb in read(document):
            for _, attributes, _, _ in [verb, *verb[3]]:
                assert {attributes[name] for name in URLS & set(attributes)} <= known
            for number in verb[3] if verb[0] == "Dial" else ():
                assert number[1]["url"] == f"{LINE}/safe/whisper"


def test_only_key_1_lets_a_phone_in() -> None:
    safe = docs()
    [gather, hangup] = read(safe.answer("safe/whisper", {}))
    assert gather[1]["action"] == f"{LINE}/safe/accept" and hangup[0] == "Hangup"
    assert spoken(safe.answer("safe/whisper", {})) == [WHISPER, WHISPER]
    assert names(safe.answer("safe/accept", {"Digits": "1"})) == []  # nothing more to do: the bridge
    for digits in ("2", "", "11", "*", " 1", "9", "hangup"):
        assert names(safe.answer("safe/accept", {"Digits": digits})) == ["Hangup"]
    assert names(safe.answer("safe/accept", {})) == ["Hangup"]
    bridging = [name for name, document in safe.documents().items() if names(document) == []]
    assert sorted(bridging) == ["safe/accept", "safe/leg"]


@pytest.mark.parametrize("path", ["safe", "safe/1", "safe/3", "safe/end", "/safe/end/"])
def test_a_call_that_somebody_took_is_not_rung_on(path: str) -> None:
    taken = docs().answer(path, {"DialCallStatus": "completed", "DialBridged": "true"})
    assert names(taken) == ["Say", "Say", "Hangup"] and DANGER in spoken(taken)


def test_a_voicemail_that_answered_is_not_somebody() -> None:
    document = docs().answer("safe/1", {"DialCallStatus": "completed", "DialBridged": "false"})
    assert step(document)[0] == CHAIN[1]
    assert step(docs().answer("safe/1", {"DialCallStatus": "completed"}))[0] == CHAIN[1]


@pytest.mark.parametrize("path", ["", "voice", "safe/99", "safe/x", "/turn"])
def test_any_other_path_begins_at_the_beginning(path: str) -> None:
    assert docs().answer(path, {}) == docs().documents()["safe"]


def test_nobody_on_call_is_advice_at_once() -> None:
    document = docs(()).answer("safe", {})
    assert names(document)[-1] == "Hangup" and {DANGER, NOBODY, TELL} <= set(spoken(document))


def test_the_file_for_elsewhere_has_no_address_and_rings_nobody() -> None:
    document = docs().static_file()
    assert set(names(document)) == {"Say", "Hangup"}
    assert b"http" not in document and b"+44" not in document and b"safe" not in document
    assert spoken(document).count(DANGER) == spoken(document).count(NOBODY) == 2


def test_the_same_line_always_has_the_same_documents_and_they_cannot_be_changed_from_outside() -> None:
    safe = docs()
    assert safe == docs() and safe.documents() == docs().documents()
    safe.documents()["safe"] = b""
    assert safe.answer("safe", {}) == docs().documents()["safe"]


def test_no_clinicians_number_is_shown_by_accident() -> None:
    assert "+447700900101" not in repr(docs())
