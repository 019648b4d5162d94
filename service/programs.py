"""Programs: a regular expression as instructions for the matcher in C, which tries the same ways in the same order as ``re``.

A program is of unsigned 32-bit integers: how many sets of characters it uses, which of them a match begins with, these sets, then
its instructions, each a number and its operands. Addresses count integers from the start of the program.

    CHARS n …       these n characters
    SET k           one of the k-th set
    FORK other k    go on here, and from ``other`` where that fails; straight to ``other`` where the next character is below 256 and
                    not in the k-th set
    JUMP address    go on there
    EDGE            a word begins or ends here
    UNLESS k        the next character is none of the k-th set
    BEHIND k        the character before is one of the k-th set
    NOT_BEHIND k    it is none of it
    SPAN k          as many of the k-th set as there are, where no fewer could do: what follows begins with none of them
    DONE            a match

A set is twelve integers: which kinds of characters beyond 255 it has, up to three single ones beyond 255 (0: none), and a bit for
each character below 256.
"""

from __future__ import annotations

import re._constants as sre
import re._parser as parser
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import groupby, takewhile
from typing import Any

import numpy as np

CHARS, SET, FORK, JUMP, EDGE, UNLESS, BEHIND, NOT_BEHIND, SPAN, DONE = range(10)
NEGATED = 64
BEYOND = 3
_KINDS = {
    sre.CATEGORY_WORD: (1, lambda c: c.isalnum() or c == "_"),
    sre.CATEGORY_NOT_WORD: (2, lambda c: not (c.isalnum() or c == "_")),
    sre.CATEGORY_DIGIT: (4, str.isdecimal),
    sre.CATEGORY_NOT_DIGIT: (8, lambda c: not c.isdecimal()),
    sre.CATEGORY_SPACE: (16, str.isspace),
    sre.CATEGORY_NOT_SPACE: (32, lambda c: not c.isspace()),
}
_CHARACTERS = (sre.LITERAL, sre.NOT_LITERAL, sre.IN)
_LOOKING = (sre.ASSERT, sre.ASSERT_NOT)
_LOOKS = {(sre.ASSERT_NOT, 1): UNLESS, (sre.ASSERT, -1): BEHIND, (sre.ASSERT_NOT, -1): NOT_BEHIND}  # -1: at what was before
_ALL = (1 << 256) - 1
_Set = tuple[int, ...]


def program(expression: str) -> bytes:
    """The program of an expression, in the machine's order of bytes.

    Raises:
        ValueError: it uses what the matcher does not know (references, lazy repetition, flags, looking further than a character …).
    """
    writer, parsed = _Writer(), parser.parse(expression)
    first = writer.beginning(parsed)
    writer.sequence(parsed)
    sets = [part for each in writer.sets for part in each]
    head = 2 + len(sets)
    # Written without knowing how many sets there would be, addresses are moved behind them.
    code = [part + head if at in writer.addresses else part for at, part in enumerate(writer.code)]
    return np.array([len(writer.sets), first, *sets, *code, DONE], dtype=np.uint32).tobytes()


class _Writer:
    """Writes the instructions of one expression, and numbers the sets that they use."""

    def __init__(self) -> None:
        self.code: list[int] = []
        self.sets: dict[_Set, int] = {}
        self.addresses: set[int] = set()

    def beginning(self, items: Any) -> int:
        """The number of the set of characters below 256 that items can begin with."""
        bitmap, empty = _first(items)
        return self._number((0, *[0] * BEYOND, *_words(_ALL if empty else bitmap)))

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> None:
        """The instructions of items that follow each other."""
        listed = list(items)
        for at, (kind, what) in enumerate(listed):
            if kind is sre.LITERAL:
                if at and listed[at - 1][0] is sre.LITERAL:
                    continue  # it was written with the one before
                run = [char for _, char in takewhile(lambda item: item[0] is sre.LITERAL, listed[at:])]
                self.code += (CHARS, len(run), *run)
            elif kind in _CHARACTERS:
                self.code += (SET, self._set(kind, what))
            elif kind is sre.SUBPATTERN:
                _, added, removed, inside = what
                if added or removed:
                    raise ValueError("flags within an expression")
                self.sequence(inside)
            elif kind is sre.BRANCH:
                self._branches(what[1])
            elif kind is sre.MAX_REPEAT:
                least, most, inside = what
                self._repeat(least, most, inside, listed[at + 1 :])
            elif kind is sre.AT and what is sre.AT_BOUNDARY:
                self.code.append(EDGE)
            elif kind in _LOOKING and (look := _LOOKS.get((kind, what[0]))) and len(what[1]) == 1 and what[1][0][0] in _CHARACTERS:
                self.code += (look, self._set(*what[1][0]))
            else:
                raise ValueError(f"{kind} in an expression")

    def _branches(self, branches: Sequence[Any]) -> None:
        branches, leaving = _merged(branches), []
        for branch in branches[:-1]:
            fork = self._fork(branch)
            self.sequence(branch)
            leaving.append(self._jump())
            self._lead(fork)
        self.sequence(branches[-1])
        for jump in leaving:
            self._lead(jump)

    def _repeat(self, least: int, most: Any, inside: Any, behind: Sequence[Any]) -> None:
        if most != 1 and _first(inside)[1]:
            raise ValueError("a repetition of what may be empty")
        for _ in range(least):
            self.sequence(inside)
        if most is sre.MAXREPEAT and len(inside) == 1 and inside[0][0] in _CHARACTERS and _ends_before(inside[0], behind):
            self.code += (SPAN, self._set(*inside[0]))
            return
        if most is sre.MAXREPEAT:
            again = len(self.code)
            fork = self._fork(inside)
            self.sequence(inside)
            self.code[self._jump()] = again
            self._lead(fork)
            return
        leaving = []
        for _ in range(most - least):
            leaving.append(self._fork(inside))
            self.sequence(inside)
        for fork in leaving:
            self._lead(fork)

    def _fork(self, items: Any) -> int:
        """A fork into these items; where its other address stands."""
        self.code += (FORK, 0, self.beginning(items))
        return self._address(2)

    def _jump(self) -> int:
        self.code += (JUMP, 0)
        return self._address(1)

    def _address(self, back: int) -> int:
        at = len(self.code) - back
        self.addresses.add(at)
        return at

    def _lead(self, at: int) -> None:
        """Have the address that stands there lead to what is written next."""
        self.code[at] = len(self.code)

    def _set(self, kind: Any, what: Any) -> int:
        """The number of a set of characters."""
        negated, parts = _parts(kind, what)
        kinds, beyond = NEGATED * negated, []
        for part, value in parts:
            if part is sre.CATEGORY:
                kinds |= _KINDS[value][0]
            elif part is sre.LITERAL:
                beyond += [value] if value > 255 else []
            elif part is not sre.RANGE or value[1] > 255:
                raise ValueError(f"{part} in a set")
        if len(beyond) > BEYOND:
            raise ValueError(f"more than {BEYOND} characters beyond Latin-1 in a set; write them as alternatives")
        return self._number((kinds, *beyond, *[0] * (BEYOND - len(beyond)), *_words(_latin(kind, what))))

    def _number(self, set_: _Set) -> int:
        return self.sets.setdefault(set_, len(self.sets))


