"""Gather, rule by rule as https://www.twilio.com/docs/voice/twiml/gather has them."""

from __future__ import annotations

import pytest

from ivr.exchange.caller import ByHand, Caller, Presses, Says, Silent, Talks, Waits
from tests.exchange.line_desk import CALLER, CLINIC, Form, open_line

PROMPT = "<Say>Press a key.</Say>"
PROMPT_SECONDS = 0.0495 * 12 + 0.42 + 0.93
AFTER = "<Say>Nothing came.</Say>"


def gather(*items: object, attributes: str = "", prompt: str = PROMPT) -> tuple[list[Form], str, list[float]]:
    """Return what the action got, the transcript, and when the action was asked."""
    page = f'<Gather action="/got" {attributes}>{prompt}</Gather>{AFTER}'
    with open_line({"/voice": page, "/got": "<Hangup/>"}) as desk:
        transcript = desk.call(Caller(*items))  # type: ignore[arg-type]
        return desk.forms("/got"), transcript, desk.seconds("/got")


def test_keys_until_the_finish_key_which_is_not_among_them() -> None:
    [form], _, [at] = gather(Presses("12#"))
    assert (form["Digits"], form["FinishedOnKey"]) == ("12", "#")
    assert at == pytest.approx(PROMPT_SECONDS + 2, abs=0.01)
    assert "SpeechResult" not in form and "Confidence" not in form


def test_num_digits_submits_at_once() -> None:
    [form], _, [at] = gather(Presses("1"), attributes='numDigits="1"')
    assert form["Digits"] == "1" and at == pytest.approx(PROMPT_SECONDS + 2, abs=0.01)


def test_keys_beyond_num_digits_are_lost() -> None:
    [form], _, _ = gather(Presses("123"), attributes='numDigits="2"')
    assert form["Digits"] == "12"


def test_what_was_pressed_counts_when_time_runs_out() -> None:
    [form], _, [at] = gather(Presses("12"), attributes='timeout="7"')
    assert form["Digits"] == "12" and form["FinishedOnKey"] == ""
    assert at == pytest.approx(PROMPT_SECONDS + 2 + 7, abs=0.01)


def test_silence_goes_on_with_the_next_verb() -> None:
    forms, transcript, _ = gather(Silent())
    assert forms == [] and "Nothing came." in transcript


def test_the_finish_key_alone_is_no_input() -> None:
    forms, transcript, _ = gather(Presses("#"))
    assert forms == [] and "Nothing came." in transcript


def test_another_finish_key_leaves_the_hash_as_input() -> None:
    [form], _, _ = gather(Presses("1#*"), attributes='finishOnKey="*"')
    assert (form["Digits"], form["FinishedOnKey"]) == ("1#", "*")


def test_no_finish_key_takes_every_key() -> None:
    [form], _, _ = gather(Presses("#"), attributes='finishOnKey="" numDigits="1"')
    assert form["Digits"] == "#"


def test_action_on_empty_result_is_asked_after_silence() -> None:
    [form], transcript, [at] = gather(Silent(), attributes='actionOnEmptyResult="true" timeout="4"')
    assert form["Digits"] == "" and "Nothing came." not in transcript
    assert at == pytest.approx(PROMPT_SECONDS + 4, abs=0.01)


def test_a_key_cuts_the_prompts_off() -> None:
    prompt = PROMPT + "<Pause length='3'/><Say>This is never heard.</Say>"
    [form], transcript, [at] = gather(Presses("1", at=1), attributes='numDigits="1"', prompt=prompt)
    assert at == 1.0 and "never heard" not in transcript


def test_speech_is_heard_until_it_has_ended() -> None:
    [form], transcript, [at] = gather(Says("not sure"), attributes='input="dtmf speech" speechTimeout="2"')
    assert (form["SpeechResult"], form["Confidence"]) == ("not sure", "0.9")
    assert "Digits" not in form
    spoken = 0.0495 * 8 + 0.42 + 0.93
    assert at == pytest.approx(PROMPT_SECONDS + 2 + spoken + 2, abs=0.01)
    assert "caller  says: not sure" in transcript


@pytest.mark.parametrize(("timeout", "quiet"), [('timeout="3"', 3), ('speechTimeout="auto"', 1)])
def test_speech_ends_after_a_silence(timeout: str, quiet: int) -> None:
    _, _, [at] = gather(Says("yes", at=0), attributes=f'input="speech" {timeout}')
    assert at == pytest.approx(0.0495 * 3 + 0.42 + 0.93 + quiet, abs=0.01)


def test_keys_do_not_count_once_somebody_speaks() -> None:
    with open_line({"/voice": '<Gather input="dtmf speech" action="/got"/>', "/got": "<Hangup/>"}) as desk:
        caller = ByHand()
        desk.exchange.dial(CALLER, CLINIC, caller)
        desk.exchange.run(1)
        caller.say("yes please")
        desk.exchange.run(0.5)
        caller.press("2")
        desk.exchange.run()
        [form] = desk.forms("/got")
        assert form["SpeechResult"] == "yes please" and "Digits" not in form


def test_speech_is_nothing_to_a_gather_for_keys_and_keys_nothing_to_one_for_speech() -> None:
    assert gather(Says("yes"))[0] == []
    assert gather(Presses("1"), attributes='input="speech"')[0] == []


def test_without_an_action_the_same_document_is_asked_again() -> None:
    with open_line({}) as desk:
        page = f'<Gather numDigits="1">{PROMPT}</Gather>'
        desk.pages["/voice"] = lambda form: "<Hangup/>" if "Digits" in form else page
        desk.call(Caller(Presses("5")))
        assert [form.get("Digits") for form in desk.forms("/voice")] == [None, "5"]


def test_an_action_may_be_asked_by_get() -> None:
    [form], _, _ = gather(Presses("1"), attributes='numDigits="1" method="GET"')
    assert form["Digits"] == "1" and form["CallStatus"] == "in-progress"


def test_a_key_while_nothing_listens_is_lost() -> None:
    page = f'<Say>Welcome.</Say><Gather action="/got" numDigits="1">{PROMPT}</Gather>'
    with open_line({"/voice": page, "/got": "<Hangup/>"}) as desk:
        caller = ByHand()
        desk.exchange.dial(CALLER, CLINIC, caller)
        desk.exchange.run(1)
        caller.press("9")
        desk.exchange.run()
        assert "caller  presses 9" in desk.transcript and desk.forms("/got") == []


def test_an_item_that_does_not_fit_its_wait_is_told() -> None:
    with open_line({"/voice": f'<Gather action="/got">{PROMPT}</Gather>'}) as desk:
        caller = Caller(Waits())
        desk.call(caller)
        assert "came at a wait for keys or speech" in caller.problems[0]


def test_whoever_wants_to_leave_a_message_waits_for_the_tone() -> None:
    with open_line({"/voice": f'<Gather action="/got">{PROMPT}</Gather>'}) as desk:
        caller = Caller(Talks(12))
        desk.call(caller)
        assert caller.problems == [] and caller.left == [Talks(12)]


def test_a_speech_gather_does_not_stop_for_speech_without_barge_in() -> None:
    attributes = 'input="speech" bargeIn="false"'
    forms, _, _ = gather(Says("yes", at=0.5), attributes=attributes)
    assert forms == []


def test_what_this_exchange_does_not_send() -> None:
    page = '<Gather action="/got" input="speech" partialResultCallback="/part"/>'
    with open_line({"/voice": page}, unexpected=True) as desk:
        desk.call(Caller())
        assert desk.exchange.unexpected == ["partialResultCallback: this exchange sends none"]
