"""What matches in a text: statements, cues and contexts, found in one walk over the same tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from rung.text.cues import CueMatch, cue_matches
from rung.text.finders import Fields
from rung.text.patterns import Patterns, Place, Source
from rung.text.statements import Kind, Statement, StatementReader, statement_source
from rung.text.tokens import Tokens


class TextMatches(NamedTuple):
    """What a text states, the cues in it, and where it speaks of the organisation: the number of the fact, and where."""

    tokens: Tokens
    statements: tuple[Statement, ...]
    cues: list[CueMatch]
    contexts: list[tuple[int, Place]]


class TextReader:
    """Finds what matches in texts. Its patterns are compiled when the first text comes: many commands read only titles."""

    def __init__(self, kinds: Sequence[Kind], languages: Mapping[str, Mapping[str, Any]], cues: Source, contexts: Source) -> None:
        """``kinds`` and ``languages`` are those of the statements, as ``StatementReader`` takes them."""
        self._sources = (statement_source(kinds, languages), cues, contexts)
        self._statements = (kinds, languages)
        self._part = [part for part, source in enumerate(self._sources) for _ in source.rows]

    @cached_property
    def _patterns(self) -> Patterns:
        return Patterns(*self._sources)

    @cached_property
    def _reader(self) -> StatementReader:
        return StatementReader(*self._statements, self._patterns)

    def read(self, text: str) -> TextMatches:
        """What matches in a raw text.

        Raises:
            DataError: a pattern cannot be read.
        """
        patterns = self._patterns
        tokens = patterns.tokens(text)
        statements: list[Fields] = []
        cues: list[Fields] = []
        contexts: list[Fields] = []
        parts = (statements, cues, contexts)
        for match in patterns.fields(tokens.letters):
            parts[self._part[match[0]]].append(match)
        stated = self._reader.of(tokens, map(Place._make, statements))
        facts = [(patterns.meanings[match[0]], Place._make(match)) for match in contexts]
        return TextMatches(tokens, stated, cue_matches(patterns, tokens, cues), facts)
