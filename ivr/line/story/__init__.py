"""A call's lines of the journal, in words. People are named, numbers never appear.

    told    a call's story, line by line
    calls, pages, texts   one function for each kind of line
    around  what those need beside a line
"""

from ivr.line.story.told import TELLERS, Told, told

__all__ = ["TELLERS", "Told", "told"]
