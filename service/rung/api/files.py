"""The files of the page and of the API reference; each has its own route, so no other file can be requested."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

PAGE = Path(__file__).parent / "page"
REFERENCE = (
    Path(__file__).parent / "reference"
)  # Swagger UI (Apache-2.0), served from here so that the page loads nothing from another host
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        # The reader of workbooks starts a worker from a blob for a large one.
        "worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
_TYPES = {".woff2": "font/woff2", ".js": "text/javascript", ".svg": "image/svg+xml"}


def install(app: FastAPI) -> None:
    """Add a route for each file: those of the page below ``/``, those of the reference below ``/docs``."""
    for folder, root in ((PAGE, ""), (REFERENCE, "/docs")):
        for file in sorted(each for each in folder.rglob("*") if each.is_file() and each.suffix != ".md"):
            name = file.relative_to(folder).as_posix()
            path = (root or "/") if name == "index.html" else f"{root}/{name.removesuffix('.html')}"
            app.router.routes.append(Route(path, _endpoint(file), include_in_schema=False))


def _endpoint(file: Path) -> Callable[[Request], Awaitable[Response]]:
    media_type = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]

    async def serve(_: Request) -> Response:
        return FileResponse(file, headers=HEADERS, media_type=media_type)

    return serve
