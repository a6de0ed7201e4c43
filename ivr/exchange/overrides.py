"""Connection overrides: what the part after # of a webhook's URL asks for.

https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides; the fragment is neither sent nor
signed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

POLICIES = ("4xx", "5xx", "ct", "rt", "all")
_TIMES = {"ct": ("connect", 100, 10000), "rt": ("read", 100, 15000), "tt": ("total", 100, 15000)}


@dataclass(frozen=True)
class Limits:
    """What a webhook may take: times in seconds, sizes in bytes. Twilio's defaults.

    `retries` more attempts are made after a failure of a kind in `policy`: "ct" no connection, "rt" no answer
    in time, "4xx", "5xx", or "all".
    """

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    body: int = 64 * 1024
    redirects: int = 10
    retries: int = 1
    policy: tuple[str, ...] = ("ct",)


def overridden(limits: Limits, url: str) -> Limits:
    """Return `limits` with what the fragment of `url` changes. Errors: ValueError names the parameter.

    Times are given in milliseconds there. `sni` and `e` (which edge) mean nothing on loopback.
    """
    _, _, fragment = url.partition("#")
    for part in filter(None, fragment.split("&")):
        name, _, value = part.partition("=")
        if name in _TIMES:
            field, least, most = _TIMES[name]
            changes: dict[str, Any] = {field: _number(name, value, least, most) / 1000}
            limits = replace(limits, **changes)
        elif name == "rc":
            limits = replace(limits, retries=_number(name, value, 0, 5))
        elif name == "rp":
            policy = tuple(value.split(","))
            if not set(policy) <= set(POLICIES):
                raise ValueError(f"#rp={value}: must be some of {','.join(POLICIES)}")
            limits = replace(limits, policy=policy)
        elif name not in ("sni", "e"):
            raise ValueError(f"#{part}: there is no such connection override")
    return limits


def _number(name: str, value: str, least: int, most: int) -> int:
    if not (value.isascii() and value.isdigit() and least <= int(value) <= most):
        raise ValueError(f"#{name}={value}: must be from {least} to {most}")
    return int(value)
