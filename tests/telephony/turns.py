"""Turns to write documents of: one of each kind, and any that can be."""

from __future__ import annotations

from hypothesis import strategies as st

from ivr.flow.turn import HangUp, Listen, Ring, TakeMessage, Turn, Wait
from ivr.telephony.twiml import Script
from tests.telephony.links import NUMBERS, POSITION, Plain

VOICE = {"voice": "Polly.Amy-Neural", "language": "en-GB"}
SCRIPT = Script(**VOICE)
LINKS = Plain()
TURN_URL = "https://line.example/turn?p=14&s=x"
WHISPER = "Urgent call. Filler, today. Skin has changed colour. Press 1 to take it, or 2 to pass it on."

LISTEN = Listen(("Press 1 for yes, or 2 for no.",), 5, ("yes", "no", "not sure"))
RING = Ring("on_call", ("ana",), WHISPER)
MESSAGE = TakeMessage("booking", 90, "1", ("Speak after the tone.", "If you feel unwell, press 1."))

words = st.text(st.characters(exclude_categories=()), max_size=40)  # halves of surrogate pairs too
ids = st.sampled_from(sorted(NUMBERS))
waits: st.SearchStrategy[Wait] = st.one_of(
    st.builds(
        Listen,
        st.lists(words, max_size=3).map(tuple),
        st.integers(1, 60),
        st.lists(words, max_size=3).map(tuple),
    ),
    st.builds(Ring, st.just("on_call"), st.lists(ids, min_size=1, max_size=10).map(tuple), st.none() | words),
    st.builds(
        TakeMessage,
        st.just("booking"),
        st.integers(2, 90),
        st.text("0123456789*#", max_size=3),
        st.lists(words, max_size=3).map(tuple),
    ),
    st.just(HangUp()),
)
turns = st.builds(Turn, st.lists(words, max_size=3).map(tuple), waits, st.just(POSITION))


def a_turn(wait: Wait, *says: str) -> Turn:
    return Turn(says, wait, POSITION)
