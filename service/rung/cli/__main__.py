# PYTHON_ARGCOMPLETE_OK
"""The command line ``rung``.

Exit codes: 0 done; 1 done, but some rows or files failed; 2 wrong arguments, settings or files.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Sequence

from rung import __version__
from rung.cli.commands import COMMANDS, Top, parser
from rung.errors import RungError
from rung.memory import gc_paused
from rung.nearest import suggest


def _options(arguments: Sequence[str], own_process: bool) -> argparse.Namespace:
    """Parse the arguments. In a process of its own, imported modules are excluded from garbage collection: they stay anyway."""
    with gc_paused():
        options = parser(arguments[0]).parse_args(arguments)
        if own_process:
            gc.freeze()
    return options


def _complete() -> None:
    """Answer the shell's request for completions, if argcomplete is installed."""
    try:
        import argcomplete
    except ImportError:
        sys.exit(1)
    argcomplete.autocomplete(parser())


def _handle_without_command(arguments: Sequence[str]) -> int | None:
    """Handle arguments that need no command: none, help, version, an unknown command. Return the exit code, else ``None``."""
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
        says = f"There is no {kind} {first}. {suggest(first, known)}".rstrip()
        print(f"rung: {says}\nTry: rung --help", file=sys.stderr)
        return 2
    return None


def _check_environment(command: str) -> None:
    """Check that every ``RUNG_`` variable is a setting. ``rung serve`` only warns, because orchestrators set such variables.

    Raises:
        RungError: a variable is unknown; the message names the nearest setting.
    """
    from rung.settings import unknown_settings

    if command != "serve" and (wrong := unknown_settings(os.environ)):
        raise RungError(" ".join(wrong))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Without ``arguments``, those of the process are used."""
    if "_ARGCOMPLETE" in os.environ:
        _complete()
    own_process = arguments is None
    arguments = sys.argv[1:] if arguments is None else arguments
    code = _handle_without_command(arguments)
    return _run(arguments, own_process) if code is None else code


def _run(arguments: Sequence[str], own_process: bool) -> int:
    from pydantic import ValidationError

    try:
        options = _options(arguments, own_process)
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

        # Only settings raise this here; an invalid query is a RungError.
        for sentence in invalid_settings(error):
            print(f"rung: {sentence}", file=sys.stderr)
        return 2
    except ImportError as error:
        if error.name != "RUNG_KERNEL":
            raise
        print(f"rung: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of the output has closed it, as `head` does. Flushing at exit must not fail, too.
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
