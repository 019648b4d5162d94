"""For everybody: no serious finding of axe in any state, both colour schemes and both widths; all by keyboard; nothing sideways."""

from __future__ import annotations

import pytest

from tests.browser.conftest import place

SERIOUS = ("serious", "critical")


def findings(page):
    """The serious findings of axe, in words."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    violations = axe.run(page).response["violations"]
    serious = [(each["id"], each["nodes"][0]) for each in violations if each["impact"] in SERIOUS]
    return [f"{rule}: {node['html'][:120]} {node['failureSummary'][:160]}" for rule, node in serious]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_serious(visit, width, scheme):
    page = visit(width=width, scheme=scheme)
    page.wait_for_selector("#map .rung.is-lit")
    place(page, "Lead Product Manager")
    page.click(".question .options .button >> nth=0")
    page.wait_for_selector(".given-item")
    page.click("#more summary")
    page.click("text=JSON")
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    page.wait_for_selector(".grid-row")
    page.locator(".grid-row").first.click()
    page.wait_for_selector("#row-detail dl")
    page.locator("#map .rung.is-lit").first.focus()
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("title", ["???", "Product Marketing Manager", "Registered Nurse", "Chief Product Officer"])
def test_axe_finds_nothing_serious_in_other_answers(page, title):
    place(page, title)
    assert findings(page) == []


def test_nothing_is_wider_than_a_narrow_phone(visit):
    page = visit(width=320)
    page.wait_for_selector("#map .rung.is-lit")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_first_tab_stop_skips_to_the_form(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"


def test_colours_can_be_chosen_and_stay(page):
    page.click("#theme")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_focus_stays_with_the_answer_when_a_question_is_answered(page):
    place(page, "Lead Product Manager")
    page.locator(".question .options .button").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".before")
    page.wait_for_selector(".level:focus")


def test_the_focus_stays_with_a_filter_that_is_pressed(page):
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    page.wait_for_selector(".groups button")
    for part in ("#matrix tbody td button", "#statuses button", ".groups button"):
        page.locator(part).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{part}[aria-pressed=true]:focus")
        page.keyboard.press("Enter")
        page.wait_for_selector(f"{part}[aria-pressed=false]:focus")


def test_a_row_is_opened_and_closed_by_keyboard(page):
    page.click("#sample")
    page.wait_for_selector("#download:not([hidden])")
    page.focus(".grid-scroll")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector("#row-detail dl")
    page.focus("#row-detail .text-button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".grid-scroll:focus")
    assert page.is_hidden("#row-detail")
    assert page.is_visible("#review-list")
