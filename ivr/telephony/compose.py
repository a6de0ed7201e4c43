"""TwiML by twilio's own builder: the slow and sure way, which twiml.py takes once for each document.

Twilio's builder lets a misspelt attribute pass, and a verb where none may stand. Nothing leaves here that
isn't in the table of published ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ivr.flow.turn import Listen, Ring, TakeMessage, Wait
from ivr.telephony.words import ATTRIBUTES, MOST_LEGS, NESTING, LegEvent, RecordingStatus

SPEECH_PAUSE = 2  # s of quiet that end an answer by voice; "auto" is refused together with a speech model
SPEECH_MODEL = "phone_call"  # one that knows British English
MOST_HINTS, MOST_OF_HINT = 500, 100  # phrases, and characters of each
MESSAGE_PAUSE = 10  # s of quiet that end a message
PROMPT_WAIT = 1  # s for a key between the words before a recording and its tone
WHISPER_LONGEST = 25.0  # s from the answer to the end of the leg: the caller is waiting
WHISPER_PAUSE = 1  # s between the first time that the words are said and the second
WHISPER_WAIT = 4  # s for the key after the second
WHISPER_WAIT_ONCE = 8  # s for the key when the words are so long that once has to do
LEG_EVENTS = " ".join((LegEvent.RINGING, LegEvent.ANSWERED, LegEvent.COMPLETED))
RECORDING_EVENTS = " ".join((RecordingStatus.COMPLETED, RecordingStatus.ABSENT))

_SPACES = str.maketrans("\t\n\r", "   ")
_UNSPEAKABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def speakable(text: str) -> str:
    """Return `text` without control characters and whatever else XML may not hold."""
    return _UNSPEAKABLE.sub("", text.translate(_SPACES)).strip()


def seconds_of(text: str) -> float:
    """Return how long `text` takes to say, in seconds, on the safe side: fitted to a slow voice."""
    sentences = len(re.findall(r"[.!?](?:\s|$)", text)) or 1
    return 0.0495 * len(text) + 0.420 * sentences + 0.312 * text.count(",") + 0.93


def hints_of(phrases: Sequence[str]) -> str | None:
    """Return phrases as Twilio takes them: commas between, at most 500, of at most 100 characters each."""
    hints = [speakable(phrase.replace(",", " "))[:MOST_OF_HINT].strip() for phrase in phrases]
    return ", ".join([hint for hint in hints if hint][:MOST_HINTS]) or None


class Composer:
    """Writes whole documents in one voice and language; `values` are named as in twiml.values_of().

    Errors, all methods: ValueError for a document that Twilio would not carry out.
    """

    def __init__(self, voice: str, language: str) -> None:
        self._voice = voice
        self._language = language

    def turn(self, says: Sequence[str], wait: Wait, values: Mapping[str, str]) -> bytes:
        """Return the document of a turn."""
        response = self._response()
        for text in says:
            self._say(response, text)
        if isinstance(wait, Listen):
            self._listen(response, wait, values)
        elif isinstance(wait, Ring):
            self._ring(response, wait, values)
        elif isinstance(wait, TakeMessage):
            self._take_message(response, wait, values)
        else:
            response.hangup()
        return written(response)

    def whisper(
        self, text: str, accept_url: str, speech: bool = False, once: bool = False, method: str = "POST"
    ) -> bytes:
        """Return the words for a person who answers; what follows an answer by key is at `accept_url`.

        method   by which it is asked: "GET" where files lie that take no form
        speech   what is said is sent there too: a machine talks on, and never presses a key
        once     say it once, however short it is
        """
        text = speakable(text)
        twice = not once and 2 * seconds_of(text) + WHISPER_PAUSE + WHISPER_WAIT < WHISPER_LONGEST
        response = self._response()
        gather = response.gather(
            input="dtmf speech" if speech else "dtmf",
            num_digits=1,
            finish_on_key="",  # "#" is a wrong key, not the end of the wait
            timeout=WHISPER_WAIT if twice else WHISPER_WAIT_ONCE,
            **(self._by_voice(None) if speech else {}),
            action=accept_url,
            method=method,
        )
        self._say(gather, text)
        if twice:
            gather.pause(length=WHISPER_PAUSE)
            self._say(gather, text)
        response.hangup()  # without it, silence would join a voicemail to the caller
        return written(response)

    def nothing(self) -> bytes:
        """Return an empty document."""
        return written(self._response())

    def _response(self) -> Any:
        from twilio.twiml.voice_response import VoiceResponse  # 24 ms to import: when first needed

        return VoiceResponse()

    def _say(self, inside: Any, text: str) -> None:
        if words := speakable(text):
            inside.say(words, voice=self._voice, language=self._language)

    def _by_voice(self, hints: str | None) -> dict[str, Any]:
        return {
            "speech_timeout": SPEECH_PAUSE,
            "speech_model": SPEECH_MODEL,
            "language": self._language,
            "hints": hints,
        }

    def _listen(self, response: Any, wait: Listen, values: Mapping[str, str]) -> None:
        gather = response.gather(
            input="dtmf speech" if wait.speech else "dtmf",
            num_digits=wait.keys,
            finish_on_key="" if wait.keys == 1 else "#",  # of a single key "#" and "*" are answers too
            timeout=wait.seconds,
            **(self._by_voice(hints_of(wait.hints)) if wait.speech else {}),
            action_on_empty_result=True,
            action=values["turn"],
            method="POST",
        )
        for text in wait.prompts:
            self._say(gather, text)
        response.redirect(values["turn"], method="POST")

    def _ring(self, response: Any, wait: Ring, values: Mapping[str, str]) -> None:
        if not 1 <= len(wait.legs) <= MOST_LEGS:
            raise ValueError(f"group {wait.group}: a ring has 1 to {MOST_LEGS} legs, not {len(wait.legs)}")
        dial = response.dial(
            action=values["turn"],
            method="POST",
            timeout=values["seconds"],
            caller_id=values["caller_id"],
            ring_tone="uk",
            **({"hangup_on_star": True} if wait.star else {}),
        )
        for at in range(len(wait.legs)):
            whisper = values[f"whisper{at}"] if wait.whisper is not None else None
            dial.number(
                values[f"number{at}"],
                url=whisper,
                method=whisper and "POST",
                status_callback=values[f"status{at}"],
                status_callback_method="POST",
                status_callback_event=LEG_EVENTS,
            )

    def _take_message(self, response: Any, wait: TakeMessage, values: Mapping[str, str]) -> None:
        if wait.keys and wait.prompts:
            # Keys pressed while the words are spoken would be lost: a recording hears none before its tone.
            inside = response.gather(
                input="dtmf",
                num_digits=1,
                finish_on_key="",
                timeout=PROMPT_WAIT,
                action=values["turn"],
                method="POST",
            )
        else:
            inside = response
        for text in wait.prompts:
            self._say(inside, text)
        response.record(
            action=values["turn"],
            method="POST",
            timeout=MESSAGE_PAUSE,
            max_length=wait.seconds,
            finish_on_key="#" + wait.keys.replace("#", ""),
            play_beep=True,
            trim="trim-silence",
            recording_status_callback=values["recording"],
            recording_status_callback_method="POST",
            recording_status_callback_event=RECORDING_EVENTS,
        )
        response.redirect(values["turn"], method="POST")  # an empty recording may fall through


def written(response: Any) -> bytes:
    """Return a document of twilio's builder as it is sent.

    Errors: ValueError for a verb, attribute or nesting that Twilio has not published.
    """
    _check(response)
    text: str = response.to_xml()
    return text.encode()


def _check(verb: Any) -> None:
    if verb.name not in ATTRIBUTES:
        raise ValueError(f"<{verb.name}> is no verb of the table in words.py")
    if wrong := sorted(set(verb.attrs) - ATTRIBUTES[verb.name]):
        raise ValueError(f"<{verb.name}> has no attribute {', '.join(wrong)}: see the table in words.py")
    for inner in verb.verbs:
        if getattr(inner, "name", "text") not in NESTING.get(verb.name, ()):
            raise ValueError(f"<{getattr(inner, 'name', 'text')}> can't stand inside <{verb.name}>")
        _check(inner)
