"""Routes of bytes: the body comes read within its limits, the answer goes out as it is, and both are documented as any other's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rung.api.limits import Full
from rung.api.problems import MEDIA_TYPE, problem, respond
from rung.api.refusals import SAYS
from rung.api.state import Service
from rung.errors import RungError

Endpoint = Callable[[Request], Awaitable[Response]]
BodyEndpoint = Callable[[Request, bytes], Awaitable[Response]]

JSON = "application/json"
_FULL = orjson.dumps(problem(Full(SAYS)))


class JsonResponse(Response):
    """An answer that is JSON already; its headers are written once, here, since they are all that it needs."""

    def __init__(self, body: bytes) -> None:
        self.status_code, self.background, self.body = 200, None, body
        self.raw_headers = [(b"content-length", b"%d" % len(body)), (b"content-type", b"application/json")]


def service_of(request: Request) -> Service:
    """The state of the application that a request came to."""
    return request.scope["app"].state.service  # type: ignore[no-any-return]


class RawRoute(APIRoute):
    """A route whose endpoint takes the request and gives the response, with no dependency solving and no encoding around it."""

    def __init__(self, path: str, endpoint: Endpoint | BodyEndpoint, **options: Any) -> None:
        # FastAPI reads parameters off a signature; these routes state theirs in the document itself.
        super().__init__(path, _documented(endpoint), name=endpoint.__name__, response_model=None, **options)
        self.app = self.served(endpoint)

    def served(self, endpoint: Any) -> ASGIApp:
        """The endpoint as an ASGI application."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response: Response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)

        return app


class BodyRoute(RawRoute):
    """A raw route that reads a body: it is counted as pending from when the body is there until the answer is out."""

    def served(self, endpoint: Any) -> ASGIApp:
        """The endpoint behind the gate."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            gate = service_of(request).gate
            try:
                body = await gate.body(scope, receive)
                await gate.enter(len(body))
            except Full as error:
                await _refuse(error, send)
                return
            try:
                response: Response = await endpoint(request, body)
                await response(scope, receive, send)
            finally:
                gate.leave(len(body))

        return app


class Direct:
    """A layer that takes requests of the busiest routes straight to them: what lies between serves the other routes.

    ``routes`` are raw routes by path; they are asked by POST.
    """

    def __init__(self, app: ASGIApp, routes: Mapping[str, RawRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        route = self._routes.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if route is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = route
        try:
            await route.app(scope, receive, send)
        except RungError as error:
            await respond(error)(scope, receive, send)


async def _refuse(error: Full, send: Send) -> None:
    """Refuse by the shortest way: where there are many to refuse, what each costs is taken from those who are answered."""
    retry_after = b"%d" % (error.retry_after or 1)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"retry-after", retry_after), (b"content-length", b"%d" % len(_FULL))]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": _FULL})


def _documented(endpoint: Endpoint | BodyEndpoint) -> Callable[[], None]:
    def described() -> None: ...

    described.__doc__, described.__name__ = endpoint.__doc__, endpoint.__name__
    return described
