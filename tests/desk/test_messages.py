"""Messages: who may hear which, that every play is noted, and what becomes of them."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from ivr.exchange.wav import tone
from ivr.flow.turn import Keys, Recorded, Start
from ivr.line import message
from ivr.storage import inbox, phones, sessions
from tests.desk.day import Patient
from tests.desk.desk import HERE, Browser, Desk, words
from tests.line.house import PUBLIC

BOOKING, URGENT = f"RE{1:032x}", f"RE{2:032x}"
HEARD = "joe listened to a message"


@pytest.fixture
def left(desk: Desk) -> Desk:
    """A desk at which a booking message and an urgent one were left in the night."""
    Patient(desk, 1).leaves_a_message(12)
    unwell = Patient(desk, 2, "+447700900778").is_unwell().nobody_takes_it()
    unwell.does(Recorded(20), recording=URGENT)
    unwell.keeps(URGENT, 20)
    unwell.hangs_up()
    assert {row["box"] for row in desk.rows("SELECT box FROM messages")} == {"booking", "urgent"}
    return desk


def audio(browser: Browser, which: str = BOOKING, span: str = "") -> TestResponse:
    return browser.get(f"/desk/messages/{which}/audio", **({"Range": span} if span else {}))


def test_the_desk_hears_bookings_and_clinicians_all(left: Desk) -> None:
    joe, kim = left.as_("joe", "desk"), left.as_("kim", "clinician")
    assert "box booking" in words(joe.get("/desk/messages"))
    assert "urgent" not in words(joe.get("/desk/messages")).replace("urgent card", "")
    said = words(kim.get("/desk/messages"))
    assert "box booking" in said and "box urgent" in said
    assert audio(joe, URGENT).status_code == 404 and audio(kim, URGENT).status_code == 200
    for act in ("note", "done", "undo"):
        assert joe.post(f"/desk/messages/{URGENT}/{act}", note="x").status_code == 404
    assert "urgent" not in joe.get("/desk/messages?box=urgent&show=all").text.replace("card urgent", "")


def test_it_plays_whole_and_in_pieces_and_each_play_is_noted(left: Desk) -> None:
    joe, sound = left.as_("joe", "desk"), tone(12)
    whole = audio(joe)
    assert whole.data == sound and whole.mimetype == "audio/wav"
    assert whole.headers["Accept-Ranges"] == "bytes" and whole.headers["Cache-Control"] == "no-store"
    first = audio(joe, span="bytes=0-99")
    assert first.status_code == 206 and first.data == sound[:100]
    assert first.headers["Content-Range"] == f"bytes 0-99/{len(sound)}"
    assert left.notes().count(HEARD) == 2
    assert audio(joe, span="bytes=100-").data == sound[100:]  # the rest of what is being heard
    assert audio(joe, span="bytes=-50").data == sound[-50:]
    assert audio(joe, span=f"bytes={len(sound)}-").status_code == 416
    assert left.notes().count(HEARD) == 2
    left.clock.move(700)
    audio(joe, span="bytes=1-")  # nobody hears one by leaving out its first byte
    assert left.notes().count(HEARD) == 3
    sam = left.as_("sam", "desk")
    audio(sam, span="bytes=1-")
    assert left.notes()[-1] == "sam listened to a message"
    row = left.rows(f"SELECT heard_by, played_by FROM messages WHERE message = '{BOOKING}'")
    assert row == [{"heard_by": "joe", "played_by": "sam"}]
    for span in ("bytes=5-2", "bytes=abc", "items=0-1", "bytes=0-1,5-6"):  # as if none had been asked for
        found = audio(sam, span=span)
        assert found.status_code == 200 and found.data == sound


def test_a_file_that_is_gone_says_what_to_do(left: Desk) -> None:
    joe = left.as_("joe", "desk")
    file = left.rows(f"SELECT file FROM messages WHERE message = '{BOOKING}'")[0]["file"]
    message.sealed(left.line).delete(str(file))
    answer = audio(joe)
    assert answer.status_code == 404 and "Ring the caller" in words(answer)
    assert HEARD not in left.notes()


def test_a_note_is_kept_shown_found_and_nowhere_else(left: Desk) -> None:
    joe = left.as_("joe", "desk")
    joe.post(f"/desk/messages/{BOOKING}/note", note="  Wants 100% <b>Thursday</b>_at 5  ")
    page = joe.get("/desk/messages")
    assert "Wants 100% &lt;b&gt;Thursday&lt;/b&gt;_at 5</textarea>" in page.text
    for found, said in (("100% <b>", True), ("THURSDAY", True), ("1000", False), ("xat", False)):
        assert ("box booking" in words(joe.post("/desk/messages", words=found))) is said, found
    assert "joe noted something on a message" in left.notes()
    assert not left.rows("SELECT * FROM journal WHERE data LIKE '%Thursday%'")


def test_a_note_that_is_too_long_is_kept_in_the_form(left: Desk) -> None:
    joe, long = left.as_("joe", "desk"), "so " * 700
    answer = joe.post(f"/desk/messages/{BOOKING}/note", note=long)
    assert answer.status_code == 422
    assert "That is 2099 characters; 2000 are kept. Shorten it." in words(answer)
    assert long.strip() in answer.text
    assert left.rows("SELECT * FROM messages WHERE note <> ''") == []


def test_a_note_overwrites_no_other_unseen(left: Desk) -> None:
    joe, sam = left.as_("joe", "desk"), left.as_("sam", "desk")
    path = f"/desk/messages/{BOOKING}/note"
    sam.post(path, note="Rang back.", was="")
    answer = joe.post(path, note="Wants Thursday.", was="")
    assert answer.status_code == 409 and "sam wrote meanwhile: “Rang back.”" in words(answer)
    assert "Wants Thursday.</textarea>" in answer.text
    [noted] = left.rows(f"SELECT note, noted_at FROM messages WHERE message = '{BOOKING}'")
    assert noted["note"] == "Rang back."
    assert joe.post(path, note="Both.", was=str(noted["noted_at"])).status_code == 302


def test_a_note_that_comes_after_the_log_in_has_ended_is_shown_to_be_copied(left: Desk) -> None:
    joe = left.as_("joe", "desk")
    left.clock.move(sessions.IDLE.total_seconds())
    where = {**HERE, "Referer": f"{PUBLIC}/desk/messages?show=done"}
    answer = joe.post(f"/desk/messages/{BOOKING}/note", where, note="Rings <b>again</b> at 10.", was="")
    assert "What you wrote" in words(answer) and "Rings &lt;b&gt;again&lt;/b&gt; at 10." in answer.text
    assert "You were logged out" in words(answer) and 'value="/desk/messages?show=done"' in answer.text
    assert left.rows("SELECT note FROM messages WHERE note <> ''") == []
    assert joe.post("/desk/account/pin", pin="246813", password="secret").status_code == 302  # shown nowhere
    elsewhere = {"Origin": "https://elsewhere.example"}
    assert joe.post(f"/desk/messages/{BOOKING}/note", elsewhere, note="x").status_code == 403


def test_done_and_undone(left: Desk) -> None:
    joe = left.as_("joe", "desk")
    answer = joe.post(f"/desk/messages/{BOOKING}/done", show="waiting", box="booking")
    said = words(joe.get(answer.location))
    assert "is done." in said and "Undo" in said and "box booking " not in said
    joe.post(f"/desk/messages/{BOOKING}/done")
    assert "was done already" in words(joe.get("/desk/messages"))
    assert "Done by joe" in words(joe.get("/desk/messages?show=done"))
    joe.post(f"/desk/messages/{BOOKING}/undo")
    assert "to be done again" in words(joe.get("/desk/messages"))
    assert left.notes()[-2:] == ["joe marked a message as done", "joe had a message wait again"]


def test_it_is_found_by_reference_box_and_day(left: Desk) -> None:
    kim = left.as_("kim", "clinician")
    ref = str(left.rows(f"SELECT ref FROM messages WHERE message = '{URGENT}'")[0]["ref"])
    found = words(kim.post("/desk/messages", words=ref.lower()))
    assert "box urgent" in found and "box booking" not in found
    assert "box urgent" not in words(kim.get("/desk/messages?box=booking"))
    assert "box urgent" in words(kim.get("/desk/messages?day=2026-11-24"))
    assert "No message is like that." in words(kim.get("/desk/messages?day=2026-11-23"))
    assert "Write the day as 2026-11-24." in words(kim.get("/desk/messages?day=yesterday"))
    assert kim.post("/desk/messages", box="urgent").location == "/desk/messages?box=urgent"


def test_the_list_goes_on_where_it_ended(desk: Desk) -> None:
    for index in range(1, 31):
        Patient(desk, index, "+447700900123").leaves_a_message(3)
    joe = desk.as_("joe", "desk")
    shown, path = list[str](), "/desk/messages"
    while path:
        page = joe.get(path)
        shown += [one for one in page.text.split('<article class="page-card')[1:]]
        path = page.text.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert len(shown) == 30 and len({one.partition('id="')[2][:34] for one in shown}) == 30


def test_what_is_late_is_marked_in_words(left: Desk) -> None:
    assert "overdue" not in words(left.as_("joe", "desk").get("/desk/messages"))
    left.clock.move(6 * 3600)
    sam = left.as_("sam", "desk")
    assert "overdue" in words(sam.get("/desk/messages"))
    audio(sam)
    assert "overdue" not in words(sam.get("/desk/messages"))


def test_a_silent_recording_is_nothing_to_do(desk: Desk) -> None:
    patient = Patient(desk).does(Start(), Keys("2"), Keys("1"))
    line = desk.line
    line.store.record(message.recorded(line, patient.sid, 9, "booking", "completed", BOOKING, 0))
    from ivr.line.message import _note

    _note(line, patient.sid, "message_lost", BOOKING, why=inbox.SILENT)
    joe = desk.as_("joe", "desk")
    assert "Nothing to do" in words(joe.get("/desk/messages"))
    assert "Nothing was said." in words(joe.get("/desk/messages?show=all"))
    assert audio(joe).status_code == 404


def test_calling_back_rings_ones_own_phone_first(left: Desk) -> None:
    joe = left.as_("joe", "desk")
    assert "prove a phone" in words(joe.get("/desk/messages"))
    call = f"CA{1:032x}"
    joe.post("/desk/callback", call=call, back="messages")
    assert "Have it rung once" in words(joe.get("/desk/messages"))

    def prove(conn: object) -> None:
        phones.put(conn, "joe", "+447700900555")  # type: ignore[arg-type]
        conn.execute("UPDATE staff_phones SET proved_at = '2026-11-01T00:00:00Z'")  # type: ignore[attr-defined]

    left.line.store.write(prove)
    assert joe.post("/desk/callback", call=call, back="messages").location == "/desk/messages"
    assert "Your phone rings within a few seconds." in words(joe.get("/desk/messages"))
    [row] = left.rows("SELECT kind, subject, leg FROM errands WHERE kind = 'callback'")
    assert row == {"kind": "callback", "subject": call, "leg": "staff/joe"}
    assert "joe asked to be joined to a caller" in left.notes()
    joe.post("/desk/callback", call=call)
    assert "rings about this patient already" in words(joe.get("/desk/now"))
    joe.post("/desk/callback", call=f"CA{2:032x}")  # a patient with a sign is a clinician's to ring
    assert "a clinician rings them" in words(joe.get("/desk/now"))
    joe.post("/desk/callback", call=call, phone="ana")
    assert len(left.rows("SELECT * FROM errands WHERE kind = 'callback'")) == 1


def test_nobody_hears_anything_without_a_log_in(left: Desk) -> None:
    answer = audio(left.browser())
    assert answer.status_code == 302 and answer.location.startswith("/desk/login")
    assert HEARD not in left.notes()
