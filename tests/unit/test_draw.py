"""The drawing: well-formed, complete, inside its frame, and the same bytes as the one in the docs."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from ladder_toys import ROOT, TOY, crosswalk, write

from rung.ladders.draw import WIDTH, draw
from rung.ladders.own import with_own_ladders

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = draw(crosswalk())
TREE = ET.fromstring(DRAWN)


def marked(attribute: str) -> list[ET.Element]:
    """Every element that has an attribute."""
    return [element for element in TREE.iter() if attribute in element.attrib]


def test_every_mapped_position_is_drawn_once() -> None:
    drawn = [(e.get("data-ladder"), e.get("data-position"), e.get("data-variant")) for e in marked("data-position")]
    expected = [(ladder.id, p.id, p.variant) for ladder in crosswalk().ladders.values() for p in ladder.positions if p.reference]
    assert sorted(drawn) == sorted(expected)


def test_every_relation_between_ladders_is_drawn() -> None:
    drawn = {(e.get("data-from"), e.get("data-to")) for e in marked("data-from")}
    stated = {
        (str(e.start), str(e.to))
        for e in crosswalk().edges
        if e.relation != "none" and not {"reference", "families"} & {e.start.ladder, e.to.ladder}
    }
    assert drawn == stated


def test_boxes_lie_inside_the_frame_and_apart() -> None:
    rects = [
        [float(rect.get(k)) for k in ("x", "y", "width", "height")]
        for e in marked("data-position")
        for rect in e.findall(f"{SVG}rect")
    ]
    height = float(TREE.get("height"))
    assert all(x >= 0 and y >= 0 and x + w <= WIDTH and y + h <= height for x, y, w, h in rects)
    for number, (x, y, w, h) in enumerate(rects):
        for x2, y2, w2, h2 in rects[number + 1 :]:
            assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y


def test_higher_levels_are_drawn_higher_and_experts_left() -> None:
    def box(position: str) -> tuple[float, float]:
        element = next(
            e for e in marked("data-position") if (e.get("data-ladder"), e.get("data-position")) == ("nine-levels", position)
        )
        rect = element.find(f"{SVG}rect")
        return float(rect.get("x")), float(rect.get("y"))

    assert box("chief-product-officer")[1] < box("head-of-product")[1] < box("product-manager")[1]
    assert box("senior-product-manager")[0] < box("group-product-manager")[0]


def test_every_position_says_what_it_is() -> None:
    for element in marked("data-position"):
        assert element.find(f"{SVG}title").text
        assert element.findall(f"{SVG}text")


def test_no_text_is_cut_on_the_shipped_ladders() -> None:
    assert "…" not in DRAWN


def test_nothing_is_fetched_and_both_colour_schemes_are_served() -> None:
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)", DRAWN)
    assert "prefers-color-scheme:dark" in DRAWN


def test_an_own_ladder_gets_a_column_and_its_words_are_escaped(tmp_path: Path) -> None:
    write(tmp_path, TOY.replace("label: Our ladder", "label: 'Q&A <team>'"))
    drawn = draw(with_own_ladders(crosswalk(), tmp_path))
    tree = ET.fromstring(drawn)
    assert any(e.get("data-ladder") == "our-ladder" for e in tree.iter())
    assert "Q&amp;A &lt;team&gt;" in drawn


def test_the_drawing_in_the_docs_is_this_one() -> None:
    assert (ROOT / "docs" / "ladders.svg").read_text(encoding="utf-8") == DRAWN, "run: rung ladders draw --out docs/ladders.svg"
