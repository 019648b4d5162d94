"""One model for all tests of the service, loaded once; each test gets an application of its own.

Requests go through the ASGI interface in process; only the tests of signals, drains and proxies start a real server.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from rung import Normaliser
from rung.api import create_app
from rung.settings import Settings

Connect = Callable[..., contextlib.AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def connect(normaliser: Normaliser) -> Connect:
    """A client of an application with the given settings."""

    @contextlib.asynccontextmanager
    async def connected(*, model: Normaliser | None = normaliser, **settings: object) -> AsyncIterator[httpx.AsyncClient]:
        app = create_app(model, Settings(**settings))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            client.app = app
            yield client

    return connected


@pytest.fixture
async def client(connect: Connect) -> AsyncIterator[httpx.AsyncClient]:
    async with connect() as connected:
        yield connected
