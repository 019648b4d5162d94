# PYTHON_ARGCOMPLETE_OK
"""The command line ``rung``: the only place, with the settings, that reads the environment.

Exit codes: 0 done, 1 done but something in it failed, 2 the command could not be carried out as asked.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Mapping, Sequence

from rung import __version__
from rung.cli.parsing import Parser, suggestion
from rung.errors import RungError

GROUPS: Mapping[str, Mapping[str, str]] = {
    "use": {
        "classify": "classify titles",
        "batch": "classify the rows of files",
        "enrich": "add levels to schema.org JobPosting JSON-LD",
        "families": "list the job families",
        "ladders": "list, show, check, map and draw ladders",
        "crosswalk": "find a position of one ladder on another",
    },
    "serve": {
        "serve": "run the HTTP service and its page",
        "key": "make an API key",
    },
    "data": {
        "train": "build a model from training_data/",
        "evaluate": "measure a model on labelled rows",
        "corpus": "learn figures from real postings",
    },
    "develop": {
        "openapi": "write the OpenAPI document and its examples",
    },
}
COMMANDS = tuple(command for group in GROUPS.values() for command in group)
_MODULES = {"crosswalk": "ladders", "key": "serve"}  # commands that share the module of another

DESCRIPTION = "Level, track and job family of a job title, with confidence and evidence."
EXAMPLES = """examples:
  rung classify "Group PM"
  rung batch jobs.csv levels.csv
  rung serve

`rung COMMAND --help` explains a command."""


class _Top(Parser):
    """The parser of ``rung`` itself, whose help lists the commands in groups without loading any."""

    def format_help(self) -> str:
        """The help, from the table of commands."""
        groups = "\n\n".join(
            f"{group}:\n" + "\n".join(f"  {command:<10} {says}" for command, says in commands.items())
            for group, commands in GROUPS.items()
        )
        options = "options:\n  --version  print the version\n  --help     print this help"
        return f"usage: rung COMMAND …\n\n{DESCRIPTION}\n\n{groups}\n\n{options}\n\n{EXAMPLES}\n"


def parser(named: str = "") -> argparse.ArgumentParser:
    """The parser of the command that is named, or of all if it is none; a command loads without the modules of the others."""
    top = _Top(prog="rung", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"rung {__version__}")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    commands = (named,) if named in COMMANDS else COMMANDS
    for module in dict.fromkeys(_MODULES.get(command, command) for command in commands):
        importlib.import_module(f"rung.cli.{module}").register(subparsers)
    return top


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the arguments say; importing what their command needs makes many objects and leaves nothing to collect."""
    gc.disable()
    try:
        return parser(arguments[0]).parse_args(arguments)
    finally:
        gc.enable()


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
        sys.stdout.write(_Top(prog="rung").format_help())
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
    """Run one command; returns its exit code."""
    if "_ARGCOMPLETE" in os.environ:
        _complete()
    arguments = sys.argv[1:] if arguments is None else arguments
    early = _early(arguments)
    return _run(arguments) if early is None else early


def _run(arguments: Sequence[str]) -> int:
    from pydantic import ValidationError

    try:
        options = _options(arguments)
        _check_environment(arguments[0])
        return int(options.run(options))
    except RungError as error:
        print(f"rung: {error.detail}", file=sys.stderr)
        for field in error.errors:
            if field.message not in error.detail:
                print(f"  {field.field}: {field.message}", file=sys.stderr)
        return 2
    except ValidationError as error:
        # Only the settings are validated this far out; a query that is not valid is an error of ours.
        for row in error.errors():
            print(f"rung: RUNG_{str(row['loc'][0]).upper()}: {row['msg']}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; nothing is left to say, and flushing must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("rung: stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
