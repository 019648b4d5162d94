"""Repeats: what a text says a second time is blanked, and everything else stays where it is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rung.text.sentences import without_repeats


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lead it. own it", "lead it. own it"),
        ("lead it. lead it. own it", "lead it.        . own it"),
        ("lead it\n lead it !lead it", "lead it\n         !       "),
        ("a;b;a;b;c", "a;b; ; ;c"),
        ("• lead\n• lead", "• lead\n•     "),
        ("a, b. a", "a, b. a"),
        ("..\n\n . ", "..\n\n . "),
        ("", ""),
    ],
)
def test_what_is_said_twice_is_blanked(text: str, expected: str) -> None:
    assert without_repeats(text) == expected


@given(st.text(st.sampled_from("ab .!?;\n\r•,"), max_size=40))
def test_each_piece_is_said_once_and_nothing_moves(text: str) -> None:
    once = without_repeats(text)
    pieces, kept = ([piece.strip() for piece in re.split("[.!?;\n\r•]", each)] for each in (text, once))
    assert len(once) == len(text)
    assert all(new in (old, " ") for old, new in zip(text, once, strict=True))
    assert [piece for piece in kept if piece] == [piece for piece in dict.fromkeys(pieces) if piece]
