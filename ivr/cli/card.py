"""`ivr card`: the clinic's number as a contact that clinicians save."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.setting import config_file, load

_NOTE = "When this rings, a patient needs a clinician. Let it through Do Not Disturb. Press 1 to take it."


@click.command(short_help="Write the clinic's number as a contact card that clinicians save.")
@config_file
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write it here.")
@click.option("--qr", is_flag=True, help="Show it as a QR code in this terminal, for a phone's camera.")
@click.option(
    "--svg", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write the QR code here."
)
def card(file: Path, out: Path | None, qr: bool, svg: Path | None) -> None:
    """Write the clinic's number as a contact card that clinicians save.

    A phone lets calls from saved contacts through its screening, and, once the contact is marked so, through
    Do Not Disturb. The card (vCard 3.0) holds the clinic's name and number, and nobody's own.

    \b
    ivr card > clinic.vcf
    ivr card --out clinic.vcf --svg clinic.svg
    ivr card --qr
    """
    from ivr.cli.screen import say
    from ivr.cli.vcard import vcard

    config = load(file)
    text = vcard(config.clinic.name, [config.clinic.number], _NOTE)
    if config.line.caller_id == "caller":
        say("Note: line.caller_id is `caller`: phones show the patient's number, which no card covers.", True)
    if out is not None:
        _write(out, text.encode())
    if svg is not None:
        _write(svg, _svg(text))
    if qr:
        click.echo(_blocks(text))
    if not (out or svg or qr):
        click.echo(text.encode(), nl=False)  # not masked: the number is what it is for


def _write(path: Path, content: bytes) -> None:
    from ivr.cli.screen import say

    try:
        path.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}. Name a file that can be written.") from None
    say(f"Written: {path}", err=True)


def _svg(text: str) -> bytes:
    import io

    import segno

    out = io.BytesIO()
    segno.make_qr(text, encoding="utf-8").save(out, kind="svg", scale=4, xmldecl=True)
    return out.getvalue()


def _blocks(text: str) -> str:
    """The code in half blocks: dark is drawn as space, as a light-on-dark terminal needs it."""
    import io

    import segno

    out = io.StringIO()
    segno.make_qr(text, encoding="utf-8").terminal(out, compact=True)
    return out.getvalue().rstrip("\n")
