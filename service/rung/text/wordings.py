"""Wordings: the readable form of patterns over words, parsed; docs/data-format.md ("Patterns over words") specifies it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rung.errors import DataError
from rung.markup import BREAK
from rung.text.alphabet import NUMBER
from rung.text.tokens import END, pieces
from rung.title.clean import fold

_LEXEME = re.compile(r"\\[()]|~\d+|\.\.\d+|[\[\](){}]|(?<=\s)\|(?=\s)|(?:[^\s\[\](){}\\]|\\[()])+")
GAP_STOPS = "stop"


class Word(NamedTuple):
    """One token: any of these symbols."""

    symbols: frozenset[str]


class Gap(NamedTuple):
    """At most ``most`` words, none of ``stops``; with ``None``, tokens of any kind except ends of sentences."""

    most: int
    stops: frozenset[str] | None
    greedy: bool = False


class Several(NamedTuple):
    """Parts one after the other."""

    parts: tuple[Node, ...]


class Either(NamedTuple):
    """The first branch with which the whole pattern matches; if ``optional``, perhaps none."""

    branches: tuple[Node, ...]
    optional: bool = False


class Captured(NamedTuple):
    """A part whose offsets are returned."""

    inner: Node


Node = Word | Gap | Several | Either | Captured


class Parser:
    """Reads one pattern; names of classes are replaced by their content. The class ``stop`` has the words that end a gap."""

    def __init__(self, text: str, classes: Mapping[str, Node], where: str) -> None:
        if not isinstance(text, str):
            raise DataError(f"{where}: {text!r} is not text; put it between quotes.")
        self._lexemes = _LEXEME.findall(text)
        self._at = 0
        self._text, self._classes, self._where = text, classes, where

    def parse(self) -> Node:
        """The pattern.

        Raises:
            DataError: it cannot be read; the message says where and what to fix.
        """
        node = self._alternatives()
        if self._at < len(self._lexemes):
            raise self._error(f"{self._lexemes[self._at]!r} closes nothing")
        if self._lexemes.count("{") > 1:
            raise self._error("it captures twice; keep one {…}")
        if not least_tokens(node):
            raise self._error("it could match no word at all; make one word of it required")
        return node

    def _error(self, what: str) -> DataError:
        return DataError(f"{self._where}: pattern {self._text!r}: {what}.")

    def _alternatives(self) -> Node:
        branches = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def _next(self) -> str:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else ""

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while (lexeme := self._next()) and lexeme not in ("|", ")", "]", "}"):
            self._at += 1
            parts.append(self._part(lexeme))
        if not parts:
            raise self._error("an alternative is empty")
        return parts[0] if len(parts) == 1 else Several(tuple(parts))

    def _part(self, lexeme: str) -> Node:
        if lexeme in ("(", "[", "{"):
            inner = self._alternatives()
            closing = {"(": ")", "[": "]", "{": "}"}[lexeme]
            if self._next() != closing:
                raise self._error(f"{lexeme!r} is not closed by {closing!r}")
            self._at += 1
            if lexeme == "{":
                return Captured(inner._replace(greedy=True) if isinstance(inner, Gap) else inner)
            return Either((inner,), optional=True) if lexeme == "[" else inner
        if lexeme.startswith(("~", "..")) and lexeme.lstrip("~.").isdigit():
            stops = frozenset(symbols_of(self._classes[GAP_STOPS])) if GAP_STOPS in self._classes else frozenset[str]()
            return Gap(int(lexeme.lstrip("~.")), None if lexeme.startswith("..") else stops)
        if len(lexeme) > 1 and "|" in (lexeme[0], lexeme[-1]):
            raise self._error(f"{lexeme!r}: a word is missing beside '|'; beside brackets put blanks around it")
        choices = [self._choice(word) for word in lexeme.split("|") if word] if len(lexeme) > 1 else [self._choice(lexeme)]
        plain = [choice for choice in choices if isinstance(choice, Word)]
        if len(plain) == len(choices):
            return Word(frozenset().union(*(choice.symbols for choice in plain)))
        return Either(tuple(choices))

    def _choice(self, word: str) -> Node:
        if word.startswith("<") and word.endswith(">"):
            name = word[1:-1]
            if word == NUMBER:
                return Word(frozenset({NUMBER}))
            if name not in self._classes:
                raise self._error(f"no class is named {name!r}; add it under classes, or correct the name")
            return self._classes[name]
        if word.startswith(("~", "..")):
            raise self._error(f"{word!r}: a gap cannot be one of the choices of single words; write it separately, in brackets")
        if "*" in word.strip("*") or word.strip("*") == "":
            raise self._error(f"{word!r}: a star must be at the beginning or the end of a word")
        parts = [Word(frozenset({END, BREAK} if part == END else {fold(part)})) for part in pieces(word.replace("\\", ""))]
        return parts[0] if len(parts) == 1 else Several(tuple(parts))


def least_tokens(node: Node) -> int:
    """The fewest tokens that a pattern takes."""
    match node:
        case Word():
            return 1
        case Gap():
            return 0
        case Several(parts):
            return sum(map(least_tokens, parts))
        case Either(branches, optional):
            return 0 if optional else min(map(least_tokens, branches))
        case Captured(inner):
            return least_tokens(inner)


def without_leading_gap(node: Node) -> Node:
    """A pattern that begins with a required word, so that few places are tried: a gap at the beginning says nothing."""
    match node:
        case Several((Gap(), *rest)):
            return without_leading_gap(Several(tuple(rest)) if len(rest) > 1 else rest[0])
        case Several((first, *rest)):
            return Several((without_leading_gap(first), *rest))
        case Either(branches, optional):
            return Either(tuple(map(without_leading_gap, branches)), optional)
        case Captured(inner):
            return Captured(without_leading_gap(inner))
        case _:
            return node


def symbols_of(node: Node) -> Iterable[str]:
    """The words, endings and classes of numbers that a pattern names."""
    match node:
        case Word(symbols):
            yield from symbols
        case Several(parts) | Either(parts, _):
            for part in parts:
                yield from symbols_of(part)
        case Captured(inner):
            yield from symbols_of(inner)


class Classes(dict[str, Node]):
    """The classes of a file, each parsed when a pattern or another class first names it; its longer forms are tried first."""

    def __init__(self, forms: Mapping[str, Sequence[str]], file: str) -> None:
        super().__init__()
        self._forms, self._file = forms, file
        self._open: list[str] = []
        for name in forms:
            self[name]

    def __contains__(self, name: object) -> bool:
        return name in self._forms

    def __missing__(self, name: str) -> Node:
        where = f"{self._file}: class {name}"
        if name in self._open:
            raise DataError(f"{where} is made of itself: {' -> '.join([*self._open, name])}; take one of the names out.")
        self._open.append(name)
        parsed = [Parser(form, self, where).parse() for form in self._forms[name]]
        self._open.pop()
        words = [node.symbols for node in parsed if isinstance(node, Word)]
        whole = sorted((node for node in parsed if not isinstance(node, Word)), key=least_tokens, reverse=True)
        self[name] = Either((*whole, *((Word(frozenset().union(*words)),) if words else ())))
        return self[name]
