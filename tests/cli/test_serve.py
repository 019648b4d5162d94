"""`rung serve` at a terminal says where the page is; in a pipe it only logs."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

from rung.kernel import native

COMMAND = [sys.executable, "-m", "rung.cli", "serve", "--port", "0"]


def test_at_a_terminal_it_says_where_the_page_is():
    ours, theirs = pty.openpty()
    with subprocess.Popen(COMMAND, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        said = os.read(ours, 1000).decode()
        process.send_signal(signal.SIGINT)
    os.close(ours)
    assert said.startswith("Rung is at http://127.0.0.1:")
    assert "/docs. Ctrl-C stops it." in said


def test_in_a_pipe_it_only_logs():
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert b'"event":"listening"' in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == b""
        process.stderr.read()


def test_it_starts_without_what_only_few_requests_or_a_build_need():
    spared = ["ftfy", "httpx", "pydantic.v1", "rich", "rung.api.document", "rung.text.wordings", "rung.training", "yaml"]
    if native is not None:
        spared.append("numpy")
    code = (
        "import sys, rung.cli.serve; from rung.api import create_app; from rung.settings import Settings; "
        f"create_app(None, Settings()); print([module for module in {spared} if module in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
