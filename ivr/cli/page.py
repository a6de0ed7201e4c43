"""An HTML page that is whole in itself, and tables that read well aloud."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Container, Iterable, Iterator, Sequence
from html import escape

from ivr.cli.report_style import STYLE


class Html(str):
    """Text that is HTML already. All other text is escaped where it is put into a page."""


def page(title: str, parts: Iterable[str]) -> str:
    """Return a page of `parts` (HTML). By its policy it loads and runs nothing."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en-GB">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="robots" content="noindex">',
            f"<title>{escape(title)}</title>",
            f"<style>{STYLE}</style>",
            "</head>",
            "<body>",
            *parts,
            "</body>",
            "</html>",
            "",
        )
    )


def table(
    caption: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Container[int] = (),
    look: str = "",
) -> Iterator[str]:
    """Yield a table. The first cell of a row is its head; `numbers`: columns that are set to the right.

    look   the name that the style sheet has for this kind of table
    """
    kind = f' class="{look}"' if look else ""
    yield f'<div class="wide"><table{kind}><caption>{text(caption)}</caption>'
    cells = (f'<th scope="col"{_class(at in numbers)}>{text(head)}</th>' for at, head in enumerate(heads))
    yield f"<thead><tr>{''.join(cells)}</tr></thead><tbody>"
    for row in rows:
        cells = (f"<td{_class(at in numbers)}>{text(cell)}</td>" for at, cell in enumerate(row) if at)
        yield f'<tr><th scope="row">{text(row[0])}</th>{"".join(cells)}</tr>'
    yield "</tbody></table></div>"


def text(words: str) -> str:
    """Return words as HTML."""
    return words if isinstance(words, Html) else escape(words)


def judged(good: bool, words: str) -> Html:
    """Return words with a mark that says without colour, too, whether all is well."""
    return Html(f'<span class="{"good" if good else "bad"}">{"✓" if good else "✗"} {escape(words)}</span>')


def _class(number: bool) -> str:
    return ' class="number"' if number else ""
