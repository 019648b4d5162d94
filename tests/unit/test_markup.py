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


@pytest.mark.parametrize(
    "unseen",
    [
        '<script>var x = "You manage 50 people";</script>',
        "<SCRIPT type=module>if (a < b) lead();</script >",
        "<style>p > a {color: red}</style>",
        "<noscript><p>Please enable JavaScript.</p></noscript>",
        "<template><p>You lead nobody.</p></template>",
        "<!-- <p>You lead a team of 5 > 3.</p> -->",
    ],
)
def test_what_a_page_does_not_show_is_blank(unseen: str) -> None:
    assert without_markup(f"a{unseen}b") == "a" + " " * len(unseen) + "b"


@pytest.mark.parametrize("text", ["<script>x", "<!-- x", "<scripted>x</scripted>", "<style>x</script>"])
def test_what_is_not_closed_is_read(text: str) -> None:
    assert "x" in without_markup(text)


@pytest.mark.parametrize(
    "row",
    [
        "<tr><td>Reports to</td><td>Head of Payments</td></tr>",
        "<TR><TH scope=row>Reports to</TH>\n  <TD class='v'>Head of Payments</TD></TR>",
        "<tr><td><p><b>Reports to</b></p></td><td><p>Head of Payments</p></td></tr>",
        "<dl><dt>Reports to:</dt><dd>Head of Payments</dd></dl>",
    ],
)
def test_the_next_cell_is_the_value_of_a_label(row: str) -> None:
    plain = without_markup(row)
    assert len(plain) == len(row)
    assert " ".join(plain.split()) == "Reports to: Head of Payments"


def test_in_a_title_every_tag_is_blank() -> None:
    assert without_tags("<h1>Head of Product</h1>") == "    Head of Product     "


def test_the_time_is_linear_in_the_length() -> None:
    assert_linear(lambda size: without_markup("<b" * size), 40_000)
    assert_linear(lambda size: without_markup("<script>" * size), 10_000)
    assert_linear(lambda size: without_markup("<!--" * size), 20_000)
    assert_linear(lambda size: without_markup("</td><td>" * size), 10_000)
