"""Whether a line is safe to answer calls: every call that can happen is explored and judged.

found = prove(config, flows, now)
if found.errors: refuse, and say why: each prints as "file:line: what is wrong. Cure."
"""

from ivr.proof.proof import Proof, prove

__all__ = ["Proof", "prove"]
