"""``stated_level``: the level that a source states in a field of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ladder_toys import contexts

from rung import Limits, Normaliser, Query
from rung.context.statements import read_stated_level
from rung.title.clean import fold_with_offsets


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser.load(limits=Limits(cache=10))


@pytest.mark.parametrize(
    ("value", "level"),
    [
        ("Internship", "internship"),
        ("Entry level", "entry"),
        ("ENTRY_LEVEL", "entry"),
        ("entry-level", "entry"),
        ("Berufseinsteiger", "entry"),
        ("Débutant", "entry"),
        ("Associate", "associate"),
        ("Mid level", "mid"),
        ("Experienced (Non-Manager)", "mid"),
        ("Berufserfahren", "mid"),
        ("Mid-Senior level", "mid-senior"),
        ("MID_SENIOR_LEVEL", "mid-senior"),
        ("Senior Level", "senior"),
        ("Sênior", "senior"),
        ("Principal", "lead"),
        ("Manager (Manager/Supervisor of Staff)", "manager"),
        ("Führungskraft", "manager"),
        ("Director", "director"),
        ("Executive", "executive"),
        ("Senior Executive (CEO, CFO, President)", "chief"),
        ("C-level", "chief"),
    ],
)
def test_the_words_of_job_boards_are_known(value: str, level: str) -> None:
    assert [fact.id for fact in read_stated_level(contexts(), *fold_with_offsets(value))] == [f"level-field-{level}"]


@pytest.mark.parametrize("value", ["", "Not Applicable", "n/a", "4", "Full-time", "Level"])
def test_other_words_say_nothing(normaliser: Normaliser, value: str) -> None:
    plain, stated = (normaliser.classify(Query("Accountant", stated_level=each)) for each in (None, value))
    assert stated == plain


@pytest.mark.parametrize(
    ("title", "value", "levels"),
    [
        ("Accountant", "Senior", {"mid", "senior"}),
        ("Accountant", "Internship", {"associate"}),
        ("Product Manager", "Internship", {"associate", "mid"}),
        ("Senior Accountant", "Director", {"senior", "head", "vp"}),
    ],
)
def test_a_plain_word_moves_or_opens_the_level(normaliser: Normaliser, title: str, value: str, levels: set[str]) -> None:
    assert set(normaliser.classify(Query(title, stated_level=value)).range.levels) == levels


def test_it_lowers_the_confidence_of_a_title_that_differs(normaliser: Normaliser) -> None:
    for title in ("Product Manager", "Accountant", "Registered Nurse"):
        plain, stated = (normaliser.classify(Query(title, stated_level=each)) for each in (None, "Senior level"))
        assert stated.confidence < plain.confidence - 0.1


@pytest.mark.parametrize("title", ["Senior Product Manager", "Senior Accountant", "Head of Finance", "Junior Buyer"])
@pytest.mark.parametrize("value", ["Associate", "Mid-Senior level", "Director", "Executive"])
def test_a_word_of_the_title_outweighs_it(normaliser: Normaliser, title: str, value: str) -> None:
    plain, stated = (normaliser.classify(Query(title, stated_level=each)) for each in (None, value))
    assert (stated.level.id, stated.track) == (plain.level.id, plain.track)


@pytest.mark.parametrize(("title", "value", "level"), [("Product Manager", "Mid level", "mid"), ("Accountant", "Mid level", "mid")])
def test_it_raises_the_confidence_of_a_title_that_agrees(normaliser: Normaliser, title: str, value: str, level: str) -> None:
    plain, stated = (normaliser.classify(Query(title, stated_level=each)) for each in (None, value))
    assert stated.level.id == level
    assert stated.confidence > plain.confidence


def test_it_is_evidence_with_its_place(normaliser: Normaliser) -> None:
    for title in ("Product Manager", "Accountant"):
        (piece,) = [
            e for e in normaliser.classify(Query(title, stated_level=" Senior level")).evidence if e.source == "stated_level"
        ]
        assert (" Senior level"[piece.start : piece.end], piece.towards) == ("Senior level", {"level": "senior"})
        assert piece.weight < 0  # it speaks against the level that the title names


def test_a_cached_answer_is_that_of_the_same_stated_level(normaliser: Normaliser) -> None:
    first, second, third = (normaliser.classify(Query("Baker", stated_level=each)) for each in ("Director", None, "Director"))
    assert first == third != second


def test_a_long_value_is_read_as_far_as_its_beginning(normaliser: Normaliser) -> None:
    assert normaliser.classify(Query("Baker", stated_level="x" * 1_000_000)) == normaliser.classify(Query("Baker"))


@pytest.mark.parametrize(
    ("title", "text", "levels"),
    [
        ("Senior Nurse", "Seniority level: Director", {"senior", "head"}),
        ("Staff Software Engineer", "This is an intermediate level role.", {"lead", "mid"}),
        ("Head of Sales", "This is an entry level position.", {"head", "associate"}),
    ],
)
def test_a_level_in_the_text_widens_the_range_of_a_title_that_names_another(
    normaliser: Normaliser, title: str, text: str, levels: set[str]
) -> None:
    plain, stated = (normaliser.classify(Query(title, description=each)) for each in (None, text))
    assert stated.level == replace(plain.level, expected_rank=stated.level.expected_rank)
    assert set(stated.range.levels) == levels
    assert "title_description_conflict" in stated.flags
    assert [piece.weight < 0 for piece in stated.evidence if piece.source == "description"] == [True]


def test_a_level_in_the_text_that_the_title_names_too_changes_nothing(normaliser: Normaliser) -> None:
    plain, stated = (
        normaliser.classify(Query("Senior Nurse", description=each)) for each in ("Apply now.", "This is a senior role.")
    )
    assert (stated.range.levels, stated.status) == (plain.range.levels, plain.status)


@pytest.mark.parametrize("title", ["Senior Product Manager", "Lead Product Manager", "Product Manager", "Senior Nurse"])
@pytest.mark.parametrize("text", ["Seniority level: Mid-Senior level", "Level: Mid/Senior", "A mid-senior level position."])
def test_a_step_of_a_board_that_covers_several_levels_is_evidence_in_a_text_too(
    normaliser: Normaliser, title: str, text: str
) -> None:
    plain, stated = (normaliser.classify(Query(title, description=each, include=("facts",))) for each in (None, text))
    assert (stated.level.id, stated.track, stated.facts.stated_level) == (plain.level.id, plain.track, None)
    assert "title_description_conflict" not in stated.flags
