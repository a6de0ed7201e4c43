"""Calls across a publication: each finishes on what it began with, whoever answers it next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.config.source import Source, read_source
from ivr.line import publishing
from ivr.line.answer import Line
from ivr.line.edition import KEPT, Edition, stored
from ivr.storage import Store
from tests.line.house import CALLER, NIGHT, ROOT, House, config, house

OLD, NEW = "something is wrong, press 1", "something is not right, press 1"
FILES = read_source(ROOT / "config.yaml")


def changed(old: str, new: str, source: Source = FILES) -> Source:
    """A source with other words, in whichever file has them."""
    flows = {name: text.replace(old, new) for name, text in source.flows.items()}
    found = replace(source, config=source.config.replace(old, new), flows=flows)
    assert found.revision != source.revision
    return found


def publish(store: Store, source: Source) -> int:
    return publishing.publish(store, source, source.revision, "publish", "tester", NIGHT)


@pytest.fixture
def line(tmp_path: Path) -> Iterator[House]:
    """A line whose files are published, as one that serves has."""
    with house(tmp_path) as made:
        number = publish(made.line.store, FILES)
        told, flows = FILES.whole(made.line.config.environment, now=NIGHT)
        yield House(Line(told, flows, made.line.store, made.clock, number), made.clock)


def another(line: House) -> House:
    """Another worker of the same line, begun after what is published by now."""
    with line.line.store.read() as conn:
        live = conn.execute("SELECT revision, number FROM publications ORDER BY number DESC").fetchone()
    told, flows = stored(line.line.store, live["revision"]).whole(line.line.config.environment, now=NIGHT)
    made = House(Line(told, flows, line.line.store, line.clock, live["number"]), line.clock)
    made.next = line.next
    return made


def test_a_new_call_hears_the_new_words_and_one_under_way_the_old(line: House) -> None:
    assert OLD in line.goes_on(CallStatus="ringing")
    publish(line.line.store, changed(OLD, NEW))
    assert line.line.editions.look() and not line.line.editions.look()
    assert OLD in line.goes_on(Digits="")  # silence: the question again
    line.next = "/voice"
    assert NEW in line.goes_on(CallSid="CA" + "9" * 32, CallStatus="ringing")


def test_a_worker_that_began_later_finishes_a_call_on_its_old_words(line: House) -> None:
    line.goes_on(CallStatus="ringing")
    publish(line.line.store, changed(OLD, NEW))
    assert OLD in another(line).goes_on(Digits="")


def test_a_worker_that_has_yet_to_notice_answers_a_call_on_the_new_words(line: House) -> None:
    publish(line.line.store, changed(OLD, NEW))
    ahead = another(line)
    assert NEW in ahead.goes_on(CallStatus="ringing")
    line.next = ahead.next
    assert NEW in line.goes_on(Digits="")
    assert OLD in line.post("/voice", CallSid="CA" + "9" * 32)[1]


def test_a_call_under_way_keeps_its_hunt_its_phones_and_its_voice(line: House) -> None:
    before = line.rings_a_clinician()
    assert "+447700900002" in before
    source = changed("+447700900002", "+447700900092")
    source = changed("order: in_turn ", "order: together ", source)
    source = changed('language: "en-GB"', 'language: "cy-GB"', source)
    publish(line.line.store, source)
    line.line.editions.look()
    again = line.goes_on(DialCallStatus="no-answer")
    assert "+447700900003" in again and "en-GB" in again and "cy-GB" not in again
    assert line.line.config.number_of("ben") == "+447700900092"


def test_a_revision_that_is_lost_gets_the_safe_answer(line: House) -> None:
    line.goes_on(CallStatus="ringing")
    new = changed(OLD, NEW)
    publish(line.line.store, new)
    later = another(line)

    def lose(conn: sqlite3.Connection) -> None:
        conn.execute("UPDATE revisions SET flows = replace(flows, 'wrong', 'right')")

    line.line.store.write(lose)
    assert "calling a clinician now" in later.goes_on(Digits="1")
    with pytest.raises(LookupError, match="was changed after it was stored"):
        stored(line.line.store, FILES.revision)
    assert OLD in line.post("/voice", CallSid="CA" + "9" * 32)[1]


def test_what_cannot_be_loaded_is_not_taken_in(line: House) -> None:
    publish(line.line.store, changed("owner: ana", "owner: nobody_at_all"))
    with pytest.raises(Exception, match="nobody_at_all"):
        line.line.editions.look()
    assert line.line.editions.live.revision == FILES.revision
    assert OLD in line.goes_on(CallStatus="ringing")


def test_calls_under_way_are_prepared_for(line: House) -> None:
    line.goes_on(CallStatus="ringing")
    publish(line.line.store, changed(OLD, NEW))
    later = another(line)
    later.line.editions.prepare(1)
    line.line.store.write(lambda conn: conn.execute("DELETE FROM publications") and None)
    line.line.store.write(lambda conn: conn.execute("DELETE FROM revisions") and None)
    assert OLD in later.goes_on(Digits="")


def test_the_safe_answer_follows_what_is_live(line: House) -> None:
    assert "+447700900002" in line.post("/safe")[1]
    publish(line.line.store, changed("+447700900002", "+447700900092"))
    line.line.editions.look()
    assert "+447700900092" in line.post("/safe")[1]


def test_a_few_editions_are_held_and_the_live_one_always(line: House) -> None:
    for count in range(KEPT + 2):
        publish(line.line.store, changed(OLD, f"{OLD} or {count}"))
        line.line.editions.look()
    live = line.line.editions.live
    assert line.line.editions.of(live.revision) is live
    assert line.line.editions.of(FILES.revision).revision == FILES.revision  # loaded again
    publish(line.line.store, FILES)  # an old one is live again
    line.line.editions.look()
    assert line.line.editions.live.revision == FILES.revision


def test_the_journal_says_what_was_published(line: House) -> None:
    new = changed(OLD, NEW)
    publish(line.line.store, new)
    publishing.publish(line.line.store, FILES, new.revision, "rollback", "tester", NIGHT)
    kinds = line.rows("SELECT kind, data FROM journal WHERE call = '' ORDER BY seq")
    assert [row["kind"] for row in kinds] == ["published", "published", "rolled_back"]
    assert f'"before":"{new.revision}"' in str(kinds[-1]["data"]) and "tester" not in str(kinds)


def test_a_revision_is_all_that_was_written(tmp_path: Path) -> None:
    assert read_source(ROOT / "config.yaml").revision == FILES.revision
    assert changed("# ", "# a comment: ").revision != FILES.revision
    told, flows = FILES.whole(config(tmp_path).environment, now=NIGHT)
    assert flows.revision == FILES.revision and len(FILES.revision) == 16
    assert Edition(told, flows).revision == FILES.revision
    assert CALLER not in FILES.config
