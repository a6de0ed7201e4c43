"""The one error of reading TwiML."""

from __future__ import annotations


class TwimlError(Exception):
    """An answer that can't be carried out. `code` is Twilio's error number; `message` names the place."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
