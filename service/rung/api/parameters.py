"""Query parameters: an unknown one is an error, so that a misspelt one is not ignored."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Receive, Scope, Send

from rung.api.messages import unknown_parameters


def with_known_parameters(app: ASGIApp, known: Sequence[str]) -> ASGIApp:
    """The application behind a check: a request with a query parameter that is not ``known`` raises ``InvalidQuery``."""

    def checked(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:  # not a coroutine of its own, which would cost more
        if scope["query_string"]:
            pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            unknown = [name for name in dict.fromkeys(name for name, _ in pairs) if name not in known]
            if unknown:
                raise unknown_parameters(unknown, known)
        return app(scope, receive, send)

    return checked
