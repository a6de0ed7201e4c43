"""Text templates: what they may name, and whether they fit into one SMS.

A text that leaves GSM-7 or 160 characters is sent in parts, which may arrive in any order or not at all.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import get_args

from ivr.flow.turn import Disposition

LONGEST = 160  # septets of one SMS

# What the line sends by itself, or what the flows as shipped name.
REQUIRED = ("not_taken", "told", "summary", "alarm", "safety_net", "message_left")

# What the line sends by itself, unless config.yaml says it in other words.
DEFAULTS = {
    "handover": "{clinic}: {name}, you are on call first from {from} to {until}.",
    "unreached": "{clinic}: {name} can't be reached and is on call. You are rung first until they confirm.",
    "unheard": "{clinic}: a message in box {box} has waited too long. Please listen to it at the desk.",
    "empty_shift": "{clinic}: NOBODY is on call from {from}. Add somebody to the rota now.",
    "waiting": "{clinic}: calls waiting for you: {count} ({refs}). Look each up and ring the patient now.",
    "contact_off": "{clinic}: {contact} can't be reached and is switched off. Put it right: ivr contacts",
    "reminder": "{clinic}: call {ref} ({disposition}) was promised a call back by {due}.",
    "unclosed": "{clinic}: {name} took call {ref} and hasn't said how it ended. Look it up and close it.",
    "spending": "{clinic}: the line heads for {forecast} this month; you set {limit}. Nothing is held back.",
    "not_taken_hidden": "{clinic}: nobody took call {ref} ({disposition}). The number is hidden: nobody can"
    " ring it. Look it up now.",
    "told_hidden": "{clinic}: a caller was told to ring 999. Call {ref} ({disposition}). The number is"
    " hidden: nobody can ring it. Look it up.",
    "report": "{clinic}, from {from} to {until}.\n\n{figures}\n\nDrawn, and for other times: {page}\n",
}

HIDDEN = "_hidden"  # what a template's name ends with that is sent in its place where nobody can be rung
OF_CALLS = frozenset({"unheard", "reminder", "not_taken_hidden", "told_hidden"})  # of DEFAULTS

LONG = frozenset({"report"})  # mails and nothing else: no flow may name them, and no SMS has to hold them

# 3GPP TS 23.038, the default alphabet; a sign of the second table takes two septets.
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


def longest_values(clinic: str, boxes: Mapping[str, object], template: str = "") -> dict[str, str]:
    """Word → the longest that it can be filled with. These words are the closed list of a template."""
    if template in ("waiting", "contact_off", "spending"):
        return {
            "clinic": clinic,
            "count": "999",
            "refs": ", ".join(["0" * 6] * 3) + " and 99 more",
            "contact": "0" * 32 + " phone 3",
            "forecast": "GBP 99999",
            "limit": "GBP 99999",
        }
    if template in LONG:
        return dict.fromkeys(("clinic", "from", "until", "figures", "page"), "0")
    if template == "unclosed":
        return {"clinic": clinic, "ref": "0" * 6, "name": "0" * 20}
    if template in DEFAULTS and template not in OF_CALLS:
        return {
            "clinic": clinic,
            "name": "0" * 20,  # of somebody of the clinic, cut to that
            "from": "12:55 tomorrow afternoon",  # within two days
            "until": "12:55 on Wednesday afternoon",
        }
    return {
        "clinic": clinic,
        "ref": "0" * 6,
        "disposition": max(get_args(Disposition), key=len),
        "due": "12:55 on the afternoon of Wednesday 30 September",  # ivr.rota.dues.spoken_by at its longest
        "box": max(boxes, key=len, default=""),
        "link": "https://" + "a" * 40 + "/c/" + "0" * 24,  # a public address of 48 characters at most
    }


def faults(text: str, values: Mapping[str, str], mail: bool = False) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, cure) of one template. `values` is what `longest_values` gave.

    mail: it is one of LONG, so any sign and any length will do.
    """
    if not text.strip():
        yield "the text is empty", "Write what is to be sent"
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        yield "a brace is opened or closed alone", "Write words to be filled in as {ref}"
        return
    strange = False
    for _, name, form, conversion in parts:
        if name is not None and (name not in values or form or conversion):
            strange = True
            close = difflib.get_close_matches(name, values, 1)
            known = ", ".join(f"{{{word}}}" for word in values)
            cure = f"Did you mean {{{close[0]}}}?" if close else f"Use {known}"
            yield f"{{{name}}} can't be filled in", cure
    if strange or mail:
        return
    filled = text.format_map(values)
    if outside := sorted(set(filled) - _BASIC - _EXTENDED):
        cure = "Use plain letters and straight quotes"
        yield f"{' '.join(map(repr, outside[:5]))} can't be sent in a plain SMS", cure
    elif (size := septets(filled)) > LONGEST:
        yield f"it can be {size} characters long once filled in, and one SMS holds {LONGEST}", "Shorten it"


def septets(text: str) -> int:
    """Length in an SMS of a text that is all GSM-7."""
    return len(text) + sum(sign in _EXTENDED for sign in text)
