"""What went wrong at Twilio's REST API, as one of the three kinds that the line knows.

Twilio's own message is left out: it may name a number. So is the error that it came with.
"""

from __future__ import annotations

from collections.abc import Mapping
from ssl import SSLCertVerificationError
from types import MappingProxyType

from ivr.line.telephone import Permanent, TelephoneError, Temporary, Unknown

# HTTP statuses and codes of Twilio's that pass: too busy, not complete yet, a queue that is full, or an
# account that someone has to put right, after which what is waiting should still go out.
PASSING_STATUSES = frozenset({401, 408, 409, 425, 429, 503})
PASSING_CODES = frozenset({10004, 20003, 20005, 20429, 21611, 63038})

# What shows that a number is at fault, and how often in a row it has to be met until the line stops trying
# that number. Once where it can't get better by itself. Twice where it may: a handset that is switched off,
# or a network's hiccup. Sources: Twilio's dictionary of errors (twilio.com/docs/api/errors), each code by its
# number; for SIP answers RFC 3261, section 21, and RFC 3398, section 8.2.6 (404: the number isn't allocated).
ENOUGH: Mapping[int, int] = MappingProxyType(
    {
        13223: 1,  # <Dial>: the number is not written as one
        13224: 1,  # <Dial>: the number is not valid
        21211: 1,  # 'To' is not a valid number
        21214: 1,  # 'To' can't be reached (calls)
        21217: 1,  # 'To' does not appear to be valid (calls)
        21610: 1,  # the reader has sent STOP
        21614: 1,  # no mobile
        30003: 2,  # the handset can't be reached: switched off, or out of reach
        30004: 1,  # the reader blocks messages
        30005: 1,  # no such handset any more
        30006: 1,  # a landline, or a network that can't be reached
    }
)
ENOUGH_SIP: Mapping[int, int] = MappingProxyType({404: 1, 410: 1, 484: 1, 604: 1})
IN_A_ROW = 2  # calls that simply failed

MEANINGS = {  # for whoever reads the log
    20003: "the account and its token don't fit: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN",
    20005: "the account is not active",
    20009: "it isn't complete yet",
    20404: "there is no such thing",
    20429: "too many requests at once",
    21211: "the number to text is not valid",
    21408: "this account may not text that country",
    21606: "the number to text from can't send texts",
    21608: "a trial account texts only verified numbers",
    21610: "the reader wants no more texts (STOP)",
    21611: "the queue of the number to text from is full",
    21612: "that number can't be reached from ours",
    21614: "the number to text is no mobile",
    21617: "the text is too long",
}


def refused(what: str, status: int, code: int | None, repeatable: bool) -> TelephoneError:
    """Return the error for an answer that says no.

    what         what was asked: "text"
    status       its HTTP status; `code` Twilio's, None when the answer is not one of Twilio's own
    repeatable   doing it twice does no harm
    """
    if code:
        said = MEANINGS.get(code, f"see https://www.twilio.com/docs/errors/{code}")
        why = f"{what}: HTTP {status}, Twilio's code {code}: {said}"
    else:
        why = f"{what}: HTTP {status}, and no answer of Twilio's own"
    kind: type[TelephoneError]
    if status in PASSING_STATUSES or code in PASSING_CODES:
        kind = Temporary
    elif status >= 500:
        # With Twilio's own body, it has refused; a gateway's page can't tell what happened behind it.
        kind = Temporary if code or repeatable else Unknown
    else:
        kind = Permanent
    return kind(why, code, status, ENOUGH.get(code or 0, 0) if kind is Permanent else 0)


def failed(what: str, error: Exception, repeatable: bool) -> TelephoneError:
    """Return the error for an exception of twilio's client or of requests."""
    from requests import exceptions as web
    from twilio.base.exceptions import TwilioRestException, TwilioServiceException

    if isinstance(error, TwilioRestException | TwilioServiceException):
        own = isinstance(error.code, int) and error.code >= 10_000  # else the client put the status there
        return refused(what, int(error.status), error.code if own else None, repeatable)
    if isinstance(error, web.InvalidURL | web.MissingSchema | web.InvalidSchema):
        return Permanent(f"{what}: TWILIO_API_URL is not a URL that can be asked")
    if _never_left(error):
        return Temporary(f"{what}: no connection to Twilio")
    reason = "no answer" if isinstance(error, web.RequestException) else "an answer that makes no sense"
    return (Temporary if repeatable else Unknown)(f"{what}: {reason} ({type(error).__name__})")


def _never_left(error: Exception) -> bool:
    """Return whether the request can't have reached Twilio."""
    from requests import exceptions as web
    from urllib3.exceptions import NewConnectionError

    if isinstance(error, web.ConnectTimeout | web.ProxyError):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, web.SSLError):
        return any(isinstance(inner, SSLCertVerificationError) for inner in getattr(reason, "args", ()))
    return isinstance(error, web.ConnectionError) and isinstance(reason, NewConnectionError)
