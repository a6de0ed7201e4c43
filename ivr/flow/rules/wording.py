"""What callers hear, word by word: short, speakable, true to the keys, and nothing that must not be said."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ivr.flow.rules.evidence import Evidence, Fault
from ivr.flow.rules.sentences import keys_named, sentences
from ivr.flow.steps import Ask, Gate, Record, Step
from ivr.flow.timing import filled

# What must not be said to a caller, and why. Prices and offers: to nobody with a symptom.
FORBIDDEN: tuple[tuple[str, str], ...] = (
    (r"\b(?:it|this|that)(?:'s| is| sounds)(?: just| only| probably)*(?: an?)? (?:bruis\w+|normal|fine|minor)"
     r"|\bnothing to worry|\bnothing serious|\bdon't worry|\bharmless\b|\bperfectly normal|\bwill settle\b"
     r"|\byou(?:'re| are) (?:fine|safe|ok)\b", "it rules something out"),
    (r"\bocclusion|\bnecrosis|\banaphyla|\ballerg|\binfection\b|\bbruis|\bsepsis|\bstroke\b|\bbotulism",
     "it names a condition"),
    (r"\bonly (?:press|ring|call|stay)\b[^.!?]*\bemergenc|\bonly in an? (?:real |true )?emergenc",
     "it leaves the judgement to the caller"),
    (r"\bmassag|\bice\b|\bcold pack|\bheat (?:it|the)|\bwarm compress|\baspirin|\bantihistamine|\bibuprofen"
     r"|\bparacetamol|\bpress (?:on )?(?:the|your) eye|\bdissolv|\bhyaluronidase|\bcream\b",
     "it advises treatment"),
    (r"\bno need (?:for|to (?:call|ring|dial|go to)) (?:999|111|A and E|an ambulance)"
     r"|\b(?:don't|do not|never) (?:call|ring|dial|go to) (?:999|111|A and E)|\binstead of (?:calling )?999",
     "it keeps callers from 999 or A and E"),
    (r"\b(?:ring|call|phone|tell) us (?:first|before)|\bbefore (?:you )?(?:call|ring|dial)(?:ing)? 999",
     "it puts the clinic before 999"),
    (r"\b(?:answer|be with|speak to|ring|call)(?: you)? (?:in|within) (?:an? |one |two |\d+ )?(?:few )?"
     r"(?:seconds?|minutes?|moments?)\b", "the clinic can't promise it"),
    (r"\b(?:photo|picture|selfie|video)s?\b", "signs are looked at by a person who is there"),
    (r"\bNHS\b|\bPathways\b|\bManchester\b|\bthis is 111\b", "it claims to be another service"),
)  # fmt: skip
OFFER = re.compile(
    r"£|\bpric(?:e|es|ed|ing)\b|\bcosts?\b|\boffers?\b|\bdiscount|\bsale\b|\bvoucher|% off\b", re.I
)
_FORBIDDEN = tuple((re.compile(pattern, re.IGNORECASE), why) for pattern, why in FORBIDDEN)
_UNSPEAKABLE = re.compile(r"[<>&\[\]{}*_#|\\/@~^=]|[\x00-\x1f\x7f-\x9f]")
_LONG_NUMBER = re.compile(r"\d{4,}")

# Voices by language, as the provider lists them. Most have a -Neural variant too, some a -Generative one.
VOICES = {
    "en-GB": (
        "Polly.Amy",
        "Polly.Emma",
        "Polly.Brian",
        "Polly.Arthur",
        "Google.en-GB",
        "man",
        "woman",
        "alice",
    ),
    "en-IE": ("Polly.Niamh",),
    "en-AU": ("Polly.Nicole", "Polly.Russell", "Polly.Olivia", "Google.en-AU", "alice"),
    "en-US": ("Polly.Joanna", "Polly.Matthew", "Polly.Ruth", "Polly.Stephen", "Google.en-US", "man", "woman"),
}
_VARIANT = re.compile(r"(?:-(?:Neural|Generative)|-(?:Standard|Wavenet|Neural2|Chirp3-HD)-[\w]+)?$")


def _texts(given: Evidence) -> Iterator[tuple[str, Step, str, str]]:
    """Yield (step's name, step, field, text as heard with the longest words)."""
    signs = (step.sign for step in given.flows.steps.values() if isinstance(step, Gate))
    words = {"signs": max(signs, key=len, default=""), **given.words}
    for name, step in given.flows.steps.items():
        for field, text in step.spoken():
            yield name, step, field, filled(text, words)


def short(given: Evidence) -> Iterator[Fault]:
    """No prompt is longer than a caller can take in."""
    for name, _, field, text in _texts(given):
        if (spent := given.seconds(text)) > given.limits.prompt:
            message = f"{field!r} takes {spent:.1f} s to say; at most {given.limits.prompt:.0f}"
            yield Fault(name, message, "Shorten it, or cut it in two")


def nothing_forbidden(given: Evidence) -> Iterator[Fault]:
    """Nothing is said that must not be said."""
    for name, _, field, text in _texts(given):
        for pattern, why in _FORBIDDEN:
            if found := pattern.search(text):
                yield Fault(name, f"{field!r} says {found[0]!r}: {why}", "Take it out")
        if given.flows.flow_of(name).path == "symptom" and (found := OFFER.search(text)):
            yield Fault(name, f"{field!r} says {found[0]!r} to who has a symptom", "Take it out")


def speakable(given: Evidence) -> Iterator[Fault]:
    """Every prompt can be read aloud as it is written: no markup, no long numbers."""
    for name, _, field, text in _texts(given):
        if found := _UNSPEAKABLE.search(text):
            yield Fault(name, f"{field!r} has {found[0]!r}, which no voice can say", "Write it in words")
        if found := _LONG_NUMBER.search(text):
            yield Fault(name, f"{field!r} has {found[0]!r}, read as one number", "Put spaces between digits")


def names_its_keys(given: Evidence) -> Iterator[Fault]:
    """A question names the keys that it has, and no others; at a gate 1 is yes and 2 is none."""
    for name, step in given.flows.steps.items():
        if isinstance(step, Gate):
            yield from _gate(name, step)
            continue
        if not isinstance(step, Ask | Record):
            continue
        question = step.ask if isinstance(step, Ask) else step.say or ""
        named, keys = set(keys_named(question)), set(step.keys)
        if isinstance(step, Record) and given.flows.flow_of(name).path == "symptom":
            keys, named = keys - {"0"}, named - {"0"}  # the clinician's, and always there
        field = step.kind
        if missing := keys - named:
            message = f"{field!r} doesn't name key {', '.join(sorted(missing))}"
            yield Fault(name, message, "Say what each key does, or take the key out")
        if extra := named - keys:
            message = f"{field!r} names key {', '.join(sorted(extra))}, which does nothing here"
            yield Fault(name, message, "Add the key, or don't name it")
        if len(keys_named(question)) > len(set(keys_named(question))):
            yield Fault(name, f"{field!r} names a key twice", "Let each key mean one thing")


def _gate(name: str, step: Gate) -> Iterator[Fault]:
    for field, text in step.spoken():
        named = keys_named(text)
        if field == "again" and not named:
            continue  # the question follows it
        if sorted(named) != ["1", "2"]:
            cure = "Write: Press 1 if any is true. ... If none, press 2"
            yield Fault(name, f"{field!r} must name key 1 and key 2, each once", cure)
            continue
        for sentence in sentences(text):
            here = keys_named(sentence)
            none = re.search(r"\bif (?:none|not)\b|\b2 for no\b|\bno\b", sentence, re.IGNORECASE)
            if here == ["2"] and not none:
                yield Fault(name, f"{field!r} doesn't say that 2 means none", "Write: If none, press 2")
            if here == ["1"] and re.search(r"\bif (?:none|not)\b|\bfor no\b", sentence, re.IGNORECASE):
                yield Fault(name, f"{field!r} gives key 1 to none: 1 always means yes", "Give none key 2")
            if len(here) == 2 and not re.search(r"1 for yes\b.*\b2 for no\b", sentence, re.IGNORECASE):
                yield Fault(
                    name, f"{field!r} must give 1 to yes and 2 to no", "Write: 1 for yes, or 2 for no"
                )


def voice_is_known(given: Evidence) -> Iterator[Fault]:
    """The voice is one that the provider has for the language."""
    if not given.voice:
        return
    if given.language not in VOICES:
        cure = f"Write one of {', '.join(sorted(VOICES))}"
        yield Fault(("line", "language"), f"no voice is known for language {given.language!r}", cure)
    elif _VARIANT.sub("", given.voice) not in VOICES[given.language]:
        cure = f"Write one of {', '.join(VOICES[given.language])}"
        yield Fault(("line", "voice"), f"voice {given.voice!r} isn't one for {given.language}", cure)
