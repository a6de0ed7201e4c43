"""The scanner's and the parser's complaints, in words for somebody who never heard of tokens."""

from __future__ import annotations

from ruamel.yaml.error import MarkedYAMLError

from ivr.yamlfile.problem import Problem


def explain(error: MarkedYAMLError, file: str) -> Problem:
    """The one problem that `error` stands for. YAML can't be read on past it, so it is the only one."""
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    message, cure = "the indentation or the punctuation is wrong here", "Compare it with the lines around it"
    if "'\\t'" in said or "tab" in said:
        message, cure = "a tab is used to indent", "Use spaces"
    elif "quoted scalar" in said:
        message, cure = "a quote is opened and never closed", "Close it, or double a quote inside it"
        mark = error.context_mark or mark
    elif "mapping values are not allowed" in said:
        message, cure = "a colon is out of place", "Put text with a colon in quotes; check the indentation"
    elif "cannot start any token" in said or "found unexpected" in said:
        message, cure = "a value begins with a sign that means something in YAML", "Put the text in quotes"
    elif "flow sequence" in said or "flow mapping" in said:
        message, cure = "a bracket is opened and never closed", "Close it, and check the commas"
    elif "could not find expected ':'" in said:
        message, cure = "a name has no colon after it", "Write it as `name: value`"
    elif "single document" in said:
        message, cure = "a second document begins (---)", "Keep one document in a file"
    elif "block" in said:
        message, cure = "the indentation doesn't match the lines above", "Line it up with its neighbours"
    return Problem(file, None if mark is None else mark.line + 1, message, cure)
