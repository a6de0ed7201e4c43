"""What is judged before anything is published: one place, for `ivr publish`, rollbacks and the start."""

from __future__ import annotations

from datetime import datetime

from ivr.config import Config
from ivr.flow.model import Flows


def judged(config: Config, flows: Flows, now: datetime) -> list[str]:
    """Return why these may not go live, each with its place in front ("flows/main.yaml:12: ..."); none: [].

    They have been loaded, so what loading refuses isn't among it. May take seconds: never in a webhook's way.
    """
    return []
