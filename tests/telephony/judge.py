"""Twilio's own validator: signs requests for the tests, and judges signatures."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

TOKEN, NEXT = "12345", "the-next-token"
HOST = "https://mycompany.com"
TARGET = "/myapp.php?foo=1&bar=2"
BODY = b"CallSid=CA1234567890ABCDE&Digits=1234&From=%2B447700900123&To=%2B441632960000&Caller=%2B447700900123"


class Many:
    """A form as RequestValidator likes it: names, each with all its values."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs

    def __iter__(self) -> Any:
        return iter(name for name, _ in self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    def getall(self, wanted: str) -> list[str]:
        return [value for name, value in self.pairs if name == wanted]


def oracle(base: str, target: str, body: bytes, signature: str, token: str = TOKEN) -> bool:
    """Ask twilio's validator, with the form as urllib parses it."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return bool(RequestValidator(token).validate(base + target, Many(pairs), signature))


def sign(base: str, target: str, body: bytes, token: str = TOKEN) -> str:
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return str(RequestValidator(token).compute_signature(base + target, Many(pairs)))
