"""How often each job runs, and after how long without success it counts as stopped."""

from __future__ import annotations

from collections.abc import Mapping

# job → seconds between two ticks. An urgent text leaves within two seconds; the rest may take its time.
EVERY: Mapping[str, float] = {
    "onward": 2,
    "texts": 2,
    "bypass": 5,
    "mails": 2,
    "rescue": 2,
    "pages": 2,
    "errands": 2,
    "contacts": 5,
    "recordings": 5,
    "spill": 5,
    "promises": 15,
    "shifts": 15,
    "chain": 2,
    "untold": 15,
    "calls": 60,
    "unheard": 60,
    "retention": 3600,
    "fallback": 60,
    "watch": 60,
    "spending": 600,
    "reports": 60,
    "days": 60,
}

SHORTEST = 90.0  # seconds: a slow request to the provider is no standstill
TICKS = 5  # that are missed


def limit(job: str) -> float:
    """Return after how many seconds without success a job counts as stopped."""
    return max(SHORTEST, TICKS * EVERY[job])
