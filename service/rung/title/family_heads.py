"""Heads: the phrases of titles that name a family by themselves ("nurse", "head of sales"), and where a title has its head."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rung.arrays import Array
from rung.title.words import CleanTitle, Token
from rung.tries import trie_of

_GENDER = "gender"  # the kind of what is set aside that stands inside a job's name
_WIDEST_GAP = 1  # characters other than spaces between two words of one part


class HeadMatch(NamedTuple):
    """A head: its tokens from ``start`` to before ``end``, its words, its family, and whether titles begin with it.

    ``language`` is "" where several languages other than English have the words.
    """

    start: int
    end: int
    words: str
    family: str
    head_first: bool
    language: str


class HeadFinder:
    """Finds the heads of cleaned titles; made from the artefact's ``families`` document and arrays."""

    def __init__(self, data: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
        self._phrases = trie_of(arrays["family_heads"])
        self._families = [data["names"][number] for number in arrays["family_of_head"].tolist()]
        self._head_first = arrays["family_head_first"].tobytes()
        self._languages = [data["languages"][number] for number in arrays["family_head_language"].tolist()]
        self._weak = frozenset(data["weak"])
        self._leading = frozenset(data["leading"])
        self._functions = frozenset(data["functions"])
        self._links = frozenset(data["links"])
        self._joins = frozenset(data["joins"])

    def strong(self, title: CleanTitle) -> tuple[str, str] | None:
        """The family of the title's head and its words; ``None`` where it has none or a weak one."""
        match = self.find(title)
        return None if match is None or self.is_weak(match) else (match.family, match.words)

    def is_weak(self, match: HeadMatch) -> bool:
        """Whether the head names many kinds of work ("analyst")."""
        return match.words in self._weak

    def names_work(self, match: HeadMatch) -> bool:
        """Whether the head names work and no person who does it ("manufacturing")."""
        return match.words in self._functions

    def find(self, title: CleanTitle) -> HeadMatch | None:
        """The head of the first part of the title that has one: the first phrase where titles begin with it, else the last.

        A head such as "executive assistant" leads in any language: what follows is whom it serves.
        """
        tokens = title.tokens
        for start, end in parts_of(title):
            matches = list(self._matches(tokens, start, end))
            if not matches:
                continue
            if matches[0].head_first and matches[0].start == start:
                return matches[0]
            if serving := next((match for match in matches if match.words in self._leading), None):
                return serving
            link = next((at for at in range(start + 1, end) if tokens[at].text in self._links), end)
            inside = [match for match in matches if match.end <= link] or matches
            return self._first_of_joined(tokens, inside)
        return None

    def _first_of_joined(self, tokens: Sequence[Token], matches: Sequence[HeadMatch]) -> HeadMatch:
        """The last head, or the first of those that are joined to it ("Sales and Marketing Director").

        One that only names work counts if none before it names a job ("Project Manager Tower Design").
        """
        head = max(matches, key=lambda match: (match.end, match.end - match.start))
        if head.words in self._functions:
            jobs = [m for m in matches if m.end <= head.start and m.words not in self._functions and not self.is_weak(m)]
            head = max(jobs, key=lambda match: (match.end, match.end - match.start), default=head)
        for match in reversed(matches):
            if match.end == head.start - 1 and tokens[match.end].text in self._joins:
                head = match
        return head

    def _matches(self, tokens: Sequence[Token], start: int, end: int) -> Iterator[HeadMatch]:
        """The longest head that begins at each word of a part."""
        words = [token.text for token in tokens[start:end]]
        places: Sequence[int] = range(start, end)
        rest = " ".join(words) + " "
        if "'" in rest:
            places = [at for at, word in enumerate(words, start) for _ in parted(word).split()]
            words = parted(rest).split()
            rest = " ".join(words) + " "
        for at, word in enumerate(words):
            # A phrase may end inside a word: the longest that does not counts.
            whole = [phrase for phrase in self._phrases.prefixes(rest) if rest[len(phrase)] == " "]
            if whole:
                phrase, number = whole[-1], self._phrases[whole[-1]]
                end_of = places[at + phrase.count(" ")] + 1
                first, language = bool(self._head_first[number]), self._languages[number]
                yield HeadMatch(places[at], end_of, phrase, self._families[number], first, language)
            rest = rest[len(word) + 1 :]


def parted(text: str) -> str:
    """A cleaned text with its elisions apart, as the forms of the data are written: "agent d'accueil" is "agent d accueil"."""
    return text.replace("'", " ") if "'" in text else text


def parts_of(title: CleanTitle) -> Iterator[tuple[int, int]]:
    """The parts of a title between its separators and what was set aside.

    A hyphen without spaces parts nothing, nor does the ending of another gender: "Administrateur(trice) système".
    """
    tokens, start = title.tokens, 0
    asides = [aside.text for aside in title.set_aside if aside.kind == _GENDER]
    endings = tuple(text for text in asides if text.strip("()[]*/:_·-").isalpha())  # not "(m/w/d)"
    for at, token in enumerate(tokens):
        between = title.raw[tokens[at - 1].end : token.start] if at else ""
        if endings and between.startswith(endings):
            between = ""
        aside = len("".join(between.split())) > _WIDEST_GAP
        if at > start and (aside or (token.gap and token.gap != "~")):
            yield start, at
            start = at
    if start < len(tokens):
        yield start, len(tokens)