def _merged(branches: Sequence[Any]) -> list[Any]:
    """Branches in an order that tries the same ways, where those that begin alike share what they begin with: it is tried once.

    Branches that begin with different characters never both match, so of a run of them those with the same one come together.
    """
    merged: list[Any] = []
    for literal, run in groupby(branches, lambda branch: bool(branch) and branch[0][0] is sre.LITERAL):
        if not literal:
            merged += run
            continue
        alike: dict[int, list[Any]] = {}
        for branch in run:
            alike.setdefault(branch[0][1], []).append(branch)
        merged += [_shared(group) if len(group) > 1 else group[0] for group in alike.values()]
    return merged


def _shared(branches: Sequence[Any]) -> list[Any]:
    """Branches that begin alike as one: the characters that all begin with, then what is behind them in each."""
    shared = 1
    while all(len(b) > shared and b[shared][0] is sre.LITERAL and b[shared] == branches[0][shared] for b in branches):
        shared += 1
    return [*branches[0][:shared], (sre.BRANCH, (None, [branch[shared:] for branch in branches]))]


def _first(items: Iterable[tuple[Any, Any]]) -> tuple[int, bool]:
    """With which characters below 256 some items can begin, as a bitmap, and whether they can be passed without any."""
    bitmap = 0
    for kind, what in items:
        if kind in _CHARACTERS:
            return bitmap | _latin(kind, what), False
        if kind is sre.SUBPATTERN:
            inside, empty = _first(what[3])
        elif kind is sre.BRANCH:
            inside, empty = 0, False
            for first, nothing in map(_first, what[1]):
                inside, empty = inside | first, empty or nothing
        elif kind is sre.MAX_REPEAT:
            inside, empty = _first(what[2])
            empty = empty or what[0] == 0
        else:
            inside, empty = 0, True
        bitmap |= inside
        if not empty:
            return bitmap, False
    return bitmap, True


def _ends_before(one: tuple[Any, Any], behind: Sequence[tuple[Any, Any]]) -> bool:
    """Whether what stands behind begins with a character below 256 that a set lacks."""
    return bool(behind) and behind[0][0] is sre.LITERAL and behind[0][1] < 256 and not _latin(*one) >> behind[0][1] & 1


def _latin(kind: Any, what: Any) -> int:
    """The characters below 256 of a set, as a bitmap."""
    negated, parts = _parts(kind, what)
    bitmap = 0
    for part, value in parts:
        if part is sre.CATEGORY:
            bitmap |= _category(value)
        elif part is sre.RANGE:
            bitmap |= (1 << (min(value[1], 255) + 1)) - (1 << min(value[0], 256))
        elif value < 256:
            bitmap |= 1 << value
    return bitmap ^ _ALL if negated else bitmap


@cache
def _category(category: Any) -> int:
    holds: Callable[[str], bool] = _KINDS[category][1]
    return sum(1 << code for code in range(256) if holds(chr(code)))


def _parts(kind: Any, what: Any) -> tuple[bool, Sequence[tuple[Any, Any]]]:
    """Whether a set is all but its parts, and these."""
    if kind is not sre.IN:
        return kind is sre.NOT_LITERAL, [(sre.LITERAL, what)]
    negated = what[0][0] is sre.NEGATE
    return negated, what[negated:]


def _words(bitmap: int) -> list[int]:
    return [bitmap >> shift & 0xFFFFFFFF for shift in range(0, 256, 32)]
