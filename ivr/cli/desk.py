"""The phones of a call that is played by hand: what is typed, to what is pressed, said and hung up."""

from __future__ import annotations

from collections.abc import Iterable

import click

from ivr.cli.stage import Stage
from ivr.exchange.caller import ByHand
from ivr.exchange.transcript import Line

HELP = """\
You are the caller. Type one of these, then Enter:
  1            press a key: 0 to 9, * and #. It may cut a prompt short.
  say yes      say something
  talk 10      talk into a recording for 10 seconds
  h            hang up
  q            leave
The phones that ring are yours too, by their names:
  ben          pick up          ben 1    press 1
  ben no       decline          ben h    hang up
"""


class Desk:
    """The caller's phone and every phone that the config names, by the names of the transcript."""

    def __init__(self, stage: Stage) -> None:
        self.caller = ByHand()
        self.phones: dict[str, ByHand] = {}
        for number, name in stage.exchange.names.items():
            self.phones[short(name)] = ByHand()
            stage.exchange.phone(number, self.phones[short(name)])

    def listen(self, typed: Iterable[str]) -> None:
        """Carry out what is typed, line by line; at its end everybody hangs up."""
        for line in typed:
            try:
                self.obey(line.strip().lower())
            except (RuntimeError, ValueError) as error:
                click.echo(f"      ({error})")
        self.leave()

    def obey(self, typed: str) -> None:
        """Carry out one line. Errors: ValueError when it means nothing, RuntimeError when no call is on."""
        first, _, rest = typed.partition(" ")
        if first in self.phones:
            self._other(self.phones[first], rest.strip())
        elif typed in ("", "?", "help"):
            click.echo(HELP, nl=False)
        elif typed in ("q", "quit", "exit"):
            self.leave()
        elif typed in ("h", "hang up"):
            self.caller.hang_up()
        elif first == "say" and rest.strip():
            self.caller.say(rest.strip())
        elif first == "talk" and rest.strip().isdigit():
            self.caller.talk(float(rest))
        elif all_keys(typed):
            self.caller.press(typed)
        else:
            raise ValueError(f"{typed!r} means nothing here: ? shows what does")

    def leave(self) -> None:
        """Have everybody hang up whose phone is in a call."""
        for phone in (self.caller, *self.phones.values()):
            if phone.phone is not None:
                phone.hang_up()

    def _other(self, phone: ByHand, typed: str) -> None:
        if typed == "":
            phone.answer()
        elif typed in ("n", "no"):
            phone.reject()
        elif typed in ("h", "hang up"):
            phone.hang_up()
        elif all_keys(typed):
            phone.press(typed)
        else:
            raise ValueError(f"{typed!r} means nothing on that phone: type a key, h, no, or only its name")


def short(name: str) -> str:
    """Return a phone's name as it is typed: "Ana 2" is ana2."""
    return name.lower().replace(" ", "")


def all_keys(text: str) -> bool:
    """Return whether `text` is keys of a telephone and nothing else."""
    return bool(text) and all(key in "0123456789*#" for key in text)


def readable(line: Line) -> str:
    """Return a line of a transcript for a screen: seconds, who, what; the line's own words stand out."""
    who = click.style(f"{line.who:<12}", fg="cyan" if line.who == "line" else "yellow")
    text = click.style(line.text, bold=True) if line.who == "line" and line.spoken else line.text
    return f"{int(line.at + 1e-6):>5} s  {who}{text}"
