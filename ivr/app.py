"""The composition root: everything that runs is built here, from a Config."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ivr.clock import Clock, SystemClock
from ivr.config import Config
from ivr.flow.loader import load as load_flows
from ivr.flow.model import Flows
from ivr.line.answer import Line
from ivr.storage import Store, StoreUnavailable

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from flask import Flask

    from ivr.line.errand.place import Urls
    from ivr.line.telephone import Mail, Telephone
    from ivr.line.watch import Watch
    from ivr.telephony.rsgi import Front
    from ivr.telephony.webhooks import Webhooks


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class App:
    """A line with its edges: the provider's webhooks, Flask's `pages`, and the jobs (`ticks`) by name."""

    line: Line
    webhooks: Webhooks
    watch: Watch
    telephone: Telephone
    ticks: dict[str, Callable[[], object]]

    @cached_property
    def pages(self) -> Flask:
        """What Flask serves, made when it is first asked for: a scheduler never does."""
        return pages(self.line, self.watch)

    @cached_property
    def wsgi(self) -> WSGIApplication:
        """All of it, for a server that gives each request a thread."""
        from ivr.telephony.wsgi import before

        return before(self.webhooks, lambda environ, start: self.pages.wsgi_app(environ, start))

    def rsgi(self, begun: Callable[[], object]) -> Front:
        """All of it, for granian: one thread decides all webhooks. `begun` is called in it, at first."""
        from ivr.telephony.rsgi import Front

        return Front(self.webhooks, self.line.store, self.pages.wsgi_app, begun)

    def tick(self) -> None:
        """Do each job once: for a clock that is moved by hand. What one job meets doesn't stop the others."""
        for name, job in self.ticks.items():
            try:
                job()
            except StoreUnavailable:
                log.debug("job %s waits for the database", name)  # the store has said so
            except Exception:
                log.exception("job %s failed, and is tried again", name)

    def close(self) -> None:
        """Write what waits, and let go of the files."""
        self.line.store.close()


def flows(config: Config) -> Flows:
    """Load the flows that the config names. Errors: BadInput."""
    return load_flows(config.line.flows, config.line.start, config.known())


def build(
    config: Config,
    clock: Clock | None = None,
    told: Flows | None = None,
    *,
    number: int = 0,
    pace: float = 0,
) -> App:
    """Build the line, ready to answer. The config must have been loaded for serving.

    told     the flows, if they have been loaded already
    number   of the publication that made these live; 0: nothing was published, and nothing is followed
    pace     as for Watch: only where somebody else than the scheduler drives the jobs
    Errors: BadInput for the flows; StorageError when the data folder can't be used.
    """
    from ivr.line.watch import Watch
    from ivr.telephony.client import TwilioTelephone
    from ivr.telephony.webhooks import Webhooks

    environment = config.environment
    line = Line(config, told or flows(config), Store(environment.data), clock or SystemClock(), number)
    watch = Watch(line, pace)
    telephone = TwilioTelephone(
        environment.twilio_api_url,
        environment.account_sid,
        environment.auth_tokens[0],
        told=watch.provider,
        fetched=watch.downloads,
    )
    mail = None
    if environment.smtp_url:
        from ivr.mail import SmtpMail

        mail = SmtpMail(environment.smtp_url)
    webhooks = Webhooks(line)
    jobs = ticks(line, telephone, webhooks.errand_urls, watch, mail)
    return App(line, webhooks, watch, telephone, jobs)


def pages(line: Line, watch: Watch | None = None) -> Flask:
    """Return what Flask serves: /health, and the staff's pages."""
    from flask import Flask

    from ivr.desk import desk
    from ivr.line.proved import Proofs
    from ivr.line.watch import Watch
    from ivr.proof.figures import proved
    from ivr.telephony import health

    application = Flask("ivr", static_folder=None, static_url_path="/static")
    watch = watch or Watch(line)
    application.register_blueprint(health.blueprint(line, watch))
    application.extensions["proofs"] = Proofs(proved)
    desk.install(application, line, partial(health.problems_of, line, watch))
    return application


def ticks(
    line: Line, telephone: Telephone, urls: Urls, watch: Watch, mail: Mail | None = None
) -> dict[str, Callable[[], object]]:
    """Return the jobs by name: each asks what is due, does it, and stamps that it did.

    urls: of a call that the line makes.
    """
    from ivr.line import (
        chain,
        contacts,
        days,
        message,
        onward,
        promises,
        rescue,
        retention,
        shifts,
        spending,
        texting,
        unheard,
        untold,
        upkeep,
        working,
    )
    from ivr.line.bypass import Bypass
    from ivr.line.errand import place
    from ivr.line.weekly import Weekly
    from ivr.telephony import ping
    from ivr.telephony.account import Account
    from ivr.telephony.hosted import Hosted
    from ivr.telephony.links import text_news_url
    from ivr.telephony.seal import Seal

    environment = line.config.environment
    news_url = partial(text_news_url, line, Seal(environment.secret_key))
    recordings = message.sealed(line)
    account = Account(environment.twilio_api_url, environment.account_sid, environment.auth_tokens[0])
    jobs: dict[str, Callable[[], object]] = {
        "onward": lambda: onward.tend(line),
        "texts": lambda: texting.send(line, telephone, news_url),
        "bypass": Bypass(line, telephone).send,
        "mails": lambda: texting.send_mails(line, mail) if mail else 0,
        "contacts": lambda: contacts.look(line),
        "spending": lambda: spending.look(line),
        "reports": Weekly(line).look,
        "days": lambda: days.keep(line),
        "recordings": lambda: message.fetch(line, telephone, recordings),
        "untold": lambda: untold.look(line, telephone),
        "spill": lambda: upkeep.take_in_spill(line),
        "shifts": lambda: shifts.watch(line),
        "rescue": lambda: rescue.sweep(line, telephone),
        "promises": lambda: promises.tend(line),
        "pages": lambda: working.work(line),
        "errands": lambda: place.place(line, telephone, urls),
        "calls": lambda: upkeep.close_calls(line, telephone),
        "unheard": lambda: unheard.tell(line),
        "retention": lambda: retention.erase(line, recordings),
        "chain": lambda: chain.check(line),
        "fallback": Hosted(line, watch).look,
        "watch": lambda: ping.look(line, watch, account),  # the last: it judges the others
    }
    return {name: watch.job(name, job) for name, job in jobs.items()}
