"""The parameters of every kind of webhook, by the documentation's tables."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.exchange import parameters
from ivr.exchange.resources import CallRecord, MessageRecord, RecordingRecord

AT = datetime(2026, 3, 14, 2, 10, 5, tzinfo=UTC)
ACCOUNT, CALL, CHILD = "AC" + "1" * 32, "CA" + "2" * 32, "CA" + "3" * 32
CALLER, LINE, CLINICIAN = "+447700900123", "+441632960000", "+447700900101"
ALWAYS = {"CallSid", "AccountSid", "From", "To", "CallStatus", "ApiVersion", "Direction"}


def inbound(**more: object) -> CallRecord:
    call = CallRecord(CALL, ACCOUNT, LINE, CALLER, "inbound", AT, status="ringing")
    for name, value in more.items():
        setattr(call, name, value)
    return call


def child() -> CallRecord:
    return CallRecord(
        CHILD, ACCOUNT, CLINICIAN, LINE, "outbound-dial", AT, status="in-progress", parent_call_sid=CALL
    )


def recording() -> RecordingRecord:
    url = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/RE{'4' * 32}"
    return RecordingRecord("RE" + "4" * 32, ACCOUNT, CALL, AT, url, duration=12, status="completed")


def text(**more: object) -> MessageRecord:
    message = MessageRecord("SM" + "5" * 32, ACCOUNT, CLINICIAN, LINE, "Call 7Q2K", AT)
    for name, value in more.items():
        setattr(message, name, value)
    return message


def added(params: dict[str, str]) -> dict[str, str]:
    base = parameters.voice(inbound())
    assert {name: params[name] for name in base} == base, "the standard parameters are sent too"
    return {name: value for name, value in params.items() if name not in base}


def test_an_incoming_call() -> None:
    params = parameters.voice(inbound())
    assert params.keys() >= ALWAYS
    assert (params["From"], params["To"], params["CallSid"]) == (CALLER, LINE, CALL)
    assert (params["CallStatus"], params["Direction"]) == ("ringing", "inbound")
    assert params["ApiVersion"] == "2010-04-01"
    assert "ParentCallSid" not in params and "CallerName" not in params and "ForwardedFrom" not in params


def test_empty_values_are_sent() -> None:
    params = parameters.voice(inbound())
    places = {
        f"{e}{p}" for e in ("From", "To", "Caller", "Called") for p in ("City", "State", "Zip", "Country")
    }
    assert params.keys() >= places
    assert params["ToZip"] == params["CalledCity"] == "" and params["FromCountry"] == "GB"


def test_the_legacy_names_repeat_the_numbers() -> None:
    params = parameters.voice(inbound())
    assert (params["Caller"], params["Called"]) == (CALLER, LINE)
    assert parameters.voice(inbound(), places=False, legacy=False).keys() == ALWAYS


@pytest.mark.parametrize("from_", ["anonymous", "", "+266696687", "unknown"])
def test_a_withheld_number_is_sent_as_the_network_gave_it(from_: str) -> None:
    params = parameters.voice(inbound(from_=from_))
    assert params["From"] == params["Caller"] == from_ and params["FromCountry"] == ""


def test_what_a_call_may_carry_besides() -> None:
    call = inbound(forwarded_from=CLINICIAN, caller_name="CLINIC")
    params = parameters.voice(call, status="in-progress", call_token="%7B%7D", stir="TN-Validation-Passed-A")
    assert params["ForwardedFrom"] == CLINICIAN and params["CallerName"] == "CLINIC"
    assert params["CallToken"] == "%7B%7D" and params["StirVerstat"] == "TN-Validation-Passed-A"
    assert params["CallStatus"] == "in-progress"


def test_a_whisper_is_asked_for_with_the_childs_parameters() -> None:
    params = parameters.voice(child())
    assert (params["CallSid"], params["ParentCallSid"]) == (CHILD, CALL)
    assert (params["Direction"], params["From"], params["To"]) == ("outbound-dial", LINE, CLINICIAN)
    assert "ParentCallSid" not in parameters.voice(child(), parent=False)


def test_keys() -> None:
    params = parameters.gather(parameters.voice(inbound()), digits="12", finished_on_key="#")
    assert added(params) == {"Digits": "12", "FinishedOnKey": "#"}


def test_speech() -> None:
    params = parameters.gather(parameters.voice(inbound()), speech="not sure", confidence=0.9)
    assert added(params) == {"SpeechResult": "not sure", "Confidence": "0.9"}


def test_an_empty_result_is_absent_or_empty() -> None:
    base = parameters.voice(inbound())
    assert added(parameters.gather(base)) == {}
    assert added(parameters.gather(base, digits="", speech="")) == {"Digits": "", "SpeechResult": ""}
    assert "Digits" not in base, "the given parameters aren't changed"


def test_a_dial_that_was_screened_out() -> None:
    base = parameters.voice(inbound())
    params = parameters.dial(base, status="completed", sid=CHILD, seconds=9, bridged=False)
    assert added(params) == {
        "DialCallStatus": "completed",
        "DialCallSid": CHILD,
        "DialCallDuration": "9",
        "DialBridged": "false",
    }


def test_a_dial_that_nobody_answered() -> None:
    params = parameters.dial(parameters.voice(inbound()), status="no-answer", sid=CHILD)
    assert added(params) == {"DialCallStatus": "no-answer", "DialCallSid": CHILD}


def test_a_recorded_dial() -> None:
    url = recording().media_url
    params = parameters.dial(parameters.voice(inbound()), status="completed", bridged=True, recording_url=url)
    assert added(params) == {"DialCallStatus": "completed", "DialBridged": "true", "RecordingUrl": url}


def test_a_recording_that_ended_with_a_hang_up() -> None:
    wanted = {"RecordingUrl": recording().media_url, "RecordingDuration": "12", "Digits": "hangup"}
    base = parameters.voice(inbound())
    with_sid = wanted | {"RecordingSid": recording().sid}
    assert added(parameters.record(base, recording(), digits="hangup")) == with_sid
    assert added(parameters.record(base, recording(), digits="hangup", sid=False)) == wanted


def test_a_leg_that_rings() -> None:
    params = parameters.call_status(child(), status="ringing", sequence=1, at=AT)
    assert params.keys() >= ALWAYS
    assert (params["CallSid"], params["ParentCallSid"], params["CallStatus"]) == (CHILD, CALL, "ringing")
    assert params["Timestamp"] == "Sat, 14 Mar 2026 02:10:05 +0000"
    assert (params["CallbackSource"], params["SequenceNumber"]) == ("call-progress-events", "1")
    assert "CallDuration" not in params


def test_only_a_completed_leg_has_a_duration() -> None:
    leg = child()
    leg.duration = 61
    done = parameters.call_status(leg, status="completed", sequence=3, at=AT)
    assert (done["CallDuration"], done["Duration"]) == ("61", "2")
    busy = parameters.call_status(leg, status="busy", sequence=2, at=AT, parent=False)
    assert "CallDuration" not in busy and "ParentCallSid" not in busy
    assert busy["SipResponseCode"] == "486"


def test_the_end_of_an_incoming_call() -> None:
    params = parameters.number_status(inbound(status="completed", duration=40), at=AT)
    assert (params["CallStatus"], params["CallDuration"], params["Direction"]) == (
        "completed",
        "40",
        "inbound",
    )


def test_a_recording_callback_names_no_phone() -> None:
    params = parameters.recording_status(recording())
    assert not params.keys() & {"From", "To", "Caller", "Called", "CallStatus"}
    assert (params["CallSid"], params["RecordingSid"]) == (CALL, recording().sid)
    assert (params["RecordingStatus"], params["RecordingDuration"]) == ("completed", "12")
    assert (params["RecordingChannels"], params["RecordingSource"]) == ("1", "RecordVerb")
    assert params["RecordingStartTime"] == "Sat, 14 Mar 2026 02:10:05 +0000"
    assert "RecordingDuration" not in parameters.recording_status(recording(), status="absent")


def test_a_text_on_its_way() -> None:
    assert parameters.message_status(text(), status="sent", at=AT) == {
        "AccountSid": ACCOUNT,
        "ApiVersion": "2010-04-01",
        "From": LINE,
        "MessageSid": text().sid,
        "MessageStatus": "sent",
        "SmsSid": text().sid,
        "SmsStatus": "sent",
        "To": CLINICIAN,
    }


def test_a_text_that_did_not_arrive() -> None:
    params = parameters.message_status(text(status="undelivered", error_code=30003), at=AT)
    assert params["MessageStatus"] == params["SmsStatus"] == "undelivered"
    assert (params["ErrorCode"], params["RawDlrDoneDate"]) == ("30003", "2603140210")


def test_a_text_delivered_carries_no_error() -> None:
    params = parameters.message_status(text(status="delivered", messaging_service_sid="MG" + "6" * 32), at=AT)
    assert "ErrorCode" not in params and params["MessagingServiceSid"] == "MG" + "6" * 32


def test_a_fallback_is_told_what_failed() -> None:
    params = parameters.failed(parameters.voice(inbound()), code=11200, url="https://line.example/voice")
    assert added(params) == {"ErrorCode": "11200", "ErrorUrl": "https://line.example/voice"}
