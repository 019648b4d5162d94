"""The command line ``rung``: the only place, with the settings, that reads the environment.

Exit codes: 0 done, 1 done but something in it failed, 2 the command could not be carried out as asked.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence

from pydantic import ValidationError

from rung.errors import RungError

COMMANDS = ("classify", "batch", "ladders", "train", "evaluate", "corpus", "serve", "enrich", "openapi")


def parser(named: str = "") -> argparse.ArgumentParser:
    """The parser of the command that is named, or of all where it is none: a command starts without what the others need."""
    top = argparse.ArgumentParser(prog="rung", description="Place job titles on career ladders, with confidence and evidence.")
    subparsers = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in (named,) if named in COMMANDS else COMMANDS:
        importlib.import_module(f"rung.cli.{name}").register(subparsers)
    return top


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """What the arguments say; importing what their command needs makes many objects and leaves nothing to collect."""
    gc.disable()
    try:
        return parser(arguments[0] if arguments else "").parse_args(arguments)
    finally:
        gc.enable()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        options = _options(arguments)
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
