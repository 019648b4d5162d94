"""The real application on a real loopback socket, served by uvicorn from a thread.

``service`` is one server for the whole session. ``faulty`` starts one whose first answers the test writes down, so that what a
client does about a broken or full service is seen from outside; both stop with the fixture.
"""

from __future__ import annotations

import contextlib
import time

import pytest

from rung.api.app import create_app
from rung.settings import Settings
from tests.serving import serving


class Faulty:
    """An application whose first answers are the given ``(status, headers, body)``, then the real one. Keeps what it saw.

    Headers may be a function, which is called when they are sent.
    """

    def __init__(self, app, answers):
        self._app = app
        self.answers = list(answers)
        self.seen = []

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http" or not self.answers:
            if scope["type"] == "http":
                self.seen.append((time.monotonic(), dict(scope["headers"])))
            await self._app(scope, receive, send)
            return
        self.seen.append((time.monotonic(), dict(scope["headers"])))
        status, headers, body = self.answers.pop(0)
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": status, "headers": headers() if callable(headers) else headers})
        await send({"type": "http.response.body", "body": body})


@pytest.fixture(scope="session")
def service(normaliser):
    with serving(create_app(normaliser, Settings())) as url:
        yield url


@pytest.fixture
def faulty(normaliser):
    with contextlib.ExitStack() as stack:

        def start(*answers, settings=None):
            app = Faulty(create_app(normaliser, settings or Settings()), answers)
            return app, stack.enter_context(serving(app))

        yield start
