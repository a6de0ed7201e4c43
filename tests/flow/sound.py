"""Three small flows that are right. What a broken one does wrong is a change to one of them."""

from __future__ import annotations

MAIN = """\
flow: main
start: hello
steps:
  hello:
    say: "Hello."
    next: topic
  topic:
    ask: "Press 1 or 2."
    keys:
      "1": concern
      "2": bye
    words: {"1": [unwell]}
    silence: bye
    wrong: bye
  bye: {end: "Goodbye."}
"""
CONCERN = """\
flow: concern
path: symptom
clinician: ring
start: gate
steps:
  gate:
    gate: "Press 1 or 2."
    sign: breathing
    yes: ring
    no: soon
  soon: {promise: routine, disposition: routine, next: tell}
  tell: {text: summary, to: on_call, next: more}
  more:
    record: clinical
    done: bye
    nothing: bye
  ring:
    dial: on_call
    disposition: clinician_now
    whisper: "{signs}. Press 1."
    taken: bye
    unanswered: bye
  open: {hours: desk, open: bye, closed: bye}
  bye: {goto: main.bye}
"""
BOOKING = """\
flow: desk
path: booking
start: ask
steps:
  ask: {record: booking, done: bye, nothing: bye}
  bye: {end: "Goodbye."}
"""
