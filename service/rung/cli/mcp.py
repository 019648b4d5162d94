"""``rung mcp``: Rung as tools for agents, over the Model Context Protocol on standard input and output."""

from __future__ import annotations

import argparse
from typing import Any

from rung.errors import extra
from rung.normaliser import Normaliser
from rung.settings import Settings

EXAMPLES = """examples:
  rung mcp                                 an agent's host starts this command and talks to it

In the host's configuration:
  {"mcpServers": {"rung": {"command": "rung", "args": ["mcp"]}}}

Needs the extra `mcp`: pip install 'rung[mcp]'"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "mcp",
        help="serve tools to agents (Model Context Protocol)",
        description="Serve the tools classify, families, ladders and crosswalk over standard input and output.",
        epilog=EXAMPLES,
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until standard input ends.

    Raises:
        RungError: the extra is not installed.
    """
    with extra("mcp", "the command mcp"):
        from rung.agents import make_server
    settings = Settings()
    make_server(Normaliser.load(settings.model, settings.limits(), settings.ladders)).run()
    return 0
