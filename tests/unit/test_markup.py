"""Tags: what they are replaced by, in titles and in texts."""

from __future__ import annotations

import pytest

from rung.markup import without_markup, without_tags
from tests.growth import assert_linear


@pytest.mark.parametrize("tag", ["<p>", "</li>", "<br/>", '<div class="x">', "<h2>", "<section>", "<dt>", "<TD>"])
def test_a_block_is_a_line_of_its_own(tag: str) -> None:
    assert without_markup(f"a{tag}b") == "a\n" + " " * (len(tag) - 1) + "b"


@pytest.mark.parametrize("tag", ["<b>", "</strong>", '<a href="/jobs">', "<span>", "<!-- a comment -->"])
def test_other_tags_stand_inside_a_line(tag: str) -> None:
    assert without_markup(f"a{tag}b") == "a" + " " * len(tag) + "b"


@pytest.mark.parametrize("text", ["5 < 6 > 4", "a <3 b", "<", "< p >", "a<b", "<" + "x" * 400 + ">"])
def test_what_is_no_tag_stays(text: str) -> None:
    assert without_markup(text) == without_tags(text) == text


def test_in_a_title_every_tag_is_blank() -> None:
    assert without_tags("<h1>Head of Product</h1>") == "    Head of Product     "


def test_the_time_is_linear_in_the_length() -> None:
    assert_linear(lambda size: without_markup("<b" * size), 40_000)
