"""The `ivr` command: what each verb does stands in its own module, which is imported when it is asked for."""

from __future__ import annotations


def main() -> None:
    """Run the command line of this process, and exit.

    Whatever a user can do wrong is a line or two on standard error. An error of our own is one log line with
    its traceback, numbers masked.
    """
    from ivr.cli.verbs import verbs

    try:
        verbs(prog_name="ivr")
    except Exception:
        import logging
        import sys

        from ivr import logs

        logs.set_up()
        logging.getLogger(__name__).critical("an error of the line's own", exc_info=True)
        sys.exit(70)  # EX_SOFTWARE
