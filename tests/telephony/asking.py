"""What the tests of the REST client ask, and what they say of an error that comes of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ivr.line.telephone import Telephone, TelephoneError
from ivr.telephony.client import TwilioTelephone
from tests.exchange.rest_desk import OTHER, OWN, SID, TOKEN

RE, CA = "RE" + "0" * 32, "CA" + "0" * 32
Ask = Callable[[Telephone], object]

# What may be asked twice without harm.
ASKS: dict[str, Ask] = {
    "recording": lambda telephone: telephone.recording(RE),
    "delete_recording": lambda telephone: telephone.delete_recording(RE),
    "recordings_of": lambda telephone: telephone.recordings_of(CA),
    "call_state": lambda telephone: telephone.call_state(CA),
}


def at(url: str, timeout: float = 20) -> Telephone:
    """Return a client. timeout: seconds; short only for what is never answered."""
    return TwilioTelephone(url, SID, TOKEN, timeout=timeout)


def text(telephone: Telephone) -> str:
    return telephone.text(OTHER, OWN, "Ref 4F2XYZ. Please ring in.", "https://line.example/text-status")


def raised(kind: type[TelephoneError], act: Callable[[], object]) -> TelephoneError:
    """Return the error of exactly that kind that `act` raises. It never names a number, a text or a token."""
    with pytest.raises(TelephoneError) as caught:
        act()
    error = caught.value
    assert type(error) is kind, error.why
    assert str(error) == error.why
    assert error.__cause__ is None and (error.__context__ is None or error.__suppress_context__)
    for secret in (OTHER, OWN, "Ref 4F2XYZ", TOKEN, SID):
        assert secret not in error.why
    return error
