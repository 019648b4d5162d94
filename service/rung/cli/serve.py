"""``rung serve``: run the HTTP service; ``rung key``: make an API key for it."""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import sys
from typing import Any

from rung.api.access import LOOPBACK
from rung.api.keys import SCOPES, new_key, read_keys
from rung.api.logs import configure_logs, get_logger
from rung.api.server import serve
from rung.cli.parsing import one_word, whole_number
from rung.errors import SettingsError
from rung.settings import Settings, unknown_settings

_BACKLOG = 2048  # connections that the system holds until the service accepts them
_OPTIONS = ("host", "port", "insecure")


def register(subparsers: Any) -> None:
    """Add the commands."""
    parser = subparsers.add_parser(
        "serve",
        help="run the HTTP service",
        description="Run the HTTP service and its page. Settings come from RUNG_ variables; docs/settings.md lists them.",
        epilog="examples:\n  rung serve\n  rung serve --port 8080\n  RUNG_API_KEYS_FILE=keys rung serve --host 0.0.0.0",
    )
    parser.add_argument("--host", help="address to listen on (RUNG_HOST)")
    parser.add_argument("--port", type=whole_number(0, 65_535), help="port to listen on; 0 takes a free one (RUNG_PORT)")
    parser.add_argument("--insecure", action="store_true", default=None, help="listen on a public address without API keys")
    parser.set_defaults(run=run)
    key = subparsers.add_parser(
        "key",
        help="make an API key",
        description="Print a new API key and the line for the file of keys, which holds a hash of it.",
        epilog="examples:\n  rung key acme\n  rung key operator --scope classify --scope admin",
    )
    key.add_argument("name", type=one_word, help="whose key it is; logs and refusals name it")
    key.add_argument("--scope", action="append", choices=SCOPES, help="what it may do; may be repeated (default: classify)")
    key.set_defaults(run=run_key)


def run(options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    settings = Settings(**{name: getattr(options, name) for name in _OPTIONS if getattr(options, name) is not None})
    check(settings)
    configure_logs(settings.log_level)
    for sentence in unknown_settings(os.environ):
        get_logger().warning("unknown setting", detail=sentence)
    with listening(settings) as listener:
        host, port = listener.getsockname()[:2]
        scheme = "https" if settings.tls_certificate else "http"
        url = f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
        get_logger().info("listening", url=url)
        if sys.stdout.isatty():
            print(f"Rung is at {url}, its API reference at {url}/docs. Ctrl-C stops it.", flush=True)
        serve(settings, listener)
    return 0


def check(settings: Settings) -> None:
    """Refuse settings that would let anybody in, or that contradict each other.

    Raises:
        SettingsError: a public address without keys, or one of the two TLS files without the other.
        SettingsError: the file of keys is not valid.
    """
    if settings.api_keys_file is not None:
        read_keys(settings.api_keys_file)
    elif settings.host not in LOOPBACK and not settings.insecure:
        raise SettingsError(
            f"Other machines can reach {settings.host}, and no API keys are set. Set RUNG_API_KEYS_FILE (`rung key NAME` makes a "
            "key), or pass --insecure if a proxy in front of Rung checks its callers."
        )
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise SettingsError("HTTPS needs both RUNG_TLS_CERTIFICATE and RUNG_TLS_KEY")


@contextlib.contextmanager
def listening(settings: Settings) -> Any:
    """A socket that listens on the address of the settings.

    Raises:
        SettingsError: the address is taken, or is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno is not None else str(error)
        raise SettingsError(f"Cannot listen on {settings.host}:{settings.port}: {why}. Choose another port with --port.") from error
    with listener:
        yield listener


def run_key(options: argparse.Namespace) -> int:
    """Print a key for its owner, and the line for the file."""
    key, digest = new_key()
    scopes = ",".join(options.scope or ["classify"])
    sys.stderr.write("The key, shown this once; then the line for the file that RUNG_API_KEYS_FILE names:\n")
    sys.stdout.write(f"{key}\n{options.name} {scopes} {digest}\n")
    return 0
