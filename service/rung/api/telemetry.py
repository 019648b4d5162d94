"""Telemetry: request ids, metrics for Prometheus, and a log line for each request.

No title, description or key is logged, unless RUNG_LOG_TITLES is set.
"""

from __future__ import annotations

import re
from random import getrandbits
from time import perf_counter
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rung.api.limits import Disconnected, Incomplete
from rung.api.logs import REQUEST_ID, get_logger
from rung.api.problems import respond, unexpected
from rung.settings import Settings
from rung.types import Result

log = get_logger()

_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
_TRACEPARENT = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_SHARES = tuple(n / 10 for n in range(1, 11))
_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


class Metrics:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        made: dict[str, Any] = {"registry": self.registry}
        self.requests = Counter("rung_requests", "Requests answered.", ("route", "method", "status"), **made)
        self.seconds = Histogram("rung_request_seconds", "Time to answer.", ("route",), buckets=_SECONDS, **made)
        self.answers = Counter("rung_answers", "Answers by status; all but 'classified' abstain.", ("status", "model"), **made)
        self.confidence = Histogram("rung_confidence", "Confidence of the answers.", buckets=_SHARES, **made)
        self.refused = Counter("rung_refused", "Requests refused because the service was full.", **made)
        self.disconnected = Counter("rung_disconnected", "Clients that disconnected before they were answered.", **made)
        self.reloads = Counter("rung_reloads", "Models loaded or refused.", ("outcome",), **made)
        self.pending = Gauge("rung_pending", "Requests accepted and not yet answered.", **made)
        self.pending_bytes = Gauge("rung_pending_bytes", "Bytes of their bodies.", **made)
        self.titles = Gauge("rung_titles_read", "Titles read, by whether they were cached.", ("cached",), **made)
        self.ready = Gauge("rung_ready", "1 if requests are answered.", **made)
        self.model = Gauge("rung_model", "1 for the model that answers.", ("name", "version", "digest"), **made)
        self._answers: dict[tuple[str, str], Any] = {}
        self._routes: dict[tuple[str, str, int], tuple[Any, Any]] = {}

    def answered(self, result: Result) -> None:
        """Count one answer."""
        key = (result.status, result.model.digest)
        counter = self._answers.get(key)
        if counter is None:
            counter = self._answers[key] = self.answers.labels(*key)
        counter.inc()
        if result.confidence is not None:
            self.confidence.observe(result.confidence)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count one request. Routes and methods are labels, so all unknown ones share one name."""
        key = (route, method if method in _METHODS else "other", status)
        pair = self._routes.get(key)
        if pair is None:
            pair = self._routes[key] = (self.requests.labels(route, key[1], str(status)), self.seconds.labels(route))
        pair[0].inc()
        pair[1].observe(seconds)

    def page(self) -> tuple[bytes, str]:
        """The figures in Prometheus' text format, and its media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST


class Telemetry:
    """The outermost middleware: gives the request an id, times it, and answers errors that nothing inside handled."""

    def __init__(self, app: ASGIApp, metrics: Metrics, settings: Settings, service: Any) -> None:
        self._app = app
        self._metrics = metrics
        self._service = service
        self._all = settings.log_requests == "all"
        self._titles = settings.log_titles

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and record its outcome."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 0
        request_id, traceparent = identify(scope)
        REQUEST_ID.set(request_id.decode("ascii"))
        draining = self._service.draining

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message["headers"]
                headers.append((b"x-request-id", request_id))
                headers.append((b"x-content-type-options", b"nosniff"))
                if traceparent is not None:
                    headers.append((b"traceparent", traceparent))
                if draining:
                    headers.append((b"connection", b"close"))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Disconnected:
            status = 499
            self._metrics.disconnected.inc()
        except Incomplete as error:
            log.warning("answer cut short", path=scope["path"][:200], detail=str(error))
        except Exception as error:
            log.error("unexpected error", path=scope["path"][:200], exc_info=error)
            if not status:
                await respond(unexpected())(scope, receive, sending)
        finally:
            seconds = perf_counter() - began
            route = getattr(scope.get("route"), "path", "other")
            self._metrics.request(route, scope["method"], status, seconds)
            if self._all or status in (0, 500):
                self._line(scope, route, status, seconds)

    def _line(self, scope: Scope, route: str, status: int, seconds: float) -> None:
        more = {"title": scope["rung.title"]} if self._titles and "rung.title" in scope else {}
        log.info("request", route=route, method=scope["method"], status=status, ms=round(seconds * 1000, 2), **more)


def identify(scope: Scope) -> tuple[bytes, bytes | None]:
    """The id of a request: its own ``X-Request-ID``, else its trace's, else a new one; and its ``traceparent``."""
    request_id = traceparent = None
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            request_id = value
        elif name == b"traceparent":
            match = _TRACEPARENT.fullmatch(value)
            if match:
                traceparent, request_id = value, request_id or match[1]
    return request_id or b"%016x" % getrandbits(64), traceparent  # an id need not be unguessable
