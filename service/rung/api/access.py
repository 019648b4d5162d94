"""Access: the middleware that checks API keys and rate limits."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from starlette.types import ASGIApp, Receive, Scope, Send

from rung.api.keys import ADMIN, CLASSIFY, KeyRing
from rung.api.problems import Forbidden, Unauthenticated, respond
from rung.api.rates import Rates
from rung.errors import RungError
from rung.settings import Settings

NEEDS: Mapping[str, str] = {
    "classify": CLASSIFY,
    "families": CLASSIFY,
    "ladders": CLASSIFY,
    "crosswalk": CLASSIFY,
    "info": CLASSIFY,
    "admin": ADMIN,
    "metrics": ADMIN,
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PROXIED = frozenset((b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"))  # headers that proxies add


def required_scope(path: str) -> str | None:
    """The scope that a key must have for a path; ``None`` if the path is open to all, as health checks and the page are."""
    return NEEDS.get(path.lstrip("/").split("/", 1)[0])


class AccessMiddleware:
    """Checks API keys and rate limits; reads only the head of a request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._ring = KeyRing(settings.api_keys_file) if settings.api_keys_file else None
        self._rates = Rates(settings.rate, settings.burst) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with the problem."""
        if scope["type"] == "http":
            wanted = required_scope(scope["path"])
            if wanted is not None:
                try:
                    self._check(scope, wanted)
                except RungError as error:
                    await respond(error)(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, wanted: str) -> None:
        if self._ring is not None:
            key = self._ring.find(presented(scope))
            if key is None:
                raise Unauthenticated("send a known API key as `Authorization: Bearer …` or `X-API-Key: …`")
            if wanted not in key.scopes:
                raise Forbidden(f"the key {key.name!r} lacks the scope {wanted!r}; use a key that has it")
            caller = key.name
        else:
            if wanted == ADMIN and not (scope["path"] == "/metrics" and _is_local(scope)):
                raise Forbidden(
                    f"{scope['path'][:200]} needs an API key of the scope 'admin'; set RUNG_API_KEYS_FILE (`rung key` makes one)"
                )
            caller = scope["client"][0] if scope.get("client") else ""
        if self._rates is not None:
            self._rates.take(caller)
            scope["rung.take"] = partial(self._rates.take, caller)  # streams take further tokens while they run


def presented(scope: Scope) -> str:
    """The key that a request carries; empty if it carries none."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return str(value[7:].strip().decode("latin-1"))
        if name == b"x-api-key":
            return str(value.strip().decode("latin-1"))
    return ""


def _is_local(scope: Scope) -> bool:
    """True if the address and the Host are loopback, and neither a proxy nor a web page sent the request."""
    headers = dict(scope["headers"])
    if not scope.get("client") or scope["client"][0] not in LOOPBACK or b"origin" in headers or not _PROXIED.isdisjoint(headers):
        return False
    host = headers.get(b"host", b"").decode("latin-1")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name in LOOPBACK
