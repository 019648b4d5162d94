"""The commands of ``rung`` by group, and their parser, which imports only the command to be run."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Mapping

from rung import __version__
from rung.cli.parsing import Parser

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
        "mcp": "serve tools to agents (Model Context Protocol)",
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


class Top(Parser):
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
    """The parser of the command ``named``, or of all commands if it is not one. Other commands are not imported."""
    top = Top(prog="rung", description=DESCRIPTION)
    top.add_argument("--version", action="version", version=f"rung {__version__}")
    subparsers = top.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)
    commands = (named,) if named in COMMANDS else COMMANDS
    for module in dict.fromkeys(_MODULES.get(command, command) for command in commands):
        importlib.import_module(f"rung.cli.{module}").register(subparsers)
    return top
