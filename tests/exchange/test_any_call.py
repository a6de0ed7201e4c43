"""Whatever people do, and whenever: every call ends, is accounted for, and the number hears of it once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.exchange import caller, people
from ivr.exchange.acts import Person
from ivr.exchange.records import ENDED
from ivr.exchange.switches import Switches
from tests.exchange.line_desk import ANA, BEN, CLINIC, Form, Page, open_line

SECONDS = st.sampled_from([0.0, 0.5, 2.0, 5.0, 11.0, 20.0, 45.0])
PEOPLE: st.SearchStrategy[Person] = st.one_of(
    st.builds(people.Answers, after=SECONDS, press=st.sampled_from(["", "1", "2"]), talk=SECONDS),
    st.builds(people.HangsUp, after=SECONDS, into=SECONDS),
    st.builds(people.Voicemail, after=SECONDS, talks=SECONDS),
    st.builds(people.Rejects, after=SECONDS),
    st.sampled_from([people.Busy(), people.NoAnswer(), people.Unreachable(), people.SwitchedOff()]),
)
ITEMS = st.one_of(
    st.builds(caller.Presses, st.sampled_from(["1", "2", "#", "12"]), st.none() | SECONDS),
    st.builds(caller.Says, st.just("not sure"), st.none() | SECONDS),
    st.builds(caller.Talks, SECONDS, st.sampled_from(["", "#"]), st.booleans()),
    st.builds(caller.Leaves, SECONDS),
    st.sampled_from([caller.Silent(), caller.Waits()]),
)
SWITCHES = st.builds(
    Switches,
    number_ends_at=st.sampled_from(["answer", "bridge"]),
    status_order=st.sampled_from(["in order", "reversed"]),
    dial_action_after_hangup=st.booleans(),
    record_empty_falls_through=st.booleans(),
    recording_callback_before_action=st.booleans(),
    answer_seconds=st.sampled_from([0.0, 1.0]),
)
HOOK = 'statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed"'


def ring(attributes: str) -> str:
    numbers = "".join(f'<Number url="/whisper" {HOOK}>{number}</Number>' for number in (ANA, BEN))
    return f'<Dial action="/after" timeout="15" callerId="{CLINIC}" {attributes}>{numbers}</Dial>'


def key(form: Form) -> str:
    return ring("") if form.get("Digits") == "1" else ring('sequential="true"')


LINE: dict[str, Page] = {
    "/voice": '<Gather action="/key" input="dtmf speech" numDigits="1"><Say>Press 1.</Say></Gather>'
    '<Record action="/bye" recordingStatusCallback="/recorded"/><Redirect>/bye</Redirect>',
    "/key": key,
    "/after": '<Record action="/bye" recordingStatusCallback="/recorded"/><Redirect>/bye</Redirect>',
    "/whisper": '<Gather action="/accept" numDigits="1"><Say>Press 1.</Say></Gather><Hangup/>',
    "/accept": lambda form: "" if form["Digits"] == "1" else "<Hangup/>",
    "/bye": "<Say>Goodbye.</Say>",
}


@settings(max_examples=60)
@given(st.lists(ITEMS, max_size=4), PEOPLE, PEOPLE, SWITCHES)
def test_every_call_ends_and_is_accounted_for(
    items: list[caller.Item], ana: Person, ben: Person, switches: Switches
) -> None:
    with open_line(LINE, switches, status_callback="/status") as desk:
        desk.exchange.phone(ANA, ana)
        desk.exchange.phone(BEN, ben)
        desk.call(caller.Caller(*items))
        calls = list(desk.exchange.book.calls.values())
        assert {call.status for call in calls} <= ENDED
        assert [form["CallSid"] for form in desk.forms("/status")] == [calls[0].sid]
        for leg in calls[1:]:
            told = [form for form in desk.forms("/leg") if form["CallSid"] == leg.sid]
            assert sorted(form["SequenceNumber"] for form in told) == [str(n) for n in range(len(told))]
            assert leg.status in [form["CallStatus"] for form in told]
        assert desk.transcript.count("joins") <= 1
        recorded = {form["RecordingSid"] for form in desk.forms("/recorded")}
        made = desk.exchange.book.recordings.values()
        assert recorded == {one.sid for one in made if one.status == "completed"}
        assert {one.status for one in made} <= {"completed", "absent"}
