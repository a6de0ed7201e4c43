"""The news of the provider's: what became of calls, phones, recordings and texts. Nobody waits for an answer.

Each function takes the signed form and the token of its URL, and returns what is to be recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ivr.line import contacts, message, page, texting
from ivr.line.answer import Line
from ivr.line.errand import place, record
from ivr.storage import Entry
from ivr.telephony import links
from ivr.telephony.received import recording_sid, whole
from ivr.telephony.refusals import ENOUGH, ENOUGH_SIP, IN_A_ROW
from ivr.telephony.seal import Seal
from ivr.telephony.signature import Form
from ivr.telephony.words import CALL_ENDED, CallStatus, MessageStatus, Param

Told = Callable[[Form, str], list[Entry]]

_OF_TEXTS = frozenset(MessageStatus)


def news(line: Line, seal: Seal) -> Mapping[str, Told]:
    """Return path → who hears of it."""
    told = _News(line, seal)
    return {
        "/status": told.status,
        "/leg": told.leg,
        "/recording": told.recording,
        "/errand-status": told.errand_status,
        "/errand-leg": told.errand_leg,
        "/text-status": told.text_status,
    }


class _News:
    def __init__(self, line: Line, seal: Seal) -> None:
        self._line = line
        self._seal = seal

    def status(self, form: Form, token: str) -> list[Entry]:
        """The number's status callback: the call is over, however it ended."""
        status = form.get(Param.CALL_STATUS, "")
        if status not in CALL_ENDED:
            return []
        sid = form[Param.CALL_SID]
        entries = self._line.ended(sid, status, whole(form.get(Param.CALL_DURATION)))
        return [*entries, *place.ended_in(self._line, sid, status)]

    def leg(self, form: Form, token: str) -> list[Entry]:
        """A phone that the caller's own call rings."""
        leg = links.open_leg(self._seal, token)
        status, sid = form.get(Param.CALL_STATUS, ""), form.get(Param.CALL_SID, "")
        entries = page.leg_status(self._line, leg, sid, status, whole(form.get(Param.SEQUENCE_NUMBER)))
        return [*entries, *self._at_fault(form, leg.call, leg.leg, "leg")]

    def recording(self, form: Form, token: str) -> list[Entry]:
        """A recording is there, or isn't."""
        at = links.open_recorder(self._seal, token)
        status, seconds = form.get(Param.RECORDING_STATUS, ""), whole(form.get(Param.RECORDING_DURATION)) or 0
        sid = recording_sid(form)
        return message.recorded(self._line, at.call, at.turn, at.box, status, sid, seconds)

    def errand_status(self, form: Form, token: str) -> list[Entry]:
        """A call that the line made is over, or nobody answered it."""
        status = form.get(Param.CALL_STATUS, "")
        if status not in CALL_ENDED:
            return []
        errand = links.open_errand(self._seal, token)
        entries = place.told_ended(self._line, errand, status, form.get(Param.CALL_SID, ""))
        return [*entries, *self._at_fault(form, "", errand.leg, "call")]

    def errand_leg(self, form: Form, token: str) -> list[Entry]:
        """The phone that such a call rings for the person on it: the patient's."""
        status, seconds = form.get(Param.CALL_STATUS, ""), whole(form.get(Param.CALL_DURATION))
        return record.patient_leg(self._line, links.open_errand(self._seal, token), status, seconds)

    def text_status(self, form: Form, token: str) -> list[Entry]:
        """A text arrived, or it didn't."""
        row, call, contact = links.open_text(self._seal, token)
        sid, status = form.get(Param.MESSAGE_SID, ""), form.get(Param.MESSAGE_STATUS, "")
        if status not in _OF_TEXTS or not sid:
            return []
        code = whole(form.get(Param.ERROR_CODE))
        return texting.news(self._line, row, call, contact, sid, status, code, ENOUGH.get(code or 0, 0))

    def _at_fault(self, form: Form, call: str, leg: str, source: str) -> list[Entry]:
        """What counts against a phone that couldn't be rung."""
        if form.get(Param.CALL_STATUS) != CallStatus.FAILED:
            return []
        code = whole(form.get(Param.ERROR_CODE)) or whole(form.get(Param.SIP_RESPONSE_CODE)) or 0
        enough = ENOUGH.get(code) or ENOUGH_SIP.get(code, IN_A_ROW)
        key = f"fault {form.get(Param.CALL_SID, '')}"
        return [contacts.not_rung(self._line, call, leg, source, enough, key, code or None)]
