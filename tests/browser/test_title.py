"""A title on the page: what is shown is what the service answered, and what was typed is never anything but text."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import place

FLAG = "\N{REGIONAL INDICATOR SYMBOL LETTER F}\N{REGIONAL INDICATOR SYMBOL LETTER R}"
DUTIES = "You hire and coach a team of product managers and run their performance reviews. " * 2


def test_the_answer_follows_the_typing(page):
    answer = place(page, "Principal Product Manager")
    assert page.inner_text("#verdict .level") == answer["level"]["label"]
    assert answer["position"]["label"] in page.inner_text("#verdict .position")
    assert answer["level"]["label"] in page.inner_text("#status")


def test_marks_stand_where_the_evidence_says_after_characters_of_two_units(page):
    answer = place(page, "Group PM", f"🚀🚀 {FLAG} 𝒜 welcome! {DUTIES}")
    said = {item["text"] for item in answer["evidence"] if item["source"] == "description"}
    marked = page.locator("#backdrop mark").all_inner_texts()
    assert marked
    assert set(marked) <= said


def test_the_marks_lie_under_the_words_that_were_typed(page):
    place(page, "Group PM", DUTIES * 12)
    page.locator("#description").evaluate("area => (area.scrollTop = 90)")
    page.wait_for_timeout(100)
    assert page.evaluate("document.querySelector('#backdrop').scrollTop") == 90
    assert (
        page.evaluate("document.querySelector('#backdrop').scrollHeight - document.querySelector('#description').scrollHeight") == 0
    )


def test_the_parts_of_a_title_are_labelled(page):
    place(page, "Sr. Produktmanager:in (m/w/d) – Payments, Berlin #4711")
    parts = dict(zip(page.locator(".part b").all_inner_texts(), page.locator(".part small").all_inner_texts(), strict=True))
    assert parts["Sr"] == "seniority"
    assert parts["(m/w/d)"] == "set aside: gender"
    assert "head" in parts.values()


def test_markup_in_a_posting_stays_text(page):
    hostile = "<img src=x onerror=alert(1)>"
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    place(page, f"Group PM {hostile}", f"{hostile} <script>alert(2)</script> {DUTIES}")
    assert page.locator("img, #backdrop script, #answer script").count() == 0
    assert hostile in page.inner_text("#gloss")


def test_an_answered_question_is_asked_of_the_service_as_a_sentence(page):
    before = place(page, "Lead Product Manager")
    assert before["range"]["question"] in page.inner_text(".question")
    with page.expect_request("**/classify") as asked:
        page.click(".question .options .button >> nth=0")
    sentence = page.locator(".given-item span").evaluate("span => span.lastChild.textContent")
    assert asked.value.post_data_json["description"].endswith(sentence)
    page.wait_for_selector(".before")
    with page.expect_request("**/classify") as again:
        page.click(".given-item button")
    assert again.value.post_data_json["description"] is None


def test_a_question_can_be_answered_in_own_words(page):
    place(page, "Lead Product Manager")
    page.click("text=In other words")
    page.fill(".own input", "You coach five product managers")
    with page.expect_request("**/classify") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data_json["description"] == "You coach five product managers"


def test_an_answer_belongs_to_its_title_alone(page):
    place(page, "Lead Product Manager")
    page.click(".question .options .button >> nth=0")
    page.wait_for_selector(".given-item")
    place(page, "Staff Product Manager")
    assert page.locator(".given-item").count() == 0


LATE = """
const ask = window.fetch;
window.fetch = async (path, options) => {
  const answer = await ask(path, options);
  if (options?.body?.includes('"CPO"')) await new Promise((done) => setTimeout(done, 900));
  return answer;
};
"""


def test_a_late_answer_to_an_older_query_is_not_shown(visit):
    page = visit(script=LATE)
    page.wait_for_selector(".level")
    page.fill("#title", "CPO")
    page.wait_for_timeout(400)
    page.fill("#title", "Associate Product Manager")
    page.wait_for_selector("#verdict .position:has-text('Associate Product Manager')")
    page.wait_for_timeout(900)
    assert "Associate Product Manager" in page.inner_text("#verdict .position")


def test_what_the_service_refuses_is_said_in_its_own_words(visit):
    problem = '{"title": "Too many requests", "detail": "come again in 2 s", "status": 429, "code": "rate_limited", "errors": []}'

    def refuse(route):
        route.fulfill(status=429, content_type="application/problem+json", body=problem)

    page = visit(routes={"**/classify": refuse}, silent=True)
    page.wait_for_selector(".problem")
    assert "come again in 2 s" in page.inner_text(".problem")


def test_a_service_that_is_starting_is_asked_again(visit):
    refused = []

    def starting(route):
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        return route.fulfill(status=503, content_type="application/problem+json", body='{"detail": "the model is being loaded"}')

    page = visit(routes={"**/info": starting}, silent=True)
    page.wait_for_selector("text=The service is starting")
    page.wait_for_selector(".level")


def test_a_key_is_asked_for_once_and_sent(visit):
    seen = []

    def guarded(route):
        seen.append(route.request.headers.get("authorization"))
        if seen[-1] == "Bearer rung_secret":
            route.continue_()
        else:
            route.fulfill(status=401, content_type="application/problem+json", body='{"detail": "a key is needed"}')

    page = visit(routes={re.compile("/(classify|info|ladders)"): guarded}, silent=True)
    page.wait_for_selector("#key[open]")
    page.fill("#key-value", "rung_secret")
    page.keyboard.press("Enter")
    page.wait_for_selector(".level")
    assert set(seen) == {None, "Bearer rung_secret"}
    assert seen.count(None) == 1


def test_no_words_of_a_job_are_no_answer(page):
    answer = place(page, "???")
    assert answer["status"] == "unreadable"
    assert "no word names a job" in page.inner_text("#verdict")
    assert page.locator("#chances *").count() == 0


@pytest.mark.parametrize("title", ["Product Marketing Manager", "Senior Registered Nurse"])
def test_a_job_of_any_family_shows_its_answer_and_why(page, title):
    answer = place(page, title)
    shown = page.inner_text("#verdict")
    assert answer["status"] in shown
    assert (answer["level"] or answer["family"])["label"] in shown
    assert page.is_visible("[aria-label=Why]")
    for item in answer["evidence"]:
        assert item["says"] in page.inner_text("[aria-label=Why]")


OTHER = {
    "id": None,
    "status": "ambiguous",
    "family": {"id": "beekeeping", "label": "Beekeeping", "graded": False},
    "position": None,
    "level": {"id": "vp", "label": "Vice president", "rank": 6, "expected_rank": 5.9},
    "track": "manager",
    "people_management": "unknown",
    "confidence": 0.85,
    "confidences": {"family": 0.9, "level": 0.9, "track": 0.95},
    "range": {
        "about": ["family", "level"],
        "families": ["beekeeping", "goat-herding"],
        "levels": ["head", "vp"],
        "tracks": ["manager"],
        "question": None,
    },
    "flags": ["language:fr", "several_roles"],
    "model": {"name": "rung", "version": "2.0.0", "digest": "sha256:0"},
    "evidence": [
        {
            "source": "title",
            "text": "VP",
            "start": 0,
            "end": 2,
            "says": "VP names a level.",
            "towards": {"level": "vp"},
            "weight": 2.0,
        }
    ],
    "query": {
        "title": "VP Bees",
        "cleaned": "vp bees",
        "head": None,
        "modifiers": [],
        "specialisms": [],
        "set_aside": [],
        "roles": [],
    },
    "alternatives": [{"family": "goat-herding", "position": None, "level": "vp", "track": "manager", "confidence": 0.1}],
    "readings": [],
}


@pytest.fixture
def other(visit):
    """The page with the answer to a job of a family that has no ladders of its own."""
    page = visit(routes={"**/classify": lambda route: route.fulfill(json=OTHER)})
    page.wait_for_selector(".level")
    return page


def test_an_answer_without_ladders_has_its_level_its_track_and_what_is_open_by_name(other):
    assert other.inner_text("#verdict .level") == "Vice president"
    assert other.inner_text("#verdict .position") == "Manager · Beekeeping"
    assert other.inner_text("#verdict .open") == "Open family: Beekeeping or Goat herding; level: Head or Vice president"
    assert "no ladders of its own" in other.inner_text("[aria-label=Why]")
    assert other.locator("#reasons .flags li").all_inner_texts() == [
        "Language: French.",
        "The title names several jobs; Rung classified the first.",
    ]
    assert other.inner_text(".pyramid-note") == "Also possible: Goat herding 10%"


def test_a_bar_fills_its_share_of_its_track(other):
    share = "bar => bar.getBoundingClientRect().width / bar.parentElement.getBoundingClientRect().width"
    assert other.locator(".meter i").evaluate(share) == pytest.approx(0.85, abs=0.01)
    assert other.locator(".is-answer .manager .bar i").evaluate(share) == pytest.approx(0.85, abs=0.01)


def test_a_doubtful_answer_looks_doubtful(page):
    place(page, "Lead Product Manager")
    assert page.locator("#verdict .level.doubtful").count() == 1
    assert page.inner_text("#verdict .open").startswith("Open track: IC or manager")
    place(page, "Group Product Manager")
    assert page.locator("#verdict .doubtful, #verdict .open").count() == 0


@pytest.mark.parametrize("label", ["Lead: IC or manager?", "Another family"])
def test_title_text_answer_and_reasons_are_above_the_fold(page, label):
    with page.expect_response("**/classify"):
        page.click(f"#examples button:has-text('{label}')")
    page.wait_for_selector("#answer[aria-busy=false] .level")
    page.evaluate("scrollTo(0, 0)")
    for part in ("#title", ".marked", "#verdict", "[aria-label=Why]"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= 900, part


def test_on_a_phone_the_answer_stands_directly_under_the_title(visit):
    page = visit(width=390)
    page.wait_for_selector(".level")
    title, verdict, text = (page.locator(part).bounding_box() for part in (".title-part", "#verdict", ".text-part"))
    assert 0 <= verdict["y"] - (title["y"] + title["height"]) <= 20
    assert verdict["y"] + verdict["height"] <= text["y"]
    assert page.locator("#verdict .level").bounding_box()["y"] < 844


def test_every_example_is_answered(page):
    for chip in page.locator("#examples button").all():
        with page.expect_response("**/classify") as answered:
            chip.click()
        assert answered.value.ok
        page.wait_for_selector("#answer[aria-busy=false] .level")
