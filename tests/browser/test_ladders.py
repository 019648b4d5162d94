"""The ladder map: every reading of the answer is lit on its ladder, and all that hover shows can be reached by keyboard."""

from __future__ import annotations

import pytest

from tests.browser.conftest import place


@pytest.mark.parametrize("title", ["Group PM", "Principal Product Manager", "VP Product", "Product Owner"])
def test_each_reading_is_lit_or_its_neighbours_are(page, title):
    page.wait_for_selector("#map .rung")
    readings = place(page, title)["readings"]
    assert readings
    for reading in readings:
        column = f"#map .rung[data-ladder='{reading['ladder']}']"
        lit = {rung.get_attribute("data-position") for rung in page.locator(f"{column}.is-lit").all()}
        near = {rung.get_attribute("data-position") for rung in page.locator(f"{column}.is-near").all()}
        assert lit == ({reading["position"]} if reading["position"] else set())
        assert near == (set() if reading["position"] else {reading["below"], reading["above"]} - {None})


def test_a_reading_that_is_less_likely_than_not_looks_doubtful(visit):
    likely = iter([0.49, 0.5, 0.2])

    def answer(route):
        """The service's own answer with likelihoods that this test knows."""
        response = route.fetch()
        result = response.json()
        for reading in result["readings"]:
            reading["likelihood"] = next(likely, 0.9) if reading["position"] else 1.0
        route.fulfill(response=response, json=result)

    page = visit(routes={"**/classify": answer})
    page.wait_for_selector("#map .rung.is-lit")
    assert page.locator("#map .rung.is-doubtful").count() == 2
    words = page.locator("#map tfoot td:has-text('likely')").all_inner_texts()
    assert [("doubtful" in each) for each in words[:3]] == [True, False, True]


def test_a_reading_says_on_which_conditions_it_depends(page):
    page.wait_for_selector("#map .rung")
    readings = [reading for reading in place(page, "Lead Product Manager")["readings"] if reading["position"]]
    assert any(reading["conditions"] for reading in readings)
    for reading in readings:
        words = page.inner_text(f"#map [data-reading='{reading['ladder']}']").lower()
        assert all(condition["wanted"].lower() in words for condition in reading["conditions"])


def test_a_position_says_what_it_means_on_focus_and_escape_hides_it(page):
    page.wait_for_selector("#map .rung.is-lit")
    rung = page.locator("#map .rung.is-lit").first
    rung.focus()
    assert page.is_visible("#tip")
    assert rung.get_attribute("aria-describedby") == "tip"
    assert "This job" in page.inner_text("#tip")
    page.keyboard.press("Escape")
    assert page.is_hidden("#tip")


def test_the_title_is_read_by_the_ladder_that_is_chosen(page):
    page.wait_for_selector("#map .ladder-pick")
    with page.expect_request("**/classify") as asked:
        page.locator("th[data-ladder=uk-government] .ladder-pick").click()
    assert asked.value.post_data_json["ladder"] == "uk-government"
    page.wait_for_selector("th[data-ladder=uk-government] .ladder-pick[aria-pressed=true]")
    assert page.input_value("#ladder") == "uk-government"


def test_another_family_lights_only_what_takes_it_in(page):
    page.wait_for_selector("#map .rung")
    readings = place(page, "Project Manager")["readings"]
    lit = {rung.get_attribute("data-ladder") for rung in page.locator("#map .rung.is-lit").all()}
    assert lit == {reading["ladder"] for reading in readings}
