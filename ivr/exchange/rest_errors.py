"""The errors of Twilio's REST API that the exchange gives, as published in its dictionary of errors."""

from __future__ import annotations

# code: (HTTP status, message). {0} is what the request said.
ERRORS: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter: {0}"),
    20003: (401, "Authentication Error - invalid username"),
    20004: (405, "Method not allowed"),
    20009: (409, "Cannot delete this resource before it is complete"),
    20404: (404, "The requested resource {0} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "An internal server error has occurred"),
    20503: (503, "Service unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url is not a valid URL: {0}"),
    21208: (400, "Timeout is not valid: {0}"),
    21210: (400, "The source phone number provided, {0}, is not yet verified for your account."),
    21211: (400, "The phone number you are attempting to call, {0}, is not valid."),
    21212: (400, "The 'From' phone number provided, {0}, is not a valid phone number."),
    21213: (400, "A 'From' phone number is required."),
    21215: (400, "Account not authorized to call {0}."),
    21220: (400, "Unable to update record: the call is not in a state that allows it"),
    21402: (400, "{0} is not a valid URL"),
    21403: (400, "{0} is not a valid method"),
    21405: (400, "VoiceFallbackUrl cannot be set without VoiceUrl"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (400, "The 'From' phone number {0} is not a valid, message-capable phone number of this account."),
    21608: (400, "The number {0} is unverified. Trial accounts cannot send messages to unverified numbers."),
    21609: (400, "The 'StatusCallback' URL {0} is not a valid URL."),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21612: (400, "The 'To' phone number {0} is not currently reachable using the 'From' number."),
    21614: (400, "'To' number {0} is not a valid mobile number"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit."),
    21624: (400, "ValidityPeriod must be a whole number from 1 to 36000: {0}"),
    21626: (400, "Invalid statusCallbackEvent: {0}"),
    32018: (400, "Twiml exceeds 4000 characters"),
}
_OF_STATUS = {401: 20003, 404: 20404, 405: 20004, 409: 20009, 429: 20429, 500: 20500, 503: 20503}


class ApiError(Exception):
    """A refusal that is answered with Twilio's error body.

    `code` is Twilio's; `said` is what the request said that is wrong.
    """

    def __init__(self, code: int, said: str = "", status: int | None = None) -> None:
        known, message = ERRORS.get(code, (400, f"Error {code}"))
        self.code = code
        self.status = known if status is None else status
        self.message = message.format(said)
        super().__init__(f"{self.status} {code}: {self.message}")

    def to_json(self) -> dict[str, object]:
        """Return the error body."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def of_status(status: int) -> ApiError:
    """Return the error that stands for an HTTP status, such as 429 or 503."""
    return ApiError(_OF_STATUS.get(status, 20500 if status >= 500 else 20001), status=status)
