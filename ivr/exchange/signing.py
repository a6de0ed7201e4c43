"""X-Twilio-Signature, as https://www.twilio.com/docs/usage/security describes it.

HMAC-SHA1 with the primary auth token, in base64, over the URL as it was configured and, for a POST form,
every parameter sorted by name: name, value, nothing between. Equal values of one name count once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit


def signature(token: str, url: str, params: Iterable[tuple[str, str]] = ()) -> str:
    """Return the signature of a request to exactly `url` with the POST form `params` (GET: none)."""
    text = url + "".join(name + value for name, value in sorted(set(params)))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), "sha1")).decode()


def signed_url(url: str, *, keep_port: bool = False) -> str:
    """Return the form of `url` that Twilio signs: no fragment, no user and password, no port over https.

    `keep_port`: as for messages, whose port always stays.
    """
    bare, _, _ = url.partition("#")
    scheme, colon, rest = bare.partition("://")
    if not colon:
        return bare
    # By hand: urlunsplit would drop an empty query and change the case of the scheme.
    place, slash, path = _cut(rest)
    place = place.rpartition("@")[2]
    if scheme.lower() == "https" and not keep_port and urlsplit(f"//{place}").port is not None:
        place = place.rpartition(":")[0]
    return f"{scheme}://{place}{slash}{path}"


def hashed_url(url: str, body: bytes) -> str:
    """Return `url` with the bodySHA256 that stands for a body that isn't a form; it is signed alone."""
    parts = urlsplit(url)
    query = f"{parts.query}&" if parts.query else ""
    return urlunsplit(parts._replace(query=f"{query}bodySHA256={hashlib.sha256(body).hexdigest()}"))


def _cut(rest: str) -> tuple[str, str, str]:
    ends = [at for at in (rest.find("/"), rest.find("?")) if at >= 0]
    at = min(ends, default=len(rest))
    return rest[:at], rest[at : at + 1], rest[at + 1 :]
