"""The page in a real browser: Debian's Chromium, driven by Playwright, against the application on a loopback socket.

``site`` is one server for the session and ``browser`` one Chromium; each test gets a ``page`` of its own, and fails where that page
wrote an error to its console or asked any other host. Without Chromium or Playwright these tests are skipped:
``apt-get install chromium`` and ``pip install -e '.[browser]'`` bring them.
"""

from __future__ import annotations

import contextlib
import shutil

import pytest

from rung.api import create_app
from rung.settings import Settings
from tests.serving import serving

# The last flags keep Chromium from looking for its maker's hosts.
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT = 30_000  # milliseconds; generous, since continuous integration may share its processors


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def site(normaliser):
    with serving(create_app(normaliser, Settings())) as url:
        yield url


@contextlib.contextmanager
def chromium():
    """A running Chromium."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield made
        finally:
            made.close()


@pytest.fixture(scope="module")
def browser():
    with chromium() as made:
        yield made


@pytest.fixture
def visit(browser, site):
    """Opens the page; what it logged as an error, or asked of other hosts, fails the test."""
    contexts, wrong = [], []

    def open_(*, width=1280, scheme="light", routes=None, script=None, path="/", silent=False):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" and not silent else None)
        page.on(
            "request", lambda request: wrong.append(request.url) if not request.url.startswith((site, "blob:", "data:")) else None
        )
        for pattern, handler in (routes or {}).items():
            page.route(pattern, handler)
        if script:
            page.add_init_script(script)
        page.goto(site + path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert not wrong


@pytest.fixture
def page(visit):
    """The page with its first answer."""
    made = visit()
    made.wait_for_selector(".level")
    return made


def place(page, title, description=""):
    """Type a title and a description, and wait for their answer: its JSON."""
    with page.expect_response(lambda r: r.url.endswith("/classify") and r.request.post_data_json["title"] == title) as answered:
        page.fill("#description", description)
        page.fill("#title", title)
    page.wait_for_selector("#answer[aria-busy=false]")
    return answered.value.json()
