"""The verbs of `ivr`, by name: a module is imported only when its verb is used, so that help is quick."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from importlib import import_module

import click

# verb → (where it is, its help in one sentence: the first one of its own)
VERBS: Mapping[str, tuple[str, str]] = {
    "demo": ("ivr.cli.demo:demo", "Play a whole call, then offer one that you take part in."),
    "call": (
        "ivr.cli.call:call",
        "Dial the line from this terminal: prompts appear as text, and you press the keys.",
    ),
    "check": (
        "ivr.cli.check:check",
        "Prove that config and flows are safe, or say everything that is wrong.",
    ),
    "sign": ("ivr.cli.sign:sign", "Sign the wording of a flow, as a clinician."),
    "draw": ("ivr.cli.draw:draw", "Draw the flows, as SVG files or as Mermaid text."),
    "serve": ("ivr.cli.serve:serve", "Answer calls: web workers for the provider, and one scheduler."),
    "jobs": ("ivr.cli.jobs:jobs", "Run the scheduler alone: texts, recordings, spilled lines, lost calls."),
    "publish": (
        "ivr.cli.publish:publish",
        "Have the running line take in the changed files, if nothing is wrong with them.",
    ),
    "rollback": (
        "ivr.cli.rollback:rollback",
        "Make an earlier revision live again; the files are left alone.",
    ),
    "revisions": (
        "ivr.cli.revisions:revisions",
        "List what was published, or show how two revisions differ.",
    ),
    "rota": ("ivr.cli.rota:rota", "Say who is on call, now or at a time, and what changes ahead."),
    "calls": ("ivr.cli.calls:calls", "List the latest calls, or those that wait for a clinician."),
    "show": ("ivr.cli.show:show", "Tell the story of one call."),
    "user": ("ivr.cli.user:user", "Make, list and disable the accounts of staff."),
    "pin": ("ivr.cli.pin:pin", "Set somebody's PIN, by which they ring the line."),
    "card": ("ivr.cli.card:card", "Write the clinic's number as a contact card that clinicians save."),
    "doctor": (
        "ivr.cli.doctor:doctor",
        "Say whether all is well, here and at the provider, and how to mend what isn't.",
    ),
    "fallback": (
        "ivr.cli.fallback:fallback",
        "Write what callers hear when the line doesn't answer, to be hosted elsewhere.",
    ),
    "contacts": (
        "ivr.cli.contacts:contacts",
        "List phones and addresses that fail for good, or switch them on again.",
    ),
    "forecast": ("ivr.cli.forecast:forecast", "Say what the line has cost this month, and will by its end."),
    "report": (
        "ivr.cli.figures:report",
        "Print the figures of the last weeks, as the weekly mail has them.",
    ),
    "verify": ("ivr.cli.verify:verify", "Check that nobody has changed the journal."),
}


class Misused(click.ClickException):
    """A command line that can't be understood: one line instead of click's three."""

    exit_code = 2


class Verbs(click.Group):
    """A group that knows its commands' names and short helps without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return the verb, or None when there is none, or its module isn't installed."""
        if name not in VERBS:
            return None
        module, _, attribute = VERBS[name][0].partition(":")
        try:
            command = getattr(import_module(module), attribute)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
            return None
        return command if isinstance(command, click.Command) else None

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "ivr"
            raise Misused(f"{error.format_message()} See `{path} --help`.") from None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = difflib.get_close_matches(args[0], VERBS, 1)
            raise Misused(f"{error.message} Did you mean {close[0]}?" if close else error.message) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Verbs"):
            formatter.write_dl([(name, short) for name, (_, short) in VERBS.items()])


@click.command(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="VERB [OPTIONS]...",
    epilog="`ivr VERB --help` tells a verb's options, with examples. All verbs read config.yaml of this"
    " folder, or the file that --config or IVR_CONFIG names.",
)
def verbs() -> None:
    """The phone line of a clinic: it answers, asks about signs, and rings a clinician who presses 1."""
