"""`ivr draw`: the flows as pictures."""

from __future__ import annotations

from pathlib import Path

import click

from ivr.cli.setting import config_file, whole


@click.command(short_help="Draw the flows, as SVG files or as Mermaid text.")
@config_file
@click.argument("flows", nargs=-1, metavar="[FLOW]...")
@click.option(
    "--svg",
    "folder",
    metavar="FOLDER",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write FLOW.svg into this folder for each flow.",
)
@click.option("--mermaid", "as_text", is_flag=True, help="Print Mermaid text, in blocks that Markdown takes.")
def draw(file: Path, flows: tuple[str, ...], folder: Path | None, as_text: bool) -> None:
    """Draw the flows, as SVG files or as Mermaid text.

    Each kind of step has its shape; each arrow says by which answer it is taken. Without FLOW, all flows are
    drawn. The SVG needs nothing from elsewhere, so it can be printed, mailed and shown in any browser.

    \b
    ivr draw --svg drawings
    ivr draw concern --mermaid >> notes.md
    """
    from ivr.cli.screen import say
    from ivr.flow.diagram import mermaid
    from ivr.flow.references import did_you_mean
    from ivr.flow.svg import svg

    if folder is None and not as_text:
        raise click.UsageError("Say how: --svg FOLDER or --mermaid.")
    loaded = whole(file)[1].flows
    for name in flows:
        if name not in loaded:
            raise click.ClickException(f"there is no flow {name!r}. {did_you_mean(name, loaded)}.")
    chosen = [loaded[name] for name in flows or loaded]
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for flow in chosen:
                path = folder / f"{flow.name}.svg"
                path.write_text(svg(flow), encoding="utf-8")
                say(f"{path}", err=as_text)
        except OSError as error:
            raise click.ClickException(f"{folder} can't be written to ({error.strerror}).") from None
    if as_text:
        blocks = [f"## {flow.name}\n\n```mermaid\n{mermaid(flow)}```" for flow in chosen]
        click.echo("\n\n".join(blocks))
