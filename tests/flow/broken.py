"""Flows that are wrong in one way each: the line, what is said about it, and the cure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Broken:
    """`old` of `file` becomes `new`; then `line` of that file is complained of, with these words and cure."""

    name: str
    file: str
    old: str
    new: str
    line: int
    message: str
    cure: str


def m(name: str, old: str, new: str, line: int, message: str, cure: str) -> Broken:
    return Broken(name, "main.yaml", old, new, line, message, cure)


def c(name: str, old: str, new: str, line: int, message: str, cure: str) -> Broken:
    return Broken(name, "concern.yaml", old, new, line, message, cure)


LEADING = (
    # --- where a step leads
    m("an exit to nowhere", "next: topic", "next: topik", 6, "no step or flow 'topik'", "'topic'?"),
    m("a key to nowhere", '"1": concern', '"1": konzern', 10, "no step or flow 'konzern'", "'concern'?"),
    m(
        "a step that another flow doesn't have",
        '"2": bye',
        '"2": concern.rign',
        11,
        "'concern.rign'",
        "'concern.ring'?",
    ),
    m("a start that is no step", "start: hello", "start: helo", 2, "no step 'helo'", "'hello'?"),
    m("a start in another flow", "start: hello", "start: concern", 2, "no step 'concern'", "There are:"),
    m("a start with its flow", "start: hello", "start: main.hello", 2, "no step 'main.hello'", "'hello'?"),
    m("a missing exit", "    next: topic\n", "", 4, "steps.hello.next is missing", "Add `next:`"),
    m(
        "a menu without silence",
        "    silence: bye\n",
        "",
        7,
        "steps.topic.silence is missing",
        "Add `silence:`",
    ),
    m(
        "a condition without its otherwise",
        'bye: {end: "Goodbye."}',
        "bye: {goto: hello, only: repeat}",
        15,
        "`only` and `otherwise` belong together",
        "Add `otherwise: STEP`",
    ),
    m(
        "an otherwise without a condition",
        'bye: {end: "Goodbye."}',
        "bye: {goto: hello, otherwise: topic}",
        15,
        "`only` and `otherwise` belong together",
        "Add `only: CONDITION`",
    ),
    c(
        "two things of one name",
        "no: soon",
        "no: main",
        10,
        "'main' is a step of this flow and another flow too",
        "Write concern.main",
    ),
    c(
        "a loop that waits for nobody",
        "bye: {goto: main.bye}",
        "bye: {goto: open}",
        23,
        "step 'open' comes back to itself",
        "Put an `ask` or an `end`",
    ),
    c(
        "a hunt that begins again at once when nobody is on call",
        "unanswered: bye",
        "unanswered: ring",
        17,
        "step 'ring' comes back to itself",
        "Put an `ask` or an `end`",
    ),
    # --- what config.yaml doesn't have
    c(
        "no such group",
        "dial: on_call",
        "dial: oncall",
        18,
        "config.yaml has no group 'oncall'",
        "'on_call'?",
    ),
    c(
        "no such box",
        "record: clinical",
        "record: klinical",
        14,
        "config.yaml has no box 'klinical'",
        "'clinical'?",
    ),
    c(
        "no such opening hours",
        "hours: desk",
        "hours: dest",
        23,
        "config.yaml has no opening-hours table 'dest'",
        "'desk'?",
    ),
    c(
        "no such promise",
        "promise: routine",
        "promise: rutine",
        11,
        "config.yaml has no promise 'rutine'",
        "'routine'?",
    ),
    c("no such text", "text: summary", "text: sumary", 12, "config.yaml has no text 'sumary'", "'summary'?"),
    # --- what a symptom flow must keep to
    c(
        "no way to a clinician",
        "clinician: ring\n",
        "",
        2,
        "must say where key 0 leads",
        "Add `clinician: STEP`",
    ),
    c(
        "a clinician who isn't rung",
        "clinician: ring",
        "clinician: gate",
        3,
        "'gate' does not ring a clinician",
        "dial step that has a disposition",
    ),
    c(
        "a page without a whisper",
        '    whisper: "{signs}. Press 1."\n',
        "",
        18,
        "a page needs a whisper",
        "Add `whisper: TEXT`",
    ),
    c(
        "from a symptom to booking",
        "no: soon",
        "no: desk",
        10,
        "leads from a symptom to booking",
        "Lead it to a clinician",
    ),
    c(
        "to booking by way of another flow",
        "no: soon",
        "no: main.topic",
        10,
        "leads from a symptom to booking",
        "Lead it to a clinician",
    ),
    c(
        "key 0 used for something else",
        "done: bye",
        'keys: {"0": bye}\n    done: bye',
        15,
        "key 0 is the clinician's",
        "Leave key 0 out",
    ),
    c(
        "key 0 used for a desk",
        "done: bye",
        'keys: {"0": phone}\n    done: bye',
        15,
        "key 0 is the clinician's",
        "Leave key 0 out",
    ),
)
