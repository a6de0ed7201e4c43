"""What Twilio's HTTP client remembers during one call: cookies, and where it has logged in."""

from __future__ import annotations

import base64
from email.message import Message
from http.cookies import CookieError, SimpleCookie
from urllib.parse import unquote, urlsplit


class Session:
    """The cookies and log-ins of one call, by origin."""

    def __init__(self) -> None:
        self._cookies: dict[str, dict[str, str]] = {}
        self._logins: dict[str, str] = {}

    def headers(self, url: str) -> dict[str, str]:
        """Return the headers that a request to `url` carries on top."""
        origin = _origin(url)
        headers = {}
        if cookies := self._cookies.get(origin):
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        if login := self._logins.get(origin):
            headers["Authorization"] = login
        return headers

    def keep(self, url: str, headers: Message) -> None:
        """Keep the cookies that an answer from `url` sets; Max-Age=0 takes one back."""
        jar = self._cookies.setdefault(_origin(url), {})
        for line in headers.get_all("Set-Cookie", []):
            try:
                cookies = SimpleCookie(line)
            except CookieError:
                continue
            for name, morsel in cookies.items():
                if morsel["max-age"] in ("0", 0):
                    jar.pop(name, None)
                else:
                    jar[name] = morsel.coded_value

    def log_in(self, url: str, challenge: str) -> bool:
        """Log in after a 401, if `url` names a user, Basic is asked for and it hasn't been tried yet.

        Return whether that makes it worth asking again.
        """
        parts = urlsplit(url)
        if (
            parts.username is None
            or _origin(url) in self._logins
            or not challenge.lower().startswith("basic")
        ):
            return False
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        self._logins[_origin(url)] = "Basic " + base64.b64encode(pair.encode()).decode()
        return True


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
