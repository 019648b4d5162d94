"""Raw routes: their endpoints return finished responses, and those with a body receive it as bytes, within the limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from rung.api.parameters import with_known_parameters
from rung.api.state import Service

Endpoint = Callable[[Request], Awaitable[Response]]
BodyEndpoint = Callable[[Request, bytes], Awaitable[Response]]

JSON = "application/json"


def service_of(request: Request) -> Service:
    """The state of the application that a request came to."""
    return request.scope["app"].state.service  # type: ignore[no-any-return]


class RawRoute(APIRoute):
    """A route whose endpoint takes the request and returns the response, without dependency solving or encoding.

    ``parameters`` are the query parameters that it takes; others are refused, or ignored if it is ``None``.
    """

    def __init__(
        self, path: str, endpoint: Endpoint | BodyEndpoint, *, parameters: Sequence[str] | None = (), **options: Any
    ) -> None:
        # FastAPI derives parameters from a signature; ``document`` adds those of these routes.
        super().__init__(path, _documented(endpoint), name=endpoint.__name__, response_model=None, **options)
        app = self.served(endpoint)
        self.app = app if parameters is None else with_known_parameters(app, parameters)

    def served(self, endpoint: Any) -> ASGIApp:
        """The endpoint as an ASGI application."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            response: Response = await endpoint(Request(scope, receive))
            await response(scope, receive, send)

        return app


class BodyRoute(RawRoute):
    """A raw route that reads a body; the request counts as pending from the complete body to the end of the answer."""

    def served(self, endpoint: Any) -> ASGIApp:
        """The endpoint behind the gate."""

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            gate = service_of(request).gate
            body = await gate.admit(scope, receive)
            try:
                response: Response = await endpoint(request, body)
                await response(scope, receive, send)
            finally:
                gate.release(body)

        return app


def _documented(endpoint: Endpoint | BodyEndpoint) -> Callable[[], None]:
    def documented() -> None: ...

    documented.__doc__, documented.__name__ = endpoint.__doc__, endpoint.__name__
    return documented
