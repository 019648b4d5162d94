"""Phrases: the words of a title grouped into the longest phrases that the lexicon knows.

Before the lookup, an abbreviation ("mgr") is replaced by its word, and so is a misspelling ("Prodcut") of a word of jobs or ranks.
A word that the lexicon knows is never a misspelling.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from rung.title.lexicon import Head, Lexicon, Phrase
from rung.title.spelling import NearWords
from rung.title.words import Token

_SHORTEST_CORRECTED = 5
_DIGIT_LETTERS = str.maketrans("01345", "oleas")  # digits written for the letters that they look like
_SOFT = frozenset({"", "~", "/"})  # gaps allowed between the words of a phrase
_WORDS = 8_192  # words of which the corrected form is cached

Meaning = tuple[str, str, Head | None]  # kind, value and head of a phrase
_UNKNOWN: tuple[int, Meaning | None] = (1, None)


class Item(NamedTuple):
    """Tokens ``start`` to ``end`` (excluded) with one meaning; ``kind`` is a kind of the lexicon, or ``other``.

    A Roman number is a ``numeral``, an Arabic one a ``figure``.
    """

    kind: str
    value: str
    start: int
    end: int
    head: Head | None = None


class PhraseReader:
    """Finds known phrases with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._near = NearWords(
            w for phrase in _graded_phrases(lexicon) for w in phrase if len(w) >= _SHORTEST_CORRECTED and w.isalpha()
        )
        self._known = _known_phrases(lexicon)
        self._first = _by_first_word(self._known)
        self._corrected = lru_cache(maxsize=_WORDS)(self._corrected_uncached)
        self._english = {w for phrase, head in lexicon.heads.items() if head.language == "en" for w in phrase}

    def items(self, tokens: Sequence[Token]) -> list[Item]:
        """The longest known phrase at each place, left to right."""
        words = [self._corrected(token[0]) for token in tokens]
        first, size, at = self._first, len(words), 0
        items: list[Item] = []
        while at < size:
            word = words[at]
            longest, meaning = first.get(word, _UNKNOWN)
            end = at + 1
            if longest > 1:
                end, meaning = self._phrase(tokens, words, at, longest)
            kind, value, head = meaning or ("other", word, None)
            items.append(Item(kind, value, at, end, head))
            at = end
        return items

    def _phrase(self, tokens: Sequence[Token], words: Sequence[str], at: int, longest: int) -> tuple[int, Meaning | None]:
        """The end and the meaning of the longest known phrase at ``at``, of at most ``longest`` words."""
        furthest, end = min(len(words), at + longest), at + 1
        while end < furthest and tokens[end].gap in _SOFT:
            end += 1
        while end > at + 1 and (meaning := self._known.get(tuple(words[at:end]))) is None:
            end -= 1
        return end, self._first[words[at]][1] if end == at + 1 else meaning

    def _corrected_uncached(self, word: str) -> str:
        """The word meant by an abbreviation, a misspelling one error away, or a spelling with digits ("seni0r")."""
        spellings = self._lexicon.spellings
        if word in spellings:
            return spellings[word]
        if len(word) < _SHORTEST_CORRECTED or word in self._lexicon.words:
            return word
        if not word.isalpha():
            letters = word.translate(_DIGIT_LETTERS)
            return letters if word[0].isalpha() and letters in self._lexicon.words else word
        # Too many words are one error from a short one, so there only swapped letters count.
        near = [w for w in self._near.find(word) if len(w) > _SHORTEST_CORRECTED or sorted(w) == sorted(word)]
        if not near:
            return word
        best = min(near, key=lambda w: (w not in self._english, w))
        return spellings.get(best, best)


def _known_phrases(lexicon: Lexicon) -> dict[Phrase, Meaning]:
    """Every phrase with its kind, value and head; of several meanings the last one listed here counts."""
    known: dict[Phrase, Meaning] = {
        (word,): ("figure" if word.isdigit() else "numeral", value, None) for word, value in lexicon.numerals.items()
    }
    for kind, words in (
        ("transparent", lexicon.transparent),
        ("step", lexicon.steps),
        ("join", lexicon.joins),
        ("link", lexicon.links),
    ):
        known |= {(word,): (kind, word, None) for word in words}
    known |= {phrase: ("location", " ".join(phrase), None) for phrase in lexicon.locations}
    for kind, table in (
        ("specialism", lexicon.specialisms),
        ("employment", lexicon.employment),
        ("seniority", lexicon.seniority_forms),
    ):
        known |= {phrase: (kind, value, None) for phrase, value in table.items()}
    known |= {phrase: ("head", " ".join(phrase), head) for phrase, head in lexicon.heads.items()}
    spellings = lexicon.spellings
    return {tuple(spellings.get(word, word) for word in phrase): meaning for phrase, meaning in known.items()} | known


def _by_first_word(known: Mapping[Phrase, Meaning]) -> dict[str, tuple[int, Meaning | None]]:
    """For each first word of a phrase: the words of the longest such phrase, and the meaning of the word alone."""
    first: dict[str, tuple[int, Meaning | None]] = {}
    for phrase in known:
        longest = max(len(phrase), first.get(phrase[0], _UNKNOWN)[0])
        first[phrase[0]] = (longest, known.get(phrase[:1]))
    return first


def _graded_phrases(lexicon: Lexicon) -> Iterator[Phrase]:
    yield from (phrase for phrase, head in lexicon.heads.items() if head.family == lexicon.graded)
    yield from lexicon.seniority_forms
