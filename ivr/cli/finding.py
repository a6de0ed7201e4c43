"""What a check of `ivr doctor` found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at and found; `cure` "" when it is well. A `note` is no reason to mend anything now.

    Neither holds a secret or a whole phone number.
    """

    what: str
    cure: str = ""
    note: bool = False

    def __str__(self) -> str:
        if not self.cure:
            return f"ok    {self.what}"
        return f"{'note' if self.note else 'MEND'}  {self.what}\n      {self.cure}"

    @property
    def ill(self) -> bool:
        """Return whether something must be mended."""
        return bool(self.cure) and not self.note
