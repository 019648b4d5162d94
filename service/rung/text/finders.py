"""Finding patterns over words in a text of one letter a word: with Python's ``re``, or in C where there is a compiler."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from rung.kernel import native
from rung.text.alphabet import FIRST_LETTER, Alphabet
from rung.text.wordings import Captured, Either, Gap, Node, Several, Word

_SETS = 4096  # sets of letters whose expression is cached
_IN, _FORK, _GO, _OPEN, _CLOSE, _DONE = range(6)  # the steps of a program, as ``_kernel.c`` names them
Fields = tuple[int, int, int, tuple[int, int]]  # of a match: pattern, first token, the one after the last, those captured
Find = Callable[[str, int, int, int], list[Fields]]


def first_letters(node: Node, alphabet: Alphabet) -> tuple[str, bool]:
    """The letters that a match can begin with, and whether the pattern can match nothing."""
    match node:
        case Word(symbols):
            return alphabet.letters(symbols), False
        case Gap(_, stops, _):
            return alphabet.gap(stops), True
        case Captured(inner):
            return first_letters(inner, alphabet)
        case Either(branches, optional):
            found = [first_letters(branch, alphabet) for branch in branches]
            return "".join(letters for letters, _ in found), optional or any(empty for _, empty in found)
        case Several(parts):
            letters = ""
            for part in parts:
                more, empty = first_letters(part, alphabet)
                letters += more
                if not empty:
                    return letters, False
            return letters, True


def _expression(node: Node, alphabet: Alphabet) -> str:
    match node:
        case Word(symbols):
            return _one_of(alphabet.letters(symbols))
        case Gap(most, stops, greedy):
            return f"{_one_of(alphabet.gap(stops))}{{0,{most}}}{'' if greedy else '?'}"
        case Several(parts):
            return "".join(_expression(part, alphabet) for part in parts)
        case Either(branches, optional):
            return f"(?:{'|'.join(_expression(branch, alphabet) for branch in branches)}){'?' if optional else ''}"
        case Captured(inner):
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


class PlainFinder:
    """Finds matches with Python's ``re``, a pattern's expression compiled when a text first needs it."""

    def __init__(self, nodes: Sequence[Node], alphabet: Alphabet, starting: Sequence[Mapping[str, Sequence[int]]]) -> None:
        """``starting``: for each group, the numbers of the patterns that may begin with a letter."""
        self._nodes, self._alphabet, self._starting = nodes, alphabet, starting
        self._compiled: dict[int, re.Pattern[str]] = {}

    def find(self, letters: str, group: int, start: int, end: int) -> list[Fields]:
        """The matches of a group of patterns, each as the fields of ``Place``."""
        starting, behind = self._starting[group], dict[int, int]()
        places: list[Fields] = []
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


def native_find(nodes: Sequence[Node], alphabet: Alphabet, starting: Sequence[Mapping[str, Sequence[int]]]) -> Find:
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
            lists += group.get(chr(FIRST_LETTER + letter), ())
            offsets.append(len(lists))
    numbers = (np.array(part, dtype=np.int32).tobytes() for part in (writer.code, entries, offsets, lists))
    return native.Words(FIRST_LETTER, width, b"".join(writer.sets), *numbers).find


class _Writer:
    """Writes patterns as programs: (what to do, operand), preferring the same ways as the expressions of ``PlainFinder``."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._numbers: dict[str, int] = {}
        self.sets: list[bytes] = []
        self.code: list[tuple[int, int]] = []

    def write(self, node: Node) -> None:
        """Write one pattern, or a part of one."""
        match node:
            case Word(symbols):
                self.code.append((_IN, self._set(self._alphabet.letters(symbols))))
            case Gap(most, stops, greedy):
                self._gap(most, self._set(self._alphabet.gap(stops)), greedy)
            case Several(parts):
                for part in parts:
                    self.write(part)
            case Captured(inner):
                self.code.append((_OPEN, 0))
                self.write(inner)
                self.code.append((_CLOSE, 0))
            case Either(branches, optional):
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

    def _either(self, branches: Sequence[Node], optional: bool) -> None:
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
                bits |= 1 << (ord(letter) - FIRST_LETTER)
            number = self._numbers[letters] = len(self.sets)
            self.sets.append(bits.to_bytes((self._alphabet.size + 7) // 8, "little"))
        return number
