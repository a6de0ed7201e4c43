"""Call stories: read, played, compared, rewritten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ivr.exchange import people
from ivr.exchange.caller import Leaves, Presses, Says, Silent, Talks, Waits
from ivr.exchange.story import Otherwise, parse, read, rewrite
from tests.exchange.line_desk import ANA
from tests.exchange.night_story import STORY, played


def test_a_story_plays_as_it_says() -> None:
    transcript, problems = played(parse(STORY))
    assert problems == [] and transcript.splitlines()[-1] == " 112 line    hangs up"


def test_what_differs_is_shown_like_a_diff() -> None:
    _, problems = played(parse(STORY.replace("joins caller and Ben", "joins caller and Ana")))
    assert (
        "-  51 line    joins caller and Ana" in problems and "+  51 line    joins caller and Ben" in problems
    )


def test_a_story_is_read_whole() -> None:
    story = parse(
        """
story: Everything
at: "2026-11-24T02:10:00Z"
from: anonymous
names: {"+447700900101": Ana}
switches: {screened_out_status: no-answer, dial_bridged_sent: false, answer_seconds: 1}
line: {drills: true}
beforehand: 600
refused: {"+447700900101": 21211}
outage: {from: 60, for: 3600}
phones:
  "+447700900101": [no answer, busy, {rejects: 2}, unreachable, switched off, {screening: 4}]
  "+447700900102": {answers: 5, press: "2", talk: 30, at: 3}
  "+447700900103": {answers: 5, hangs up: 3}
  "+447700900104": {answers: 5}
  "+447700900105": {voicemail: 18, talks: 9}
  others: busy
caller:
  - press: "1"
  - {press: "*0#", at: 4}
  - say: not sure
  - {say: no, at: 0.5}
  - silence
  - talk: 12
  - {talk: 12, press: "#"}
  - {talk: 12, hang up: true}
  - wait
  - {hang up: 20}
  - hang up
again:
  - {after: 3600, caller: [{press: "1"}]}
  - {after: 60, from: "", caller: [silence]}
afterwards: 0
texts: [{to: "+447700900101", says: "Ref 4F2: ring in"}]
unwritable:
  caller: [hang up]
  expect: |
      0 line    Hello
errors: ["11200"]
"""
    )
    assert (story.story, story.at, story.from_) == (
        "Everything",
        datetime(2026, 11, 24, 2, 10, tzinfo=UTC),
        "anonymous",
    )
    assert story.names == {ANA: "Ana"} and story.others == people.Busy()
    assert (story.switches.screened_out_status, story.switches.dial_bridged_sent) == ("no-answer", False)
    assert list(story.phones.values()) == [
        (
            people.NoAnswer(),
            people.Busy(),
            people.Rejects(2),
            people.Unreachable(),
            people.SwitchedOff(),
            people.Screening(4),
        ),
        (people.Answers(5, "2", 30, at=3),),
        (people.HangsUp(5, 3),),
        (people.Answers(5, "", 60),),
        (people.Voicemail(18, 9),),
    ]
    assert story.caller == (
        Presses("1"),
        Presses("*0#", 4),
        Says("not sure"),
        Says("no", 0.5),
        Silent(),
        Talks(12),
        Talks(12, "#"),
        Talks(12, hang_up=True),
        Waits(),
        Leaves(20),
        Leaves(),
    )
    assert story.line["drills"].flag() and story.beforehand == 600
    assert (story.refused, story.outage) == ({ANA: 21211}, (60.0, 3600.0))
    assert story.unwritable == Otherwise((Leaves(),), story.again, "  0 line    Hello\n", ())
    assert [(again.after, again.from_, again.caller) for again in story.again] == [
        (3600.0, "anonymous", (Presses("1"),)),
        (60.0, "", (Silent(),)),
    ]
    assert (story.afterwards, story.expect) == (0.0, None)
    assert story.texts == ((ANA, "Ref 4F2: ring in"),) and story.errors == ("11200",)


def test_the_same_caller_rings_again() -> None:
    story = parse(STORY.split("expect:")[0] + "again: [{after: 7200, caller: [{hang up: 1}]}]\n")
    transcript, problems = played(story)
    assert transcript.splitlines()[-3:] == [
        "   0 caller  rings again, 2 hours later",
        "   0 line    Something wrong? Press 1.",
        "   1 caller  hangs up",
    ]
    assert problems == ["the story has no `expect` yet"]


def test_what_the_caller_could_not_do_is_unexpected() -> None:
    _, problems = played(parse(STORY.replace('- press: "1"', '- press: "1"\n  - press: "7"')))
    assert problems == ["unexpected: the call was over before the caller's Presses(keys='7', at=None)"]


def test_an_error_is_allowed_if_the_story_names_it() -> None:
    story = parse(STORY.split("expect:")[0] + "expect: ''\n")
    for errors, left in (((), 2), (("11200", "over before"), 0)):
        _, problems = played(replace(story, errors=errors), {"/voice": 500})
        assert len([problem for problem in problems if problem.startswith("unexpected")]) == left


def test_rewriting_replaces_just_what_was_heard(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    path.write_text(
        "# why this story is told\n" + STORY.replace("joins caller and Ben", "is silent"), encoding="utf-8"
    )
    transcript, problems = played(read(path))
    assert problems
    rewrite(path, transcript, [(ANA, 'Ref "4F2": ring in – now')])
    story = read(path)
    assert played(story)[1] == [
        "--- expected",
        "+++ found",
        f'-text to {ANA}: Ref "4F2": ring in – now',
    ]
    before, now = STORY.splitlines(), path.read_text(encoding="utf-8").splitlines()
    assert now[0] == "# why this story is told" and now[1:10] == before[:9] and now[10] == "expect: |2"
    assert now[-1] == "errors: []"
    rewrite(path, transcript, [])
    assert played(read(path))[1] == []
    assert "\ntexts: []\nerrors: []\n" in path.read_text(encoding="utf-8")


def test_rewriting_fills_in_what_was_not_there(tmp_path: Path) -> None:
    path = tmp_path / "night.yaml"
    path.write_text(STORY.split("expect:")[0], encoding="utf-8")
    rewrite(path, played(read(path))[0], [])
    assert played(read(path))[1] == []


def test_somebody_else_rings_later_and_time_passes_before_the_first() -> None:
    again = 'again: [{after: 30, from: "+447700900101", caller: [hang up]}]'
    story = parse(STORY.replace("texts: []", f"texts: []\nbeforehand: 90\n{again}"))
    transcript, _ = played(story)
    assert transcript.splitlines()[0].split()[:2] == ["0", "line"]  # seconds count from the call
    assert "   0 caller  is Ana, 30 seconds later" in transcript.splitlines()
