"""YAML files whose every value knows its line, and problems that say what to do.

`parse` reads text by the rules of YAML 1.2, with mapping keys always text as written (`no` and `1`
are words, `22:30` stays `22:30`). `validate` checks it against a pydantic model and says what is
wrong in the words of whoever wrote the file. Neither stops at the first problem: all are reported.
"""

from ivr.yamlfile.document import Document, parse, read, shown, text_of
from ivr.yamlfile.problem import BadInput, Problem
from ivr.yamlfile.schema import validate

__all__ = ["BadInput", "Document", "Problem", "parse", "read", "shown", "text_of", "validate"]
