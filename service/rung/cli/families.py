"""``rung families``: every job family that an answer can name, with its definition and codes."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from typing import Any

from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.types import Limits


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "families",
        help="list the job families",
        description="List the job families that an answer can name.",
        epilog="examples:\n  rung families\n  rung families --format json\n  rung families --format markdown",
    )
    parser.add_argument("--format", choices=("table", "json", "markdown"), default="table", help="how to print (table)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print the families."""
    families = Normaliser.load(Settings().model, Limits(cache=0)).describe_families()
    if options.format == "json":
        print(json.dumps(families, indent=2, ensure_ascii=False))
    elif options.format == "markdown":
        sys.stdout.write(markdown(families))
    else:
        _print_table(families)
    return 0


def markdown(families: Iterable[Mapping[str, Any]]) -> str:
    """The page of the documentation that lists the families."""
    lines = [
        "# Job families",
        "",
        "Every answer names one of these families. A family with ladders is graded: its levels come from ladders and duty text",
        "of its own. In all others, level and track come from the words of the title and from what a text states. `unknown`",
        "is a job of none of them. Codes are prefixes; of all families, the longest prefix of a code decides.",
        "This page is written by `rung families --format markdown`.",
        "",
        "| id | family | what the person does | near | ISCO-08 | O*NET-SOC |",
        "|---|---|---|---|---|---|",
    ]
    for family in families:
        lists = (", ".join(family[name]) for name in ("near", "isco", "soc"))
        lines.append(f"| `{family['id']}` | {family['label']} | {family['definition']} | {' | '.join(lists)} |")
    return "\n".join(lines) + "\n"


def _print_table(families: Iterable[Mapping[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Job families", title_justify="left")
    for heading in ("id", "family", "ladders", "what the person does"):
        table.add_column(heading, overflow="fold")
    for family in families:
        table.add_row(f"[bold]{family['id']}[/bold]", family["label"], "yes" if family["graded"] else "", family["definition"])
    Console(highlight=False).print(table)
