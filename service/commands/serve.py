"""``rung serve``: run the HTTP service."""

from __future__ import annotations

import argparse
from typing import Any

import uvicorn

from service.api import create_app
from service.settings import Settings


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("serve", help="run the HTTP service", description=__doc__)
    parser.add_argument("--host", help="address to listen on (RUNG_HOST)")
    parser.add_argument("--port", type=int, help="port to listen on (RUNG_PORT)")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    given = {name: getattr(options, name) for name in ("host", "port") if getattr(options, name) is not None}
    settings = Settings(**given)
    uvicorn.run(create_app(None, settings), host=settings.host, port=settings.port, log_level="warning")
    return 0
