"""The Calls resource: calls made, looked up, changed and deleted over REST."""

from __future__ import annotations

from collections.abc import Callable

from ivr.exchange.records import ENDED, Book, CallRecord, Orders, looks_e164
from ivr.exchange.rest_errors import ApiError
from ivr.exchange.rest_wire import Asked, Form, Reply, Routes, as_json, in_dates, page, web_url, whole

EVENTS = ("initiated", "ringing", "answered", "completed")


class Calls:
    """Answers for /Calls. `on_new_call` gets each call made, `on_update` a call and what is asked of it."""

    def __init__(
        self,
        book: Book,
        on_new_call: Callable[[CallRecord], None],
        on_update: Callable[[CallRecord, Orders], None],
    ) -> None:
        self._book = book
        self._on_new_call = on_new_call
        self._on_update = on_update

    def routes(self) -> Routes:
        """Return what is answered here."""
        return {
            ("POST", "Calls.json"): self.create,
            ("GET", "Calls.json"): self.list,
            ("GET", "Calls/*.json"): self.fetch,
            ("POST", "Calls/*.json"): self.update,
            ("DELETE", "Calls/*.json"): self.delete,
        }

    def _call(self, asked: Asked) -> CallRecord:
        call = self._book.calls.get(asked.sid)
        if call is None:
            raise ApiError(20404, asked.path)
        return call

    def create(self, asked: Asked) -> Reply:
        """Make a call: To, From, and Url or Twiml."""
        form = asked.form
        to, from_ = form.get("To"), form.get("From")
        if not to:
            raise ApiError(21201)
        if not from_:
            raise ApiError(21213)
        if not looks_e164(to):
            raise ApiError(21211, to)
        if to in self._book.refused:
            raise ApiError(self._book.refused[to], to)
        if not looks_e164(from_):
            raise ApiError(21212, from_)
        if not self._book.may_show(from_):
            raise ApiError(21210, from_)
        orders = _orders(form)
        if orders.url is None and orders.twiml is None:
            raise ApiError(21205, "none given")
        call = self._book.add_call(from_, to, "outbound-api", orders=orders)
        self._on_new_call(call)
        return as_json(call.to_json(), 201)

    def list(self, asked: Asked) -> Reply:
        """Return calls, newest first, by To, From, Status, ParentCallSid, StartTime and EndTime."""
        form = asked.form
        found = [
            call.to_json()
            for call in reversed(self._book.calls.values())
            if form.get("To") in (None, call.to)
            and form.get("From") in (None, call.from_)
            and form.get("Status") in (None, call.status)
            and form.get("ParentCallSid") in (None, call.parent_call_sid)
            and in_dates(form, "StartTime", call.start_time)
            and in_dates(form, "EndTime", call.end_time)
        ]
        return page("calls", found, asked)

    def fetch(self, asked: Asked) -> Reply:
        """Return one call."""
        return as_json(self._call(asked).to_json())

    def update(self, asked: Asked) -> Reply:
        """Redirect a call that is in progress, or end one: Status completed; canceled before the answer."""
        call, orders = self._call(asked), _orders(asked.form)
        if orders.status not in (None, "completed", "canceled"):
            raise ApiError(20001, "Status")
        if call.status in ENDED or ((orders.url or orders.twiml) and call.status != "in-progress"):
            raise ApiError(21220)
        if not (orders.status == "canceled" and call.status == "in-progress"):  # that has no effect
            self._on_update(call, orders)
        return as_json(call.to_json())

    def delete(self, asked: Asked) -> Reply:
        """Delete the record of a call that has ended."""
        if self._call(asked).status not in ENDED:
            raise ApiError(20009)
        del self._book.calls[asked.sid]
        self._book.deleted.append(asked.sid)
        return Reply(204)


def _orders(form: Form) -> Orders:
    url, twiml = form.get("Url"), form.get("Twiml")
    if url and twiml:
        raise ApiError(20001, "give Url or Twiml, not both")
    if twiml and len(twiml) > 4000:
        raise ApiError(32018)
    for name in ("Url", "FallbackUrl", "StatusCallback"):
        given = form.get(name)
        if given and not web_url(given):
            raise ApiError(21205, given)
    for name in ("Method", "FallbackMethod", "StatusCallbackMethod"):
        if form.get(name) not in (None, "GET", "POST"):
            raise ApiError(21403, form.get(name) or "")
    events = form.all("StatusCallbackEvent") or ("completed",)
    for event in events:
        if event not in EVENTS:  # Twilio only warns; here a misspelt event is to be noticed
            raise ApiError(21626, event)
    return Orders(
        url=url or None,
        method=form.get("Method") or "POST",
        twiml=twiml or None,
        fallback_url=form.get("FallbackUrl") or None,
        fallback_method=form.get("FallbackMethod") or "POST",
        status_callback=form.get("StatusCallback") or None,
        status_callback_method=form.get("StatusCallbackMethod") or "POST",
        events=events,
        timeout=whole(form.get("Timeout"), 60, 1, 600, 21208),
        time_limit=whole(form.get("TimeLimit"), 14400, 1, 86400, 20001),
        send_digits=form.get("SendDigits") or None,
        status=form.get("Status") or None,
    )
