"""The rules that every call must keep: one small function each, one table of them.

exploration = explore(flows, world)
violations = judge(Evidence(exploration, seconds, ...))
"""

from ivr.flow.rules.evidence import Evidence, Group, Limits, Stretch, Violation
from ivr.flow.rules.pace import CALLERS, Caller, Seconds, SignPace, first_999, sign_paces
from ivr.flow.rules.table import RULES, Rule, judge

__all__ = [
    "CALLERS",
    "RULES",
    "Caller",
    "Evidence",
    "Group",
    "Limits",
    "Rule",
    "Seconds",
    "SignPace",
    "Stretch",
    "Violation",
    "first_999",
    "judge",
    "sign_paces",
]
