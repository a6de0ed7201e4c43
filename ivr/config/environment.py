"""What comes from the environment: the secrets, and where this machine's line lives.

What is set is checked even if nothing is served, so that a mistake shows before the night it matters.
No message holds a value: it might be a secret, or a secret in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ivr.yamlfile import Problem

TWILIO = "https://api.twilio.com"
SHORTEST_KEY = 32  # characters
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_SAMPLES = ("changeme", "changethis", "replaceme", "yoursecret", "secretkey", "insecure", "password")
_MAKE_KEY = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'

# Every variable that is read, and whether it is a secret (which NAME_FILE may hold instead).
VARIABLES: Mapping[str, bool] = {
    "IVR_DATA": False,
    "IVR_PUBLIC_URL": False,
    "IVR_SECRET_KEY": True,
    "IVR_SMTP_URL": True,
    "TWILIO_ACCOUNT_SID": True,
    "TWILIO_AUTH_TOKEN": True,
    "TWILIO_AUTH_TOKEN_NEXT": True,
    "TWILIO_API_URL": False,
    "IVR_PING_URL": False,
}
_TO_SERVE: Mapping[str, str] = {
    "IVR_PUBLIC_URL": "Set it to the address that is entered at the provider, such as https://line.example.org",
    "IVR_SECRET_KEY": _MAKE_KEY,
    "TWILIO_ACCOUNT_SID": "Copy it from the account's front page at the provider",
    "TWILIO_AUTH_TOKEN": "Copy it from the account's front page at the provider",
}


@dataclass(frozen=True)
class Environment:
    """What was set. Empty where nothing was, which is only so when nothing is to be served.

    data         folder of the database, recordings and spill file
    public_url   the address that the provider reaches, without a slash at its end
    smtp_url     of the mail server, with user and password; "" when no mails are sent
    auth_tokens  the current one first, then the next one while it is being changed
    ping_url     what is asked each minute while all is well; "" nothing
    """

    data: Path = Path("data")
    public_url: str = ""
    account_sid: str = field(default="", repr=False)
    auth_tokens: tuple[str, ...] = field(default=(), repr=False)
    secret_key: bytes = field(default=b"", repr=False)
    twilio_api_url: str = TWILIO
    ping_url: str = field(default="", repr=False)
    smtp_url: str = field(default="", repr=False)


def environment(env: Mapping[str, str], serving: bool) -> tuple[Environment, list[Problem]]:
    """(what is set, all that is wrong with it). With `serving`, what a served line needs must be there."""
    problems: list[Problem] = []
    found: dict[str, str] = {}
    for name, secret in VARIABLES.items():
        value, problem = _value(env, name, secret)
        problem = problem or (_fault(name, value) if value else None)
        if problem is None and not value and serving and name in _TO_SERVE:
            problem = ("is not set", _TO_SERVE[name])
        if problem:
            problems.append(Problem(name, None, *problem))
        else:
            found[name] = value
    tokens = (found.get("TWILIO_AUTH_TOKEN", ""), found.get("TWILIO_AUTH_TOKEN_NEXT", ""))
    return (
        Environment(
            data=Path(found.get("IVR_DATA") or "data"),
            public_url=found.get("IVR_PUBLIC_URL", "").rstrip("/"),
            account_sid=found.get("TWILIO_ACCOUNT_SID", ""),
            auth_tokens=tuple(dict.fromkeys(token for token in tokens if token)),
            secret_key=found.get("IVR_SECRET_KEY", "").encode(),
            twilio_api_url=(found.get("TWILIO_API_URL") or TWILIO).rstrip("/"),
            ping_url=found.get("IVR_PING_URL", ""),
            smtp_url=found.get("IVR_SMTP_URL", ""),
        ),
        problems,
    )


Fault = tuple[str, str]  # what is wrong, the cure


def _value(env: Mapping[str, str], name: str, secret: bool) -> tuple[str, Fault | None]:
    """(the value, or "" when it isn't set; what keeps it from being read)."""
    value, file = env.get(name, ""), env.get(f"{name}_FILE", "") if secret else ""
    if value and file:
        return "", (f"is set, and so is {name}_FILE", "Keep one of them")
    if not file:
        return value, None
    cure = f"Check the path in {name}_FILE, and let the line's own user read the file"
    try:
        value = Path(file).read_text("utf-8").strip()
    except FileNotFoundError:
        return "", (f"{name}_FILE names a file that isn't there", cure)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it isn't text"
        return "", (f"{name}_FILE names a file that can't be read: {why}", cure)
    return value, None if value else (f"{name}_FILE names an empty file", "Put the secret into it")


def _fault(name: str, value: str) -> Fault | None:
    if name == "IVR_SMTP_URL":
        return _smtp_fault(value)
    if name.endswith("_URL"):
        return _url_fault(value)
    if name == "IVR_DATA":
        is_file = Path(value).exists() and not Path(value).is_dir()
        return ("is not a folder", "Name a folder; it is made if it isn't there") if is_file else None
    if not value.isascii() or not value.isprintable() or " " in value:
        return "holds a space or a sign that no secret has", "Copy it again, without quotes around it"
    if name == "IVR_SECRET_KEY":
        return _key_fault(value)
    if name == "TWILIO_ACCOUNT_SID" and not re.fullmatch(r"AC[0-9a-fA-F]{32}", value):
        return "is not an account id: AC and 32 of 0-9 and a-f", _TO_SERVE[name]
    if name.startswith("TWILIO_AUTH_TOKEN") and len(value) < 16:
        return "is too short to be an auth token", _TO_SERVE["TWILIO_AUTH_TOKEN"]
    return None


def _key_fault(key: str) -> Fault | None:
    if len(key) < SHORTEST_KEY:
        return f"is shorter than {SHORTEST_KEY} characters", _MAKE_KEY
    plain = re.sub(r"[^a-z0-9]", "", key.lower())
    if len(set(key)) < 10 or _repeats(key) or any(plain.startswith(sample) for sample in _SAMPLES):
        return "could be guessed", _MAKE_KEY
    return None


def _repeats(key: str) -> bool:
    """Whether a short piece was written several times to make the length up."""
    return any(key == (key[:length] * len(key))[: len(key)] for length in range(1, len(key) // 2 + 1))


def _url_fault(value: str) -> Fault | None:
    cure = "Write it as in https://line.example.org"
    try:
        url = urlsplit(value)
        host, _ = url.hostname or "", url.port
    except ValueError:
        return "is not an address", cure
    if url.scheme not in ("http", "https") or not host or not _plain(value):
        return "is not an address that begins with https://", cure
    if url.username is not None or url.password is not None:
        return "holds a user or a password", "Leave them out: the provider's signature is the proof"
    if url.query or url.fragment or value.endswith(("?", "#")):
        return "has something after ? or #", "End it before that"
    if "_" in host:
        return "has _ in its host name, which is refused", "Give the machine a name without _"
    if url.scheme == "http" and host not in _LOOPBACK:
        return "is not encrypted", "Use https://; only an address on this machine itself may be http://"
    return None


def _smtp_fault(value: str) -> Fault | None:
    cure = "Write it as in smtps://user:password@mail.example.org:465, with %40 for an @ in user or password"
    try:
        url = urlsplit(value)
        host, _ = url.hostname or "", url.port
    except ValueError:
        return "is not the address of a mail server", cure
    if url.scheme not in ("smtp", "smtps") or not host or not _plain(value):
        return "is not an address that begins with smtps:// or smtp://", cure
    if url.path.strip("/") or url.query or url.fragment:
        return "has something after the host", "End it before that"
    if bool(url.username) != bool(url.password):
        return "has a user without a password, or the other way round", cure
    return None


def _plain(parts: Iterable[str]) -> bool:
    return all("!" <= sign <= "~" for sign in parts)
