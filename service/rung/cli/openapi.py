"""``rung openapi``: write the service's OpenAPI document and the examples that the documentation and the tests use."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import httpx
import orjson
from fastapi import FastAPI

from rung.api import create_app
from rung.normaliser import Normaliser
from rung.settings import Settings

DOCUMENT = "openapi.json"
REQUESTS = "requests.json"


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "openapi",
        help="write the OpenAPI document and its examples",
        description="Write the service's OpenAPI document, and its answers to the requests of examples/requests.json.",
        epilog="examples:\n  rung openapi\n  rung openapi --check openapi",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path("openapi"), help="where to write (openapi)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with code 1 if a file is out of date")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Write the files, or name those that differ."""
    written = files(options.folder)
    if not options.check:
        for path, content in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return 0
    differing = [str(path) for path, content in written.items() if not path.is_file() or path.read_bytes() != content]
    for different in differing:
        sys.stderr.write(f"{different} is out of date; run `rung openapi`\n")
    return 1 if differing else 0


def files(folder: Path) -> dict[Path, bytes]:
    """The content by path: the document, and the answer to each request of ``examples/requests.json``, with default settings."""
    settings = Settings.model_construct(**{name: field.default for name, field in Settings.model_fields.items()})
    app = create_app(Normaliser.load(), settings)
    requests = json.loads((folder / "examples" / REQUESTS).read_text(encoding="utf-8"))
    answers = asyncio.run(_answers(app, requests))
    examples = {folder / "examples" / f"{name}.json": _json({"request": requests[name], **answers[name]}) for name in requests}
    return {folder / DOCUMENT: _json(app.openapi()), **examples}


async def _answers(app: FastAPI, requests: dict[str, Any]) -> dict[str, dict[str, Any]]:
    answers = {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        for name, body in requests.items():
            answer = await client.post("/classify/batch" if "queries" in body else "/classify", json=body)
            answers[name] = {"status": answer.status_code, "answer": answer.json()}
    return answers


def _json(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
