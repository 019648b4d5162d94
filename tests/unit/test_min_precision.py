"""``min_precision``: the answers that are confident enough for it, and the flag that says how many there are."""

from __future__ import annotations

from rung import Normaliser, Query
from rung.types import Result


def coverage(result: Result) -> float:
    (flag,) = [flag for flag in result.flags if flag.startswith("expected_coverage:")]
    return float(flag.partition(":")[2])


def test_an_answer_below_the_confidence_of_the_precision_is_ambiguous(normaliser: Normaliser) -> None:
    plain = normaliser.classify(Query("Marketing Manager"))
    asked = normaliser.classify(Query("Marketing Manager", min_precision=0.99))
    assert plain.confidence < normaliser.threshold(0.99).threshold
    assert (plain.status, asked.status) == ("classified", "ambiguous")
    assert (asked.level, asked.track, asked.confidence) == (plain.level, plain.track, plain.confidence)


def test_the_flag_states_the_share_of_labelled_answers_that_reach_it(normaliser: Normaliser) -> None:
    low, high = (normaliser.classify(Query("Group PM", min_precision=each)) for each in (0.5, 0.95))
    assert 0.0 <= coverage(high) <= coverage(low) <= 1.0
    assert coverage(low) == normaliser.threshold(0.5).coverage


def test_a_precision_that_nothing_reached_leaves_no_answer(normaliser: Normaliser) -> None:
    assert normaliser.threshold(1.0) is None
    answer = normaliser.classify(Query("Group PM", min_precision=1.0))
    assert (answer.status, coverage(answer)) == ("ambiguous", 0.0)


def test_without_it_there_is_no_flag(normaliser: Normaliser) -> None:
    assert not [flag for flag in normaliser.classify(Query("Group PM")).flags if flag.startswith("expected_coverage")]
