"""Splitting words written without spaces: "SeniorProductManager" and "seniorproduct manager".

A word is split only if it is unknown and consists wholly of known words of jobs, ranks and places, so "leadership" and
"Marketingleiterin" stay. Many words begin with a short word, so a short piece counts only if it names a job or a rank alone.
Chinese and Japanese are written without spaces: there a few characters are several words ("高级产品经理").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rung.title.lexicon import Lexicon
from rung.title.words import Token

_SHORTEST, _LONGEST = 7, 60  # letters of a word that may be split
_SHORTEST_UNSPACED = 4  # the same in a script without spaces
_RUNS = re.compile(r"[a-z]+|[^a-z]+")  # of one script
_UNSPACED = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_PIECE = 4  # least letters of a piece that does not name a job or rank alone
_LAST = 3  # least letters of the last piece: "branded" is not "brand ed"
_PIECES = 5  # most pieces of a word
_CACHED = 8_192


class WordSplitter:
    """Splits words written without spaces, with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._words = lexicon.words
        phrases = (*lexicon.heads, *lexicon.seniority_forms, *lexicon.employment)
        alone = {phrase[0] for phrase in phrases if len(phrase) == 1}
        longer = {word for phrase in (*phrases, *lexicon.locations) for word in phrase if len(word) >= _PIECE}
        self._pieces = alone | longer | lexicon.spellings.keys()
        self._longest = max(map(len, self._pieces), default=0)
        self.pieces = lru_cache(maxsize=_CACHED)(self._find_pieces)

    def tokens(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The tokens of a title, with each such word replaced by its pieces."""
        known = self._words
        if not any(t[0] not in known and (len(t[0]) >= _SHORTEST or _UNSPACED.search(t[0])) for t in tokens):
            return tokens
        return [piece for token in tokens for piece in self._token(token)]

    def _token(self, token: Token) -> Sequence[Token]:
        pieces = self.pieces(token.text)
        if len(pieces) < 2:
            return (token,)
        # If folding changed the number of letters, each piece gets the span of the whole word.
        alike = token.end - token.start == len(token.text)
        found: list[Token] = []
        start, gap = token.start, token.gap
        for piece in pieces:
            end = start + len(piece)
            found.append(Token(piece, start, end, gap) if alike else Token(piece, token.start, token.end, gap))
            start, gap = end, ""
        return found

    def _find_pieces(self, word: str) -> tuple[str, ...]:
        """The fewest known words that make up this one; the word itself if it is known or cannot be split."""
        unspaced = _UNSPACED.search(word) is not None
        shortest = _SHORTEST_UNSPACED if unspaced else _SHORTEST
        if word in self._words or not shortest <= len(word) <= _LONGEST or not word.isalpha():
            return (word,)
        runs = _RUNS.findall(word) if unspaced else ()
        if len(runs) > 1:
            return tuple(piece for run in runs for piece in self.pieces(run))
        best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
        for end in range(1, len(word) + 1):
            least = _LAST if end == len(word) and not unspaced else 1
            for start in range(max(0, end - self._longest), end - least + 1):
                before, piece = best[start], word[start:end]
                if before is None or piece not in self._pieces or len(before) == _PIECES:
                    continue
                known = best[end]
                if known is None or len(before) + 1 < len(known):
                    best[end] = (*before, piece)
        return best[-1] or (word,)
