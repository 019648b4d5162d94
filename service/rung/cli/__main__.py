# PYTHON_ARGCOMPLETE_OK
"""The command line ``rung``: the only place, with the settings, that reads the environment.

Exit codes: 0 done, 1 done but something in it failed, 2 the command could not be carried out as asked.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from rung import __version__
from rung.cli.commands import COMMANDS, Top, parser
from rung.cli.parsing import suggestion
from rung.errors import RungError
from rung.memory import paused


def _options(arguments: Sequence[str], whole: bool) -> argparse.Namespace:
    """What the arguments say. In a process of its own the collector never walks what a command imports: it stays."""
    with paused():
        options = parser(arguments[0]).parse_args(arguments)
        if whole:
            gc.freeze()
    return options


def _complete() -> None:
    """Answer the shell's request for completions, if argcomplete is installed."""
    try:
        import argcomplete
    except ImportError:
        sys.exit(1)
    argcomplete.autocomplete(parser())


def _early(arguments: Sequence[str]) -> int | None:
    """Handle what needs no command: no arguments, help, a misspelt command. ``None``: there is a command to run."""
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help"):
        sys.stdout.write(Top(prog="rung").format_help())
        return 0
    if first == "--version":
        print(f"rung {__version__}")
        return 0
    if first not in COMMANDS:
        kind = "option" if first.startswith("-") else "command"
        known = ("--help", "--version") if kind == "option" else COMMANDS
        print(f"rung: There is no {kind} {first}.{suggestion(first, known)}\nTry: rung --help", file=sys.stderr)
        return 2
    return None


def _check_environment(command: str) -> None:
    """Refuse a variable that is named like a setting and is none. ``rung serve`` only warns: orchestrators set such variables.

    Raises:
        RungError: there is one; the message names the nearest setting.
    """
    from rung.settings import unknown_settings

    if command != "serve" and (wrong := unknown_settings(os.environ)):
        raise RungError(" ".join(wrong))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Without arguments it is the command of the whole process."""
    if "_ARGCOMPLETE" in os.environ:
        _complete()
    whole = arguments is None
    arguments = sys.argv[1:] if arguments is None else arguments
    early = _early(arguments)
    return _run(arguments, whole) if early is None else early


def _run(arguments: Sequence[str], whole: bool) -> int:
    from pydantic import ValidationError

    try:
        options = _options(arguments, whole)
        _check_environment(arguments[0])
        return int(options.run(options))
    except RungError as error:
        print(f"rung: {error.detail}", file=sys.stderr)
        for field in error.errors:
            if field.message not in error.detail:
                print(f"  {field.field}: {field.message}", file=sys.stderr)
        return 2
    except ValidationError as error:
        from rung.settings import invalid_settings

        # Only settings are validated this far out; commands report an invalid query as a RungError.
        for sentence in invalid_settings(error):
            print(f"rung: {sentence}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; nothing is left to say, and flushing must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"rung: {error.filename or 'a file'} cannot be read or written: {error.strerror or error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("rung: stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
