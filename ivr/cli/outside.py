"""What `ivr doctor` asks others: the account, its number, the clock, the line's own address, the fallback."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ivr.cli.finding import Finding

if TYPE_CHECKING:
    from ivr.config import Config
    from ivr.telephony.account import Account, Number

SKEW = 30  # seconds: promises are kept by our clock, and callers hear times by theirs
_TIMEOUT = 8.0  # seconds


def wanted(config: Config) -> Mapping[str, str]:
    """Return the settings that the number should have; the fallback among them if the config names it."""
    base = config.environment.public_url
    settings = {
        "VoiceUrl": f"{base}/voice",
        "VoiceMethod": "POST",
        "StatusCallback": f"{base}/status",
        "StatusCallbackMethod": "POST",
    }
    if config.fallback.url:
        settings |= {"VoiceFallbackUrl": config.fallback.url, "VoiceFallbackMethod": "GET"}
    return settings


def account(asked: Account, now: datetime) -> Iterator[Finding]:
    """The account can be reached and is active; our clock and the provider's agree."""
    from ivr.line.telephone import TelephoneError
    from ivr.telephony.account import ACTIVE

    try:
        standing = asked.standing()
    except TelephoneError as error:
        yield Finding(error.why, "Check TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and this machine's network")
        return
    active = standing.status == ACTIVE
    yield Finding(
        f"the account is {standing.status or 'in no known state'}", "" if active else "Ring the provider"
    )
    if standing.at is not None:
        off = round((now - standing.at).total_seconds())
        cure = "" if abs(off) <= SKEW else "Set this machine's clock by NTP"
        yield Finding(f"this machine's clock differs from the provider's by {abs(off)} s", cure)


def number(config: Config, found: Number | None) -> Iterator[Finding]:
    """The number is the account's, and calls come to us."""
    from ivr.numbers import mask

    if found is None:
        cure = "Buy it, or put the account's own number into clinic.number"
        yield Finding(f"{mask(config.clinic.number)} is no number of the account", cure)
        return
    yield Finding(f"{mask(config.clinic.number)} is a number of the account")
    for name, value in wanted(config).items():
        if found.settings.get(name, "") == value:
            yield Finding(f"its {name} is right")
        else:  # the value of the fallback is never shown: numbers lie behind it
            shown = "fallback.url of the config" if name == "VoiceFallbackUrl" else value
            cure = f"Set it to {shown}, or have `ivr doctor --mend` do it"
            yield Finding(f"its {name} is not what it should be", cure)
    for name in ("VoiceApplicationSid", "TrunkSid"):
        if found.settings.get(name):
            yield Finding(f"its {name} is set, and its VoiceUrl is ignored", "Take it away at the provider")
    fallback = found.settings.get("VoiceFallbackUrl", "")
    if not fallback:
        cure = "Host one: see `ivr fallback`. Without it, callers of a dead line hear an apology and no more"
        yield Finding("it has no fallback", cure)
    elif urlsplit(fallback).hostname == urlsplit(config.environment.public_url).hostname:
        cure = "Host it elsewhere: it is needed when this machine is dead"
        yield Finding("its fallback lies on the line's own machine", cure, note=_loopback(fallback))


def line(config: Config, url: str) -> Iterator[Finding]:
    """A signed request is taken at `url` (what IVR_PUBLIC_URL stands for), and an unsigned one refused."""
    from requests import RequestException, post
    from twilio.request_validator import RequestValidator

    environment = config.environment
    form = {"AccountSid": environment.account_sid, "MessageSid": "SM" + "0" * 32}
    path = "/text-status"  # on which nothing hangs: a text that nobody sent
    signer = RequestValidator(environment.auth_tokens[0])
    proof = signer.compute_signature(environment.public_url + path, form)
    try:
        taken = post(
            url + path,
            data=form,
            headers={"X-Twilio-Signature": proof},
            timeout=_TIMEOUT,
            allow_redirects=False,
        )
        refused = post(url + path, data=form, timeout=_TIMEOUT, allow_redirects=False)
    except RequestException as error:
        cure = "Is `ivr serve` running, and the proxy in front of it? --url ADDRESS asks the server itself"
        yield Finding(f"{url} can't be reached: {type(error).__name__}", cure)
        return
    signed, unsigned = taken.status_code, refused.status_code
    cure = "The proxy must hand on path and query unchanged, and IVR_PUBLIC_URL be what the provider calls"
    yield Finding(f"a signed request: HTTP {signed}", "" if signed == 200 else cure)
    cure = "Something before the line answers in its place, or another program listens there"
    yield Finding(f"an unsigned request: HTTP {unsigned}", "" if unsigned == 403 else cure)


def hosted(config: Config, now: datetime) -> Iterator[Finding]:
    """The hosted fallback is what it should be."""
    from ivr.telephony.hosted import difference
    from ivr.telephony.static import static

    told = config.fallback
    if told.url:
        why = difference(told.url, static(config, now, told.numbers).files)
        cure = "Host what `ivr fallback` writes now" if why else ""
        yield Finding(f"the hosted fallback{f': {why}' if why else ' is right'}", cure)


def _loopback(url: str) -> bool:
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
