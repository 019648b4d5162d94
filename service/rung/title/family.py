"""The family of a title: the phrase that is its head, or a linear model over its words and letters.

A head decides alone; the model reads titles without one, and those whose head names many kinds of work. It was trained with
scikit-learn (``rung.training.families``) on titles of occupations and on the forms of the data, and exported as plain arrays. All
families but the graded one compete; what a graded family's titles are, the aliases decide.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from rung.arrays import Array, doubles
from rung.grid import UNKNOWN
from rung.kernel import functions
from rung.title.family_heads import HeadFinder, HeadMatch, parted, parts_of
from rung.title.words import CleanTitle, Token
from rung.tries import trie_of

_GRAMS = (3, 4, 5)  # letters
_WORDS = 8_192  # words whose letters are cached
_READABLE = 4  # letters of a word from which its letters say something


class FamilyWeights(NamedTuple):
    """Figures of ``weights.yaml``, section ``families``.

    ``alone`` is the share (0 to 1) of a head's family if the title has no other known word, ``head`` if it has; ``weak`` are the
    log-odds that a weak head adds; ``temperature`` divides the log-odds of the words. ``subject`` is the share of the family of a
    subject that the words speak against. ``unknown_words``, ``foreign`` and ``unread`` are the shares of ``unknown`` if words are
    known, if words of a script that no data knows stand beside them, and if no word is known.
    """

    alone: float
    head: float
    weak: float
    temperature: float
    subject: float
    unknown_words: float
    foreign: float
    unread: float


class FamilyReading(NamedTuple):
    """The probabilities of the families (of all but the graded ones; they add up to 1), the likeliest first.

    ``head`` is where the head stands in the raw title, if one is known; ``match_kind`` is ``head`` (also of a subject beside
    words that name no work), ``weak``, ``words``, ``letters`` (no word is known), ``noun`` (it names a job and no work, as
    "Supervisor" does) or ``none``. ``language`` is that of a head which is not weak, or else of the script; "" if neither tells.
    """

    probabilities: Mapping[str, float]
    head: tuple[int, int] | None
    match_kind: str
    language: str = ""

    @property
    def best(self) -> str:
        """The likeliest family."""
        return next(iter(self.probabilities))


class FamilyDescription(NamedTuple):
    """A named family as its data describes it: what the person does, what it is mistaken for, and prefixes of its codes."""

    definition: str
    near: tuple[str, ...]
    isco: tuple[str, ...]
    soc: tuple[str, ...]


class Script:
    """A language that is told by its script: ranges of ``letters``, and ``some`` of which one must occur (any if empty)."""

    def __init__(self, language: str, letters: str, some: str) -> None:
        self.language = language
        self._letters, self._some = re.compile(f"[{letters}]"), re.compile(f"[{some or letters}]")

    def fits(self, letters: str) -> bool:
        """Whether more than half of some letters are of the script."""
        return self._some.search(letters) is not None and 2 * len(self._letters.findall(letters)) > len(letters)


class FamilyReader:
    """Reads the family of cleaned titles; made from the artefact's ``families`` document and arrays."""

    def __init__(self, data: Mapping[str, Any], arrays: Mapping[str, Array], weights: FamilyWeights) -> None:
        self._names: Sequence[str] = data["names"]
        self.labels: Mapping[str, str] = data["labels"]
        self.descriptions: Mapping[str, FamilyDescription] = {
            name: FamilyDescription(definition, tuple(data["near"][name]), *map(tuple, _codes(data["codes"][name])))
            for name, definition in data["definitions"].items()
        }
        self.heads = HeadFinder(data, arrays)
        self._subjects = trie_of(arrays["family_subjects"])
        self._family_of_subject = [self._names[number] for number in arrays["family_of_subject"].tolist()]
        self._junk = frozenset(data["junk"])
        self._empty = frozenset(data["empty"])
        self._nouns = frozenset(data["nouns"])
        self._scripts = [Script(*script) for script in data["scripts"]]
        self._words = trie_of(arrays["family_words"])  # one or two words each, numbered as the rows are
        self._letters = trie_of(arrays["family_letters"])  # runs of letters, whose rows come after those of the words
        self._idf = array("f", arrays["family_idf"].tolist())
        scales = array("d", arrays["family_scales"].tolist())
        self._model = (self._idf.tobytes(), arrays["family_weights"].tobytes(), scales.tobytes())
        self._sum_rows = functions().sum_rows
        self._intercepts: list[float] = arrays["family_intercepts"].tolist()
        self._letters_share = float(data["letters_share"])
        self._weights = weights
        self._letter_rows = lru_cache(maxsize=_WORDS)(self._letter_rows_uncached)
        self._alone, self._beside = (
            {name: self._of_head(share, name, data["near"][name]) for name in self._names}
            for share in (weights.alone, weights.head)
        )

    def _of_head(self, share: float, family: str, near: Sequence[str]) -> Mapping[str, float]:
        """The shares where a head names a family: the families near it divide what is left of its own."""
        others = [name for name in near if name in self.labels] or [UNKNOWN]
        return {family: share, **dict.fromkeys(others, (1.0 - share) / len(others))}

    def rarity(self, word: str) -> float:
        """The IDF of a word; infinite where the model does not know it."""
        row = self._words.get(word)
        return math.inf if row is None else self._idf[row]

    def read(self, title: CleanTitle) -> FamilyReading:
        """The family of a title; of junk and of titles without a known word it is ``unknown`` with the share of the data."""
        match = self.heads.find(title)
        if match is None:
            return self._by_words(title)._replace(language=self.script_language(title.raw))
        tokens = title.tokens
        head = (tokens[match.start].start, tokens[match.end - 1].end)
        if not self.heads.is_weak(match):
            if earlier := self._earlier_subject(title, match):
                return earlier
            more = any(self._tells(token) for token in (*tokens[: match.start], *tokens[match.end :]))
            return FamilyReading((self._beside if more else self._alone)[match.family], head, "head", match.language)
        nouns_only = all(token.text in self._nouns for token in tokens[match.start : match.end])
        if nouns_only and not any(map(self._tells, tokens)):
            return self._by_words(title)
        scores = self._scores(parted(title.text))
        scores[self._names.index(match.family)] += self._weights.weak
        shares = self._shares(scores, self._unknown(self._content(tokens)))
        return self._by_subject(title, FamilyReading(shares, head, "weak", self.script_language(title.raw)))

    def script_language(self, raw: str) -> str:
        """The language of the script in which most letters of a title are written; "" for Latin letters."""
        letters = "" if raw.isascii() else "".join(filter(str.isalpha, raw))
        return next((script.language for script in self._scripts if script.fits(letters)), "")

    def _earlier_subject(self, title: CleanTitle, match: HeadMatch) -> FamilyReading | None:
        """The family of a subject before a head that only names work, or of a rank with its subject before any head.

        "Credit Control Officer - Manufacturing", "Head of Content (Cook App)".
        """
        names_work = self.heads.names_work(match)
        for start, end in parts_of(title):
            if end > match.start:
                break
            tokens = title.tokens[start:end]
            if not names_work and tokens[0].text not in self._nouns:
                continue
            content = " ".join(self._content(tokens))
            number = self._subjects.get(content) if len(content) > 1 else None
            if number is not None:
                return FamilyReading(self._beside[self._family_of_subject[number]], (tokens[0].start, tokens[-1].end), "head")
        return None

    def _by_subject(self, title: CleanTitle, reading: FamilyReading) -> FamilyReading:
        """The reading by words, with the family of the subject if the first part that says something is one: "VP, Tax"."""
        for start, end in parts_of(title):
            content = " ".join(self._content(title.tokens[start:end]))
            if content:
                break
        else:
            return reading
        number = self._subjects.get(content)
        if number is None:
            return reading
        family = self._family_of_subject[number]
        if family == reading.best:
            return reading._replace(probabilities=self._beside[family], match_kind="head")
        shares = {name: (1.0 - self._weights.subject) * share for name, share in reading.probabilities.items()}
        shares[family] += self._weights.subject
        return reading._replace(probabilities={name: shares[name] for name in sorted(shares, key=shares.__getitem__, reverse=True)})

    def _content(self, tokens: Sequence[Token]) -> list[str]:
        """The words that can say something of the family."""
        return [word for token in tokens if self._tells(token) for word in parted(token.text).split()]

    def _by_words(self, title: CleanTitle) -> FamilyReading:
        """The family of a title without a head."""
        content = self._content(title.tokens)
        named = "noun" if any(token.text in self._nouns for token in title.tokens) else "none"
        if not content or title.text in self._junk:
            return FamilyReading({UNKNOWN: 1.0}, None, named)
        scores = self._scores(parted(title.text))
        if any(word in self._words for word in content):
            return self._by_subject(title, FamilyReading(self._shares(scores, self._unknown(content)), None, "words"))
        # Of a script that no title of the data is written in, no run of letters is known.
        kind = "letters" if any(len(word) >= _READABLE and self._letter_rows(word) for word in content) else named
        return self._by_subject(title, FamilyReading(self._shares(scores, self._weights.unread), None, kind))

    def _unknown(self, words: Sequence[str]) -> float:
        """The share of ``unknown`` where words are known; a word of a script that no data knows says what nobody read."""
        foreign = any(not word.isascii() and word not in self._words for word in words)
        return self._weights.foreign if foreign else self._weights.unknown_words

    def _tells(self, token: Token) -> bool:
        """Whether a word can say something of the family."""
        return token.text not in self._empty and not token.text.isdigit()

    def _shares(self, scores: Sequence[float], unknown: float) -> Mapping[str, float]:
        """The probabilities of scores beside a share of ``unknown``, the likeliest first."""
        most, temperature = max(scores), self._weights.temperature
        raised = [math.exp((score - most) / temperature) for score in scores]
        factor = (1.0 - unknown) / sum(raised)
        shares = dict(zip(self._names, [factor * value for value in raised], strict=True)) | {UNKNOWN: unknown}
        return {name: shares[name] for name in sorted(shares, key=shares.__getitem__, reverse=True)}

    def _scores(self, text: str) -> list[float]:
        """The linear scores of the families: TF-IDF of words, and of the letters of each word, of length one, times the weights."""
        words = text.split()
        terms = dict.fromkeys((*words, *[f"{a} {b}" for a, b in pairwise(words)]))
        rows = array("i", [row for row in map(self._words.get, terms) if row is not None]).tobytes()
        by_words = doubles(self._sum_rows(rows, *self._model))
        by_letters = doubles(self._sum_rows(b"".join(map(self._letter_rows, words)), *self._model))
        sums = zip(self._intercepts, by_words, by_letters, strict=True)
        return [usual + by_word + self._letters_share * by_letter for usual, by_word, by_letter in sums]

    def _letter_rows_uncached(self, word: str) -> bytes:
        """The rows of the known runs of letters of a word, as int32."""
        before = len(self._words)
        return array("i", [before + run for run in map(self._letters.get, letter_grams([word])) if run is not None]).tobytes()


def _codes(codes: Mapping[str, Sequence[str]]) -> tuple[Sequence[str], Sequence[str]]:
    return codes["isco"], codes["soc"]


def letter_grams(words: Sequence[str]) -> Iterator[str]:
    """The runs of three to five characters of each word with a blank on both sides, as scikit-learn's ``char_wb`` cuts them."""
    for word in words:
        padded = f" {word} "
        for size in _GRAMS:
            yield padded[:size]
            if len(padded) <= size:
                break
            for at in range(1, len(padded) - size + 1):
                yield padded[at : at + size]
