"""Drawing postings to label: in turn over groups, with caps on sources and employers, and the same for the same seed."""

from __future__ import annotations

from rung.training.draw_postings import draw

POSTINGS = [
    {"id": f"{group}{at}", "repo": f"board {at % 2}", "company": f"{group} {at // 3}"} for group in "ab" for at in range(30)
]
GROUPS = {posting["id"]: posting["id"][0] for posting in POSTINGS}
EMPLOYER = {posting["id"]: posting["company"] for posting in POSTINGS}


def test_groups_take_turns_and_the_order_of_the_files_does_not_count():
    drawn = draw(POSTINGS, GROUPS, 10, seed=1, per_source=30, per_employer=3)
    assert [GROUPS[each] for each in drawn] == ["a", "b"] * 5
    assert draw(POSTINGS[::-1], GROUPS, 10, seed=1, per_source=30, per_employer=3) == drawn
    assert draw(POSTINGS, GROUPS, 10, seed=2, per_source=30, per_employer=3) != drawn


def test_no_source_and_no_employer_has_more_than_its_cap():
    assert len(draw(POSTINGS, GROUPS, 50, seed=1, per_source=7, per_employer=3)) == 14
    drawn = draw(POSTINGS, GROUPS, 50, seed=1, per_source=30, per_employer=1)
    assert len(drawn) == len({EMPLOYER[each] for each in drawn}) == 20
