"""What matches in a text: statements, cues and contexts, found in one walk over the same tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.text.cues import CueMatch, cue_matches
from rung.text.finders import Fields
from rung.text.patterns import PatternMatch, Patterns
from rung.text.statements import Kind, Statement, StatementReader
from rung.text.tokens import Tokens


class TextMatches(NamedTuple):
    """What a text states, the cues in it, and where it speaks of the organisation: the number of the fact, and where."""

    tokens: Tokens
    statements: tuple[Statement, ...]
    cues: list[CueMatch]
    contexts: list[tuple[int, PatternMatch]]


class TextReader:
    """Finds what matches in texts."""

    def __init__(self, kinds: Sequence[Kind], languages: Mapping[str, Mapping[str, Any]], patterns: Patterns) -> None:
        """``patterns`` are those of statements, cues and contexts, in this order; the rest is as ``StatementReader`` takes it."""
        self._patterns = patterns
        self._reader = StatementReader(kinds, languages, patterns)
        self._part = [part for part, count in enumerate(patterns.set_sizes) for _ in range(count)]

    def read(self, text: str) -> TextMatches:
        """What matches in a raw text."""
        patterns = self._patterns
        tokens = self._reader.tokens(text)
        statements: list[Fields] = []
        cues: list[Fields] = []
        contexts: list[Fields] = []
        parts = (statements, cues, contexts)
        for match in patterns.fields(tokens.letters):
            parts[self._part[match[0]]].append(match)
        stated = self._reader.of(tokens, map(PatternMatch._make, statements))
        facts = [(patterns.meanings[match[0]], PatternMatch._make(match)) for match in contexts]
        return TextMatches(tokens, stated, cue_matches(patterns, tokens, cues), facts)
