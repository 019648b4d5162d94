"""Draws the pictures of the documentation: ``python -m tests.browser.pictures`` writes docs/images/page-*.png.

It is no test: pictures are looked at by people. The application is served on a loopback socket and stops with the command.
"""

from __future__ import annotations

from pathlib import Path

from rung import Normaliser
from rung.api import create_app
from rung.settings import Settings
from tests.browser.conftest import WAIT, chromium
from tests.serving import serving

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SIZES = {1280: 900, 390: 844}


def main() -> None:
    """One picture a view, width and colour scheme."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with serving(create_app(Normaliser.load(), Settings())) as url, chromium() as browser:
        for width, height in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    reduced_motion="reduce",
                    device_scale_factor=2 if width < 600 else 1.5,
                )
                context.set_default_timeout(WAIT)
                page = context.new_page()
                page.goto(url)
                views(page, f"{width}-{scheme}")
                context.close()


def views(page, name):
    """The views of one page: a title with its duties, the ladders, a file, and a question."""
    wide = page.viewport_size["width"] > 800  # on a phone the answer is no longer one card
    page.wait_for_selector("#map .rung.is-lit")
    example(page, "Group PM, with duties")
    picture(page, f"page-title-{name}")
    page.evaluate("document.querySelector('#ladders').scrollIntoView()")
    picture(page, f"page-ladders-{name}")
    example(page, "Lead: IC or manager?")
    # The bar on top would lie across a part that is taller than the window.
    page.evaluate("document.querySelector('.top').style.position = 'static'")
    picture(page, f"page-question-{name}", page.locator("#answer" if wide else "#reasons"))
    page.evaluate("document.querySelector('.top').style.position = ''")
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    page.wait_for_selector(".grid-row")
    page.evaluate("document.querySelector('#sheet').scrollIntoView()")
    picture(page, f"page-file-{name}")


def example(page, label):
    """Show an example, from the top of the page."""
    with page.expect_response("**/classify"):
        page.get_by_role("button", name=label).click()
    page.wait_for_selector("#answer[aria-busy=false] .level")
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def picture(page, name, part=None):
    """Write a picture of the window, or of a part of the page."""
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(250)
    (part or page).screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
