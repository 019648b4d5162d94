"""What is cached: each distinct key asked once, within a bound, and an answer is never lost to forgetting."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from rung import Query
from rung.tables.answers import AnswerFacts, Deduplicator, Employers
from rung.tables.table import BLANK, Fault


def answering(asked: list[str]):
    """Answers that say their own key; what is asked is counted."""

    def ask(keys):
        asked.extend(keys)
        return lambda: [(f"<{key}>", AnswerFacts("classified", None, None, None, None)) for key in keys]

    return ask


def test_a_title_is_asked_once_however_often_it_comes() -> None:
    asked: list[str] = []
    deduplicator = Deduplicator(answering(asked), ("title",), 100)
    blocks = [deduplicator.submit(["a", "b", "a"]), deduplicator.submit(["b", "c"])]
    assert [[slot.written for slot in block.result()] for block in blocks] == [["<a>", "<b>", "<a>"], ["<b>", "<c>"]]
    assert asked == ["a", "b", "c"]


BANK = "Example Bank"  # a name by which the ranks of banks are meant


def test_a_title_is_one_question_wherever_it_is_advertised_but_for_employers_that_tell_something(normaliser) -> None:
    asked: list[object] = []
    deduplicator = Deduplicator(answering(asked), ("title", "company"), 100, Employers(normaliser))
    keys = [("VP", "Acme, Inc"), ("VP", BANK), ("VP", "Example Ltd"), ("VP", ""), Fault("no"), BLANK]
    assert len(deduplicator.submit(keys[:4]).result()) == 4
    assert asked == [("VP", ""), ("VP", BANK)]
    assert len(deduplicator.submit(keys).result()) == 6
    assert asked[2:] == [Fault("no"), BLANK]


def test_an_employer_that_is_left_out_of_the_question_changes_no_answer(normaliser) -> None:
    kept = Employers(normaliser)
    names = (
        "Acme, Inc",
        BANK,
        "Société Modèle",
        "Deutsche Handelsbank",
        "Bankside Yoga",
        "Ministry of Works",
        " ",
        "🚀",
        "Größe KG",
    )
    for name in names:
        for title in ("VP", "Product Manager", "Director, Product"):
            whole, short = (normaliser.classify(Query(title=title, company=company)) for company in (name, kept[name]))
            assert whole == short
    assert kept[BANK] == BANK
    assert kept["Acme, Inc"] == ""


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=6), max_size=12), st.integers(1, 8))
def test_every_row_gets_its_own_answer_however_little_is_cached(blocks, memory) -> None:
    deduplicator = Deduplicator(answering([]), ("title",), memory)
    waiting = [deduplicator.submit(block) for block in blocks]  # all asked before the first is done
    assert [[slot.written for slot in w.result()] for w in waiting] == [[f"<{key}>" for key in block] for block in blocks]


def test_what_is_cached_stays_within_its_bound() -> None:
    deduplicator = Deduplicator(answering([]), ("title",), 100)
    for start in range(0, 5_000, 10):
        deduplicator.submit([str(n) for n in range(start, start + 10)]).result()
    assert len(deduplicator._slots._young) + len(deduplicator._slots._old) <= 120


def test_frequent_titles_stay_while_rare_ones_are_forgotten() -> None:
    asked: list[str] = []
    deduplicator = Deduplicator(answering(asked), ("title",), 100)
    for start in range(0, 2_000, 10):
        deduplicator.submit(["often", *(str(n) for n in range(start, start + 10))]).result()
    assert asked.count("often") == 1
