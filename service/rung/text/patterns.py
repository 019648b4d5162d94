"""Patterns over words: compiled from their readable form, and matched in one walk over the tokens of a text.

docs/data-format.md ("Patterns over words") specifies the language. Each distinct word that patterns know gets a letter of a private
alphabet, and so does each kind of word that only beginnings or endings (``manag*``) tell apart; a text becomes a string of such
letters, and each pattern a regular expression over them. Gaps are bounded and nothing repeats without end, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from rung.errors import DataError
from rung.kernel import native
from rung.text.tokens import BREAK, END, Tokens, spelt
from rung.title.clean import fold

_LEXEME = re.compile(r"\\[()]|~\d+|\.\.\d+|[\[\](){}]|(?<=\s)\|(?=\s)|(?:[^\s\[\](){}\\]|\\[()])+")
_CLASS = re.compile(r"<([a-z-]+)>")
_NUMBER = re.compile(r"\d{1,3}\Z")
_MARK = re.compile(r"[^\w']+\Z")
_WORDS_KEPT = 50_000  # spellings of which the letter is remembered
_FIRST_LETTER = 0x4E00  # a range of plain letters, so that no letter means anything to ``re``
_IN, _FORK, _GO, _OPEN, _CLOSE, _DONE = range(6)  # the steps of a program, as ``_kernel.c`` names them
_Find = Callable[[str, int, int, int], list[tuple[int, int, int, tuple[int, int]]]]
_SETS = 4096  # sets of letters whose expression is cached
NUMBER, GAP_STOPS = "n", "stop"


class Place(NamedTuple):
    """Where a pattern matched: its number, the tokens from ``start`` to before ``end``, and those of its capture (-1: none)."""

    pattern: int
    start: int
    end: int
    inner: tuple[int, int]


class Row(NamedTuple):
    """A pattern of the data: where it stands there, its text, its language, and the group that it is looked for with."""

    where: str
    pattern: str
    language: str = ""
    group: str = ""


class _Word(NamedTuple):
    """One token: any of these symbols."""

    symbols: frozenset[str]


class _Gap(NamedTuple):
    """Up to so many words, none of ``stops``; ``None``: tokens of all kinds but the ends of sentences."""

    most: int
    stops: frozenset[str] | None
    greedy: bool = False


class _Sequence(NamedTuple):
    parts: tuple[_Node, ...]


class _Either(NamedTuple):
    branches: tuple[_Node, ...]
    optional: bool = False


class _Captured(NamedTuple):
    inner: _Node


_Node = _Word | _Gap | _Sequence | _Either | _Captured


class _Parser:
    """Reads one pattern; classes are put in where they are named. The class ``stop`` names the words that end a gap."""

    def __init__(self, text: str, classes: Mapping[str, _Node], where: str) -> None:
        if not isinstance(text, str):
            raise DataError(f"{where}: {text!r} is not text; put it between quotes.")
        self._lexemes = _LEXEME.findall(text)
        self._at = 0
        self._text, self._classes, self._where = text, classes, where

    def parse(self) -> _Node:
        node = self._alternatives()
        if self._at < len(self._lexemes):
            raise self._error(f"{self._lexemes[self._at]!r} closes nothing")
        if not _least(node):
            raise self._error("it could match no word at all; make one word of it required")
        return node

    def _error(self, what: str) -> DataError:
        return DataError(f"{self._where}: pattern {self._text!r}: {what}.")

    def _alternatives(self) -> _Node:
        branches = [self._sequence()]
        while self._next() == "|":
            self._at += 1
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else _Either(tuple(branches))

    def _next(self) -> str:
        return self._lexemes[self._at] if self._at < len(self._lexemes) else ""

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while (lexeme := self._next()) and lexeme not in ("|", ")", "]", "}"):
            self._at += 1
            parts.append(self._part(lexeme))
        if not parts:
            raise self._error("an alternative is empty")
        return parts[0] if len(parts) == 1 else _Sequence(tuple(parts))

    def _part(self, lexeme: str) -> _Node:
        if lexeme in ("(", "[", "{"):
            inner = self._alternatives()
            closing = {"(": ")", "[": "]", "{": "}"}[lexeme]
            if self._next() != closing:
                raise self._error(f"{lexeme!r} is not closed by {closing!r}")
            self._at += 1
            if lexeme == "{":
                return _Captured(inner._replace(greedy=True) if isinstance(inner, _Gap) else inner)
            return _Either((inner,), optional=True) if lexeme == "[" else inner
        if lexeme.startswith(("~", "..")) and lexeme.lstrip("~.").isdigit():
            stops = frozenset(_symbols(self._classes[GAP_STOPS])) if GAP_STOPS in self._classes else frozenset[str]()
            return _Gap(int(lexeme.lstrip("~.")), None if lexeme.startswith("..") else stops)
        choices = [self._choice(word) for word in lexeme.split("|") if word] if len(lexeme) > 1 else [self._choice(lexeme)]
        plain = [choice for choice in choices if isinstance(choice, _Word)]
        if len(plain) == len(choices):
            return _Word(frozenset().union(*(choice.symbols for choice in plain)))
        return _Either(tuple(choices))

    def _choice(self, word: str) -> _Node:
        if word.startswith("<") and word.endswith(">"):
            name = word[1:-1]
            if name == NUMBER:
                return _Word(frozenset({f"<{NUMBER}>"}))
            if name not in self._classes:
                raise self._error(f"no class is named {name!r}; add it under classes, or correct the name")
            return self._classes[name]
        if "*" in word.strip("*") or word.strip("*") == "":
            raise self._error(f"{word!r}: a star stands at the beginning or the end of a word")
        return _Word(frozenset({fold(word.replace("\\", ""))}))


def _least(node: _Node) -> int:
    """The fewest tokens that a pattern takes."""
    match node:
        case _Word():
            return 1
        case _Gap():
            return 0
        case _Sequence(parts):
            return sum(map(_least, parts))
        case _Either(branches, optional):
            return 0 if optional else min(map(_least, branches))
        case _Captured(inner):
            return _least(inner)


def _without_leading_gap(node: _Node) -> _Node:
    """A pattern that begins with a required word, so that few places are tried: a gap at the beginning says nothing."""
    match node:
        case _Sequence((_Gap(), *rest)):
            return _without_leading_gap(_Sequence(tuple(rest)) if len(rest) > 1 else rest[0])
        case _Sequence((first, *rest)):
            return _Sequence((_without_leading_gap(first), *rest))
        case _Either(branches, optional):
            return _Either(tuple(map(_without_leading_gap, branches)), optional)
        case _Captured(inner):
            return _Captured(_without_leading_gap(inner))
        case _:
            return node


def _symbols(node: _Node) -> Iterable[str]:
    match node:
        case _Word(symbols):
            yield from symbols
        case _Sequence(parts) | _Either(parts, _):
            for part in parts:
                yield from _symbols(part)
        case _Captured(inner):
            yield from _symbols(inner)


def _first(node: _Node, alphabet: Alphabet) -> tuple[str, bool]:
    """The letters that a match can begin with, and whether the pattern can match nothing."""
    match node:
        case _Word(symbols):
            return alphabet.letters(symbols), False
        case _Gap(_, stops, _):
            return alphabet.gap(stops), True
        case _Captured(inner):
            return _first(inner, alphabet)
        case _Either(branches, optional):
            found = [_first(branch, alphabet) for branch in branches]
            return "".join(letters for letters, _ in found), optional or any(empty for _, empty in found)
        case _Sequence(parts):
            letters = ""
            for part in parts:
                more, empty = _first(part, alphabet)
                letters += more
                if not empty:
                    return letters, False
            return letters, True


def _expression(node: _Node, alphabet: Alphabet) -> str:
    match node:
        case _Word(symbols):
            return _one_of(alphabet.letters(symbols))
        case _Gap(most, stops, greedy):
            return f"{_one_of(alphabet.gap(stops))}{{0,{most}}}{'' if greedy else '?'}"
        case _Sequence(parts):
            return "".join(_expression(part, alphabet) for part in parts)
        case _Either(branches, optional):
            return f"(?:{'|'.join(_expression(branch, alphabet) for branch in branches)}){'?' if optional else ''}"
        case _Captured(inner):
            return f"({_expression(inner, alphabet)})"


@lru_cache(maxsize=_SETS)
def _one_of(letters: str) -> str:
    """A character class of letters, written as ranges."""
    codes = sorted(set(map(ord, letters)))
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    if not runs:
        return r"(?!)"
    return f"[{''.join(chr(a) if a == b else f'{chr(a)}-{chr(b)}' for a, b in runs)}]"


class _Known(dict[str, str]):
    """The letters of the spellings met so far; a text of nothing but new words must not fill the memory."""

    def __init__(self, find: Callable[[str], str]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> str:
        letter = self._find(word)
        if len(self) >= _WORDS_KEPT:
            self.clear()
        self[word] = letter
        return letter


class Alphabet:
    """The letters of words: one for each word that a pattern names, and one for each set of beginnings and endings of any other."""

    def __init__(self, symbols: Iterable[str], numbers: Mapping[str, int]) -> None:
        named = sorted({*symbols, *numbers, END, BREAK})
        self._numbers = numbers
        self._beginnings = [s[:-1] for s in named if s.endswith("*") and not s.startswith("*")]
        self._endings = [s[1:] for s in named if s.startswith("*") and not s.endswith("*")]
        self._inner = [s[1:-1] for s in named if s.startswith("*") and s.endswith("*")]
        self._by_signature: dict[frozenset[str], str] = {}
        self._by_symbol: dict[str, list[str]] = {}
        self._plain = {s for s in named if "*" not in s and not s.startswith("<")}
        self.known = _Known(self._find)
        self._gaps: dict[frozenset[str], str] = {}
        heads = [frozenset(self._of(b)) for b in self._beginnings]
        tails = [frozenset(self._of(e)) for e in self._endings]
        middles = [frozenset(self._of(i)) for i in self._inner]
        for signature in {frozenset[str](), *heads, *tails, *middles, *(h | t for h in heads for t in tails)}:
            self._letter(frozenset(s for s in signature if "*" in s))
        self._letter(frozenset({f"<{NUMBER}>"}))
        self._words = {word: self._letter(frozenset(self._of(word))) for word in sorted(self._plain)}
        self.marks = "".join(letter for word, letter in self._words.items() if _MARK.match(word))
        self.other_mark = self._letter(frozenset({"<mark>"}))
        self.ends = self._words.get(END, "") + self._words.get(BREAK, "")
        self._any = "".join(letter for letter in self._by_signature.values() if letter not in self.ends)

    def _of(self, word: str) -> Iterable[str]:
        """The symbols that a folded word has."""
        if word in self._plain:
            yield word
        if word in self._numbers or _NUMBER.match(word):
            yield f"<{NUMBER}>"
        yield from (f"{b}*" for b in self._beginnings if word.startswith(b))
        yield from (f"*{e}" for e in self._endings if word.endswith(e))
        yield from (f"*{i}*" for i in self._inner if i in word)

    def _letter(self, signature: frozenset[str]) -> str:
        letter = self._by_signature.get(signature)
        if letter is None:
            letter = chr(_FIRST_LETTER + len(self._by_signature))
            self._by_signature[signature] = letter
            for symbol in signature:
                self._by_symbol.setdefault(symbol, []).append(letter)
        return letter

    def letters(self, symbols: Iterable[str]) -> str:
        """The letters of all words that have one of some symbols."""
        return "".join(letter for symbol in symbols for letter in self._by_symbol.get(symbol, ()))

    @property
    def size(self) -> int:
        """How many letters there are."""
        return len(self._by_signature)

    def gap(self, stops: frozenset[str] | None) -> str:
        """The letters of what a gap may hold."""
        if stops is None:
            return self._any
        found = self._gaps.get(stops)
        if found is None:
            barred = {*self.letters(stops), *self.marks, self.other_mark}
            found = self._gaps[stops] = "".join(letter for letter in self._any if letter not in barred)
        return found

    def _find(self, raw: str) -> str:
        """The letter of a word as it is written in a text."""
        mark = spelt(raw)
        if mark in self._words and _MARK.match(mark):
            return self._words[mark]
        word = fold(raw)
        named = self._words.get(word)
        if named is not None:
            return named
        if _MARK.match(word):
            return self.other_mark
        signature = frozenset(self._of(word))
        # A word with a beginning and an ending that no pattern has met together counts by its beginnings.
        letter = self._by_signature.get(signature)
        if letter is None:
            letter = self._by_signature.get(frozenset(s for s in signature if not s.startswith("*")))
        return letter if letter is not None else self._by_signature[frozenset()]

    def number(self, word: str) -> int | None:
        """The number that a word as written stands for; ``None`` where it is no number."""
        folded = fold(word)
        return int(folded) if _NUMBER.match(folded) else self._numbers.get(folded)


def _classes(forms: Mapping[str, Sequence[str]], language: str) -> Mapping[str, _Node]:
    """The classes of a language, each after those that it names, whatever their order; longer forms are tried first."""
    known: dict[str, _Node] = {}
    waiting = dict(forms)
    while waiting:
        ready = [
            name
            for name, rows in waiting.items()
            if not any(other in waiting and other != name for row in rows for other in _named(row))
        ]
        for name in ready or list(waiting):  # where classes name each other in a circle, the first says that it finds none
            parsed = [_Parser(form, known, f"{language}: class {name}").parse() for form in waiting.pop(name)]
            words = [node.symbols for node in parsed if isinstance(node, _Word)]
            whole = sorted((node for node in parsed if not isinstance(node, _Word)), key=_least, reverse=True)
            known[name] = _Either((*whole, *((_Word(frozenset().union(*words)),) if words else ())))
    return known


def _named(form: str) -> Sequence[str]:
    """The classes that a form names; a gap names the words that end it."""
    return [*_CLASS.findall(form), *([GAP_STOPS] if "~" in form else ())]


class Patterns:
    """Patterns that share one tokenisation, numbered in the order of their rows."""

    def __init__(
        self,
        rows: Sequence[Row],
        classes: Mapping[str, Mapping[str, Sequence[str]]],
        numbers: Mapping[str, int],
    ) -> None:
        """Compile; ``classes`` of words by language and name: a pattern knows those of its own language.

        Raises:
            DataError: a pattern or class cannot be read; the message names it and says what to mend.
        """
        known = {language: _classes(forms, language) for language, forms in classes.items()}
        nodes = [_without_leading_gap(_Parser(row.pattern, known.get(row.language, {}), row.where).parse()) for row in rows]
        every = (*nodes, *(node for own in known.values() for node in own.values()))
        named = {symbol for node in every for symbol in _symbols(node)}
        self.alphabet = Alphabet(named, {fold(word): number for word, number in numbers.items()})
        groups = list(dict.fromkeys(row.group for row in rows))
        self._groups = {group: at for at, group in enumerate(groups)}
        starting: list[dict[str, list[int]]] = [{} for _ in groups]
        for number, (node, row) in enumerate(zip(nodes, rows, strict=True)):
            for letter in sorted(set(_first(node, self.alphabet)[0])):
                starting[self._groups[row.group]].setdefault(letter, []).append(number)
        self._find = (
            _native_finder(nodes, self.alphabet, starting)
            if native is not None
            else PlainFinder(nodes, self.alphabet, starting).find
        )

    def encode(self, tokens: Tokens) -> str:
        """A text as letters, one a token."""
        return "".join(map(self.alphabet.known.__getitem__, tokens.words))

    def find(self, letters: str, group: str = "", start: int = 0, end: int | None = None) -> list[Place]:
        """Every place where a pattern of a group matches, by place and then by pattern; those of one pattern do not overlap.

        A match begins and ends within ``start`` and ``end``.
        """
        at = self._groups.get(group)
        if at is None:
            return []
        return [Place(*place) for place in self._find(letters, at, start, len(letters) if end is None else end)]


class PlainFinder:
    """Finds matches with Python's ``re``, a pattern's expression compiled when a text first needs it."""

    def __init__(self, nodes: Sequence[_Node], alphabet: Alphabet, starting: Sequence[Mapping[str, Sequence[int]]]) -> None:
        """``starting``: for each group, the numbers of the patterns that may begin with a letter."""
        self._nodes, self._alphabet, self._starting = nodes, alphabet, starting
        self._compiled: dict[int, re.Pattern[str]] = {}

    def find(self, letters: str, group: int, start: int, end: int) -> list[tuple[int, int, int, tuple[int, int]]]:
        """The matches of a group of patterns, each as the fields of ``Place``."""
        starting, behind = self._starting[group], dict[int, int]()
        places = []
        for at in range(start, min(end, len(letters))):
            for number in starting.get(letters[at], ()):
                if at >= behind.get(number, 0) and (match := self._pattern(number).match(letters, at, end)) is not None:
                    behind[number] = match.end()
                    places.append((number, at, match.end(), match.span(1) if match.re.groups else (-1, -1)))
        return places

    def _pattern(self, number: int) -> re.Pattern[str]:
        if number not in self._compiled:
            self._compiled[number] = re.compile(_expression(self._nodes[number], self._alphabet))
        return self._compiled[number]


def _native_finder(nodes: Sequence[_Node], alphabet: Alphabet, starting: Sequence[Mapping[str, Sequence[int]]]) -> _Find:
    """The same in C."""
    assert native is not None  # noqa: S101 - the caller looked
    writer, entries = _Writer(alphabet), []
    for node in nodes:
        entries.append(len(writer.code))
        writer.write(node)
        writer.code.append((_DONE, 0))
    width, offsets, lists = alphabet.size, [0], list[int]()
    for group in starting:
        for letter in range(width):
            lists += group.get(chr(_FIRST_LETTER + letter), ())
            offsets.append(len(lists))
    numbers = (np.array(part, dtype=np.int32).tobytes() for part in (writer.code, entries, offsets, lists))
    return native.Words(_FIRST_LETTER, width, b"".join(writer.sets), *numbers).find


class _Writer:
    """Writes patterns as programs: (what to do, operand), preferring the same ways as the expressions of ``PlainFinder``."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._numbers: dict[str, int] = {}
        self.sets: list[bytes] = []
        self.code: list[tuple[int, int]] = []

    def write(self, node: _Node) -> None:
        """Write one pattern, or a part of one."""
        match node:
            case _Word(symbols):
                self.code.append((_IN, self._set(self._alphabet.letters(symbols))))
            case _Gap(most, stops, greedy):
                self._gap(most, self._set(self._alphabet.gap(stops)), greedy)
            case _Sequence(parts):
                for part in parts:
                    self.write(part)
            case _Captured(inner):
                self.code.append((_OPEN, 0))
                self.write(inner)
                self.code.append((_CLOSE, 0))
            case _Either(branches, optional):
                self._either(branches, optional)

    def _gap(self, most: int, words: int, greedy: bool) -> None:
        """One word more or none, so many times: each time the preferred way comes first."""
        leave: list[int] = []
        for _ in range(most):
            leave.append(len(self.code))
            if greedy:
                self.code += [(_FORK, 0), (_IN, words)]
            else:
                self.code += [(_FORK, len(self.code) + 2), (_GO, 0), (_IN, words)]
        for at in leave:
            self._patch(at if greedy else at + 1)

    def _either(self, branches: Sequence[_Node], optional: bool) -> None:
        leave: list[int] = []
        for at, branch in enumerate(branches):
            last = at == len(branches) - 1 and not optional
            fork = len(self.code)
            if not last:
                self.code.append((_FORK, 0))
            self.write(branch)
            if not last:
                leave.append(len(self.code))
                self.code.append((_GO, 0))
                self._patch(fork)
        for at in leave:
            self._patch(at)

    def _patch(self, at: int) -> None:
        """Lead a step to what is written next."""
        self.code[at] = (self.code[at][0], len(self.code))

    def _set(self, letters: str) -> int:
        number = self._numbers.get(letters)
        if number is None:
            bits = 0
            for letter in letters:
                bits |= 1 << (ord(letter) - _FIRST_LETTER)
            number = self._numbers[letters] = len(self.sets)
            self.sets.append(bits.to_bytes((self._alphabet.size + 7) // 8, "little"))
        return number
