"""The drawing: well-formed, complete, inside its frame, and the same bytes as the one in the docs."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from ladder_toys import ROOT, TOY, crosswalk, write

from rung.ladders.draw import WIDTH, draw
from rung.ladders.layout import layers
from rung.ladders.model import LadderPosition
from rung.ladders.own import with_own_ladders

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = draw(crosswalk())
TREE = ET.fromstring(DRAWN)


def marked(attribute: str) -> list[ET.Element]:
    """Every element that has an attribute."""
    return [element for element in TREE.iter() if attribute in element.attrib]


def test_every_position_is_drawn_once() -> None:
    drawn = [(e.get("data-ladder"), e.get("data-position"), e.get("data-variant")) for e in marked("data-position")]
    expected = [(ladder.id, p.id, p.variant) for ladder in crosswalk().ladders.values() for p in ladder.positions]
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


def box(ladder: str, position: str, variant: str = "") -> tuple[float, float]:
    """The left and upper edge of a position's box."""
    key = (ladder, position, variant)
    element = next(
        e for e in marked("data-position") if (e.get("data-ladder"), e.get("data-position"), e.get("data-variant")) == key
    )
    rect = element.find(f"{SVG}rect")
    return float(rect.get("x")), float(rect.get("y"))


def test_every_step_leads_upwards() -> None:
    for ladder in crosswalk().ladders.values():
        for p in ladder.positions:
            for step in p.next:
                assert box(ladder.id, step, p.variant)[1] < box(ladder.id, p.id, p.variant)[1], f"{ladder.id}: {p.id} to {step}"


def test_the_arms_of_a_fork_stand_side_by_side_experts_left() -> None:
    expert, manager = box("dual-track", "principal-product-manager"), box("dual-track", "lead-product-manager")
    assert expert[1] == manager[1]
    assert expert[0] < manager[0]


def test_two_ways_to_one_step_stand_side_by_side() -> None:
    owner, associate = box("analyst-to-cpo", "product-owner"), box("analyst-to-cpo", "associate-product-manager")
    assert owner[1] == associate[1] < box("analyst-to-cpo", "business-analyst")[1]


def test_numbers_of_a_source_stand_before_its_titles() -> None:
    texts = ["".join(e.itertext()) for e in marked("data-position") if e.get("data-ladder") == "nine-levels"]
    assert all(any(f"{number}. " in text for text in texts) for number in range(1, 10))


def test_a_line_of_the_ladder_without_branches_has_one_box_a_row() -> None:
    rows = [[p.id for p in row] for row in layers(crosswalk().ladders["nine-levels"].positions)]
    assert [len(row) for row in rows] == [1] * 9


def test_a_long_ladder_is_laid_out_without_recursion() -> None:
    entries = [LadderPosition(str(n), f"Step {n}", next=(str(n + 1),) if n < 4999 else ()) for n in range(5000)]
    assert len(layers(entries)) == 5000


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
