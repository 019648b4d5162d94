"""nginx in front of a server, with the very configuration of docs/deploy, on free ports of loopback and with a short patience."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CONFIGURATION = Path(__file__).parents[2] / "docs" / "deploy" / "nginx.conf"
PATIENCE = 1  # seconds that this nginx waits for a slow client
missing = next((name for name in ("nginx", "openssl") if shutil.which(name) is None), None)
needs_nginx = pytest.mark.skipif(missing is not None, reason=f"needs {missing} (apt-get install nginx openssl)")
_MAIN = """
{user}
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/rung.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A running nginx: its port for HTTPS, one for plain HTTP, and its log of errors."""

    port: int
    plain: int
    errors: Path

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def connect(self) -> ssl.SSLSocket:
        """A connection after its handshake; the certificate is the test's own."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context.wrap_socket(self.connect_plain(), server_hostname="rung.example.org")

    def connect_plain(self) -> socket.socket:
        """A connection to the port for HTTPS, before its handshake."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)


@contextlib.contextmanager
def proxied(folder: Path, upstream: int, changes: dict[str, str] | None = None) -> Iterator[Proxy]:
    """nginx in front of a port; ``changes`` replaces parts of the configuration, each of which must be there."""
    folder.mkdir()
    port, plain = _free_ports()
    _certificate(folder)
    text = CONFIGURATION.read_text(encoding="utf-8")
    for old, new in {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl; listen 127.0.0.1:{plain};",
        "/etc/ssl/certs/rung.pem": f"{folder}/rung.pem",
        "/etc/ssl/private/rung.key": f"{folder}/rung.key",
        "client_header_timeout 10s": f"client_header_timeout {PATIENCE}s",
        "client_body_timeout 10s": f"client_body_timeout {PATIENCE}s",
        **(changes or {}),
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "rung.conf").write_text(text)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, user=user))
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        _wait(port, process, folder / "error.log")
        yield Proxy(port, plain, folder / "error.log")
    finally:
        process.terminate()
        process.wait(20)


def _certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=rung.example.org"]
    command += ["-keyout", str(folder / "rung.key"), "-out", str(folder / "rung.pem")]
    subprocess.run(command, check=True, capture_output=True)


def _free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        return one.getsockname()[1], two.getsockname()[1]


def _wait(port: int, process: subprocess.Popen[bytes], errors: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, errors.read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(f"nginx does not listen: {errors.read_text()}")
