"""The rules that every call must keep: one small function each, one table of them.

exploration = explore(flows, world)
violations = judge(Evidence(exploration, seconds, ...))
"""

from ivr.flow.rules.evidence import Evidence, Group, Limits, Stretch, Violation
from ivr.flow.rules.table import RULES, Rule, judge

__all__ = ["RULES", "Evidence", "Group", "Limits", "Rule", "Stretch", "Violation", "judge"]
