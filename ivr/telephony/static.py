"""The smallest line: static TwiML to be hosted elsewhere, for when ours doesn't answer at all.

Files can't know the time, and can't tell one key from another. So the phones stand in them one after the
other, those on call now first, then whoever comes on in the next days; and the whisper names no key but 1:
any key joins the caller, silence doesn't. Everything is asked by GET, which is all that a file store takes,
and by names beside each other, so that the files don't know where they lie.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.config import Config
from ivr.flow.turn import HangUp
from ivr.rota.rota import changes
from ivr.telephony.compose import Composer, speakable, written
from ivr.telephony.failsafe import DANGER, NOBODY, STILL, TELL, TRYING, WAITS, SafeDocs

VOICE, WHISPER, ACCEPT, PASS = "voice.xml", "whisper.xml", "accept.xml", "pass.xml"
README = "README.txt"
DAYS = 7  # ahead: whoever comes on call by then is rung too
ASKS = "Urgent call for the clinic. A patient is waiting. Press 1 to take it. If you can't, hang up."
SPOKEN = "If you have spoken with a clinician, you can hang up now."


@dataclass(frozen=True)
class Static:
    """The files by name, and what is true of them.

    people   ids of those who are rung, in order; () when the files ring nobody
    until    when the order is right no longer, None when it stays right for all the days ahead
    """

    files: Mapping[str, bytes]
    people: tuple[str, ...]
    until: datetime | None


def static(config: Config, now: datetime, numbers: bool = True, days: int = DAYS) -> Static:
    """Return the files as they should be hosted `now`. numbers=False: advice only, nobody is rung."""
    voice, language = config.line.voice, config.line.language
    if not numbers:
        advice = SafeDocs(voice, language, "", config.clinic.number).static_file()
        return Static({VOICE: advice, README: _readme(config, False)}, (), None)
    people, until = order(config, now, days)
    composer = Composer(voice, language)
    group = config.groups["on_call"]
    phones = config.phones_of(people) if group.rota else _own(config, now)
    files = {
        VOICE: _voice(config, phones, group.ring_seconds),
        WHISPER: composer.whisper(ASKS, ACCEPT, method="GET"),
        ACCEPT: composer.nothing(),
        PASS: composer.turn((), HangUp(), {}),
        README: _readme(config, True),
    }
    return Static(files, people if group.rota else (), until if group.rota else None)


def order(config: Config, now: datetime, days: int = DAYS) -> tuple[tuple[str, ...], datetime | None]:
    """Return (people: those on call now, then those who come on, in order; when those on call change)."""
    found = list(changes(config.rota_table(), now, now + timedelta(days=days)))
    people = dict.fromkeys(person for _, chain in found for person in chain or (config.owner,))
    return tuple(people), found[1][0] if len(found) > 1 else None


def _own(config: Config, now: datetime) -> tuple[str, ...]:
    rings = config.rings("on_call", now)[: config.round_length("on_call", now)]
    return tuple(dict.fromkeys(config.number_of(leg) for ring in rings for leg in ring))


def _voice(config: Config, phones: Sequence[str], seconds: int) -> bytes:
    """The caller's document. Without an action a dial goes on to what follows it, also after a bridge."""
    from twilio.twiml.voice_response import VoiceResponse

    response = VoiceResponse()

    def say(*texts: str) -> None:
        for text in texts:
            response.say(speakable(text), voice=config.line.voice, language=config.line.language)

    say(DANGER, WAITS)
    for at, phone in enumerate(phones):
        say(*((SPOKEN, STILL, DANGER) if at else (TRYING,)))
        dial = response.dial(timeout=seconds, caller_id=config.clinic.number, ring_tone="uk")
        dial.number(phone, url=WHISPER, method="GET")
    say(SPOKEN, *(NOBODY, TELL, DANGER) * 2)
    response.hangup()
    return written(response)


def _readme(config: Config, numbers: bool) -> bytes:
    text = _README + (_WITH_NUMBERS if numbers else _WITHOUT)
    return text.replace("{clinic}", config.clinic.name).encode()


_README = """\
What callers of {clinic} hear when the line itself doesn't answer.

1. Put the .xml files, under these names and in one folder, where they stay reachable when the machine of
   the line, its network and its region don't: an object store, or another provider's web space. Over https,
   answered to GET, as text/xml (application/xml will do too).
2. At Twilio, set the number's "Primary handler fails" (VoiceFallbackUrl) to voice.xml, method GET.
   `ivr doctor --mend` does it when fallback.url of config.yaml names it.
3. Stop the line, ring the number, and hear it. Then start the line again.

"""
_WITH_NUMBERS = """\
THE CLINICIANS' NUMBERS STAND IN voice.xml. Its address must be one that nobody can guess (a long random
folder name) and that is listed nowhere; forbid listing the folder; allow reading to Twilio alone if the store
can. If you can't, use `ivr fallback --without-numbers`: it rings nobody, and tells callers where to go.

In a TwiML Bin (Twilio's own store; it falls with Twilio, but then no call comes in): make a Bin of each file,
and in voice.xml and whisper.xml write the whole address of the other Bin in place of its name.

What files can't do:
- They don't know the time. Those on call when they were written are rung first, then whoever comes on
  call in the days after. Write them anew when the rota changes; with `fallback.folder` in config.yaml the
  line does it by itself, and with `fallback.url` it looks whether the hosted copy is the same.
- They can't tell one key from another: any key takes the call. The words name only 1, and a voicemail
  presses none. A web server that can look at the query (Twilio adds ?Digits=) can do better: let it answer
  pass.xml in place of accept.xml unless Digits is 1. In nginx:
      location = /FOLDER/accept.xml { if ($arg_Digits != 1) { rewrite ^ /FOLDER/pass.xml; } }
- After a call that was taken, a caller who stays on the line hears that they can hang up, and the next phone
  is rung.
- Nothing is recorded: no page, no promise, no text.
- Twilio asks for them by GET, and callers' numbers stand in the addresses that it asks for. Switch the host's
  access log off, or keep it no longer than you must.
"""
_WITHOUT = """\
These files ring nobody, so they may lie anywhere. Callers hear when to ring 999, and A and E or 111.
In a TwiML Bin: paste voice.xml.
"""
