"""Twilio's REST API, as the line uses it: texts, calls, recordings and the state of calls.

Every failure comes out as one of the three kinds of ivr.line.telephone. Reading and deleting may be repeated
at will, so an answer that never came is Temporary there; a text may have gone out and a phone may be ringing,
so there it is Unknown.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from ivr.line.telephone import CallState, Permanent, Recording, TelephoneError, Temporary, Unknown
from ivr.telephony.refusals import failed, refused

LARGEST_RECORDING = 16 * 1024 * 1024  # bytes; 90 s are 1.4 MB
LONGEST_DOWNLOAD = 60.0  # s, however steadily it drips
MOST_RECORDINGS = 50  # of one call

_SIDS = {kind: re.compile(kind + "[0-9a-fA-F]{32}") for kind in ("CA", "RE")}
_SOUND = re.compile(rb"RIFF....WAVE|ID3|\xff[\xe2-\xff]", re.DOTALL)  # how WAV and MP3 files begin
_quiet = logging.getLogger("ivr.telephony.http")  # twilio's client would log addresses, with what is in them
_quiet.setLevel(logging.WARNING)


class TwilioTelephone:
    """A Telephone that is Twilio's. Threads may share it: each request has its own connection.

    (A connection that was kept open may have died since; a text sent over it would have an unknown outcome.)

    api_url   "https://api.twilio.com", that of another region, or a stand-in's
    timeout   seconds to connect, and seconds between two signs of life of an answer
    told      called after each request with its error, None when there was none
    fetched   called so after each download of a recording, too
    """

    def __init__(
        self,
        api_url: str,
        account_sid: str,
        token: str,
        timeout: float = 8,
        told: Callable[[TelephoneError | None], object] = lambda error: None,
        fetched: Callable[[TelephoneError | None], object] = lambda error: None,
    ) -> None:
        self._api_url = api_url.rstrip("/")
        self._account_sid = account_sid
        self._token = token
        self._timeout = timeout
        self._told = told
        self._fetched = fetched

    def text(
        self, to: str, from_: str, body: str, status_callback: str | None = None, validity: int = 300
    ) -> str:
        """Send a text and return its sid. Twilio gives up delivering it after `validity` seconds.

        Errors: Temporary, Permanent; Unknown when it may have gone out.
        """
        options: dict[str, Any] = {"validity_period": validity}
        if status_callback is not None:
            options["status_callback"] = status_callback
        with self._client("text", repeatable=False) as client:
            sid = client.messages.create(to=to, from_=from_, body=body, **options).sid
        if not sid:
            raise Unknown("text: an answer without a sid")
        return str(sid)

    def call(self, to: str, from_: str, url: str, status_callback: str, ring_seconds: int) -> str:
        """Ring `to`, showing `from_`, and return the call's sid. Answered, it goes on at `url`.

        Twilio may add about 5 s to `ring_seconds`. Its end, however it comes, is told to `status_callback`.
        Errors: Temporary, Permanent; Unknown when the phone may be ringing.
        """
        with self._client("call", repeatable=False) as client:
            sid = client.calls.create(
                to=to,
                from_=from_,
                url=url,
                method="POST",
                status_callback=status_callback,
                status_callback_method="POST",
                status_callback_event=["completed"],
                timeout=ring_seconds,
            ).sid
        if not sid:
            raise Unknown("call: an answer without a sid")
        return str(sid)

    def cancel(self, call_sid: str) -> None:
        """End a call that is queued or rings; one that was answered goes on.

        Errors: Temporary; Permanent if it is over already, or there is none.
        """
        _sid(call_sid, "CA")
        with self._client("end of a call that rings") as client:
            client.calls(call_sid).update(status="canceled")

    def recording(self, sid: str) -> bytes:
        """Return the audio of a recording, a WAV or MP3 file.

        Errors: Temporary (status 404: not there, or not yet; 401, 403: we are refused), Permanent (larger
        than LARGEST_RECORDING).
        """
        _sid(sid, "RE")
        try:
            audio = self._downloaded(sid)
        except TelephoneError as error:
            self._told(error)
            self._fetched(error)
            raise
        self._told(None)
        self._fetched(None)
        return audio

    def _downloaded(self, sid: str) -> bytes:
        from requests import RequestException, Session

        what = "download of a recording"
        url = f"{self._api_url}/2010-04-01/Accounts/{self._account_sid}/Recordings/{sid}.wav"
        until = monotonic() + LONGEST_DOWNLOAD
        audio = bytearray()
        try:
            with (
                Session() as session,
                session.get(
                    url, auth=(self._account_sid, self._token), timeout=self._timeout, stream=True
                ) as answer,
            ):
                if answer.status_code == 404:
                    raise Temporary(f"{what}: it isn't there, or not yet", status=404)
                if answer.status_code == 403:  # the recording is there still: somebody has to let us in
                    raise Temporary(f"{what}: HTTP 403, the provider refuses it", status=403)
                if answer.status_code != 200:
                    raise refused(what, answer.status_code, None, repeatable=True)
                for piece in answer.iter_content(65_536):
                    audio += piece
                    if len(audio) > LARGEST_RECORDING:
                        raise Permanent(f"{what}: larger than {LARGEST_RECORDING} bytes", status=200)
                    if monotonic() > until:
                        raise Temporary(f"{what}: not through after {LONGEST_DOWNLOAD:.0f} s", status=200)
                kind = answer.headers.get("Content-Type", "")
        except RequestException as error:
            raise failed(what, error, repeatable=True) from None
        if not kind.startswith("audio/") or not _SOUND.match(audio):
            raise Temporary(f"{what}: what came is no sound file", status=200)
        return bytes(audio)

    def delete_recording(self, sid: str) -> None:
        """Delete a recording with its audio; one that has gone already is no error.

        Errors: Temporary, Permanent.
        """
        _sid(sid, "RE")
        try:
            with self._client("deletion of a recording") as client:
                client.recordings(sid).delete()
        except Permanent as error:
            if error.code != 20404:  # a 404 of anyone else's doesn't say that it has gone
                raise

    def recordings_of(self, call_sid: str) -> list[Recording]:
        """Return the recordings that Twilio holds of one call, newest first.

        Errors: Temporary, Permanent.
        """
        _sid(call_sid, "CA")
        with self._client("list of recordings") as client:
            found = client.recordings.list(call_sid=call_sid, limit=MOST_RECORDINGS)
            return [Recording(one.sid, str(one.status), int(one.duration or 0)) for one in found]

    def call_state(self, call_sid: str) -> CallState:
        """Return how a call stands.

        Errors: Temporary; Permanent, with status 404 if there is no such call.
        """
        _sid(call_sid, "CA")
        with self._client("state of a call") as client:
            call = client.calls(call_sid).fetch()
            if not call.status:
                raise ValueError("an answer without a status")
            return CallState(str(call.status), None if call.duration is None else int(call.duration))

    @contextmanager
    def _client(self, what: str, repeatable: bool = True) -> Iterator[Any]:
        """Lend a client for one request; whatever it raises comes out as a TelephoneError."""
        from requests import RequestException
        from twilio.base.exceptions import TwilioException
        from twilio.http.http_client import TwilioHttpClient
        from twilio.rest import Client

        http = TwilioHttpClient(timeout=self._timeout, logger=_quiet)
        client = Client(self._account_sid, self._token, http_client=http)
        client.edge = client.region = None  # from the environment: they would change the host of api_url
        client.api.base_url = self._api_url
        try:
            yield client
        except (TwilioException, RequestException, ValueError, TypeError, KeyError, AttributeError) as error:
            # The last four: an answer that is no JSON, or not of the shape that the client expects.
            told = failed(what, error, repeatable)
            self._told(told)
            raise told from None
        else:
            self._told(None)
        finally:
            http.session.close()


def _sid(text: str, kind: str) -> str:
    """Return a sid that is well-formed: it comes from a request, and becomes part of an address.

    Errors: Permanent.
    """
    if not _SIDS[kind].fullmatch(text):
        raise Permanent(f"that is no sid of Twilio's: {kind} and 32 hex digits are")
    return text
