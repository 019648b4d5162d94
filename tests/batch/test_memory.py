"""What is remembered: each distinct key asked once, within a bound, and an answer is never lost to forgetting."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from service.batch.answers import Asker, Facts


def answering(asked: list[str]):
    """Answers that say their own key; what is asked is counted."""

    def ask(keys):
        asked.extend(keys)
        return lambda: [(f"<{key}>", Facts("classified", None, None, None, None)) for key in keys]

    return ask


def test_a_title_is_asked_once_however_often_it_comes() -> None:
    asked: list[str] = []
    asker = Asker(answering(asked), ("title",), 100)
    blocks = [asker.ask(["a", "b", "a"]), asker.ask(["b", "c"])]
    assert [[slot.written for slot in block.done()] for block in blocks] == [["<a>", "<b>", "<a>"], ["<b>", "<c>"]]
    assert asked == ["a", "b", "c"]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=6), max_size=12), st.integers(1, 8))
def test_every_row_gets_its_own_answer_however_little_is_remembered(blocks, memory) -> None:
    asker = Asker(answering([]), ("title",), memory)
    waiting = [asker.ask(block) for block in blocks]  # all asked before the first is done
    assert [[slot.written for slot in w.done()] for w in waiting] == [[f"<{key}>" for key in block] for block in blocks]


def test_what_is_remembered_stays_within_its_bound() -> None:
    asker = Asker(answering([]), ("title",), 100)
    for start in range(0, 5_000, 10):
        asker.ask([str(n) for n in range(start, start + 10)]).done()
    assert len(asker._memory._young) + len(asker._memory._old) <= 120


def test_frequent_titles_stay_while_rare_ones_are_forgotten() -> None:
    asked: list[str] = []
    asker = Asker(answering(asked), ("title",), 100)
    for start in range(0, 2_000, 10):
        asker.ask(["often", *(str(n) for n in range(start, start + 10))]).done()
    assert asked.count("often") == 1
