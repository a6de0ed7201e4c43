"""The table of published words, held against twilio's own package: neither may know less than we use."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from twilio.rest.api.v2010.account.call import CallInstance
from twilio.rest.api.v2010.account.message import MessageInstance
from twilio.rest.api.v2010.account.recording import RecordingInstance
from twilio.twiml import lower_camel, voice_response

from ivr.line.telephone import ENDED
from ivr.telephony.words import (
    ATTRIBUTES,
    CALL_ENDED,
    MESSAGE_ENDED,
    NESTING,
    CallStatus,
    DialStatus,
    LegEvent,
    MessageStatus,
    Param,
    RecordingStatus,
)


def _values(owner: Any) -> set[str]:
    return {str(value) for name, value in vars(owner.Status).items() if name.isupper()}


def test_the_statuses_are_those_of_twilios_package() -> None:
    assert set(CallStatus) == _values(CallInstance) | {"initiated"}
    assert set(MessageStatus) == _values(MessageInstance)
    assert set(RecordingStatus) == _values(RecordingInstance) | {"failed", "deleted"}


@pytest.mark.parametrize("verb", sorted(set(ATTRIBUTES) - {"Response"}))
def test_each_attribute_is_one_of_twilios_builder(verb: str) -> None:
    owner = voice_response.Dial if verb == "Number" else voice_response.VoiceResponse
    known = {lower_camel(name) for name in inspect.signature(getattr(owner, verb.lower())).parameters}
    # The builder's own list is older than these two, which Twilio's documentation has.
    assert ATTRIBUTES[verb] - known <= {"enhanced", "bargeIn"}


def test_the_tables_fit_together() -> None:
    assert set(NESTING) <= set(ATTRIBUTES)
    assert set().union(*NESTING.values()) | {"Response"} == set(ATTRIBUTES)
    assert CALL_ENDED < set(CallStatus) and MESSAGE_ENDED < set(MessageStatus)
    assert {str(status) for status in DialStatus} - {"answered"} == {str(status) for status in CALL_ENDED}
    assert ENDED == CALL_ENDED
    assert set(LegEvent) == {"initiated", "ringing", "answered", "completed"}


def test_a_word_is_the_text_that_is_sent() -> None:
    form = {"CallSid": "CA1", "DialCallStatus": "no-answer"}
    assert form[Param.CALL_SID] == "CA1" and form[Param.DIAL_CALL_STATUS] == DialStatus.NO_ANSWER
    assert f"{CallStatus.IN_PROGRESS}" == "in-progress"
