"""One model for all tests of the service, loaded once; each application is made afresh, so that no test sees another's state.

Requests go through the ASGI interface in process; only the tests that need a real server (signals, drains, slow clients) start one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from service import Normaliser
from service.api import create_app
from service.settings import Settings


@pytest.fixture(scope="session")
def normaliser() -> Normaliser:
    return Normaliser.load()


@pytest_asyncio.fixture
async def client(normaliser: Normaliser) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(normaliser, Settings()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://rung") as made:
        yield made
