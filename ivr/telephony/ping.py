"""The ping: an address elsewhere that is asked each minute while all is well. Its silence wakes somebody.

It also proves what no process can say of itself: that this machine still runs and reaches the world.
"""

from __future__ import annotations

import logging

from ivr.line.answer import Line
from ivr.line.telephone import TelephoneError
from ivr.line.watch import Watch
from ivr.telephony.account import ACTIVE, Account
from ivr.telephony.health import problems_of

log = logging.getLogger(__name__)

_TIMEOUT = 5.0  # seconds


def look(line: Line, watch: Watch, account: Account) -> None:
    """Ask the provider how the account stands, if nothing was heard of it lately; ping, if all is well.

    Errors: StoreUnavailable.
    """
    if watch.unsure():
        try:
            standing = account.standing()
        except TelephoneError as error:
            watch.provider(error)
        else:
            if standing.status == ACTIVE:
                watch.provider(None)
            else:
                watch.failed("provider", f"the account is {standing.status or 'unknown'}")
    if line.config.environment.ping_url:
        _ping(line, watch)


def _ping(line: Line, watch: Watch) -> None:
    from requests import RequestException, get

    environment = line.config.environment
    if problems := problems_of(line, watch):
        log.error("not well, so nobody is told otherwise: %s", "; ".join(problems))
        return
    try:
        # As the provider reaches us: workers, proxy and certificate have to be well too.
        if get(f"{environment.public_url}/health", timeout=_TIMEOUT).status_code != 200:
            log.error("IVR_PUBLIC_URL/health is not well, so nobody is told otherwise")
            return
    except RequestException as error:
        log.error("IVR_PUBLIC_URL/health can't be reached from here: %s", type(error).__name__)
        return
    try:
        get(environment.ping_url, timeout=_TIMEOUT, stream=True).close()
    except RequestException as error:  # its text holds the address, which is a secret
        log.warning("the ping didn't get through: %s", type(error).__name__)
