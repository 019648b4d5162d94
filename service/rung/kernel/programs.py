"""Programs: a regular expression as instructions for the matcher in C, which prefers the same ways as ``re``.

A program is of unsigned 32-bit integers: how many sets of characters it uses, these sets, then its instructions, each a number and
its operand. Addresses count integers from the start of the program.

    CHAR c          this character
    SET k           one of the k-th set
    FORK other      go on here or from ``other``; a match that goes on here is preferred
    JUMP address    go on there
    EDGE            a word begins or ends here
    UNLESS k        the next character is none of the k-th set
    BEHIND k        the character before is one of the k-th set
    NOT_BEHIND k    it is none of it
    DONE            a match

A set is twelve integers: which kinds of characters beyond 255 it has, up to three single ones beyond 255 (0: none), and a bit for
each character below 256.
"""

from __future__ import annotations

import re._constants as sre
import re._parser as parser
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

CHAR, SET, FORK, JUMP, EDGE, UNLESS, BEHIND, NOT_BEHIND, DONE = range(9)
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
    writer = _Writer()
    writer.sequence(parser.parse(expression))
    sets = [part for each in writer.sets for part in each]
    head = 1 + len(sets)
    # Written without knowing how many sets there would be, addresses are moved behind them.
    code = [part + head if at in writer.addresses else part for at, part in enumerate(writer.code)]
    return np.array([len(writer.sets), *sets, *code, DONE], dtype=np.uint32).tobytes()


class _Writer:
    """Writes the instructions of one expression, and numbers the sets that they use."""

    def __init__(self) -> None:
        self.code: list[int] = []
        self.sets: dict[_Set, int] = {}
        self.addresses: set[int] = set()

    def sequence(self, items: Iterable[tuple[Any, Any]]) -> None:
        """The instructions of items that follow each other."""
        for kind, what in items:
            if kind is sre.LITERAL:
                self.code += (CHAR, what)
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
                self._repeat(*what)
            elif kind is sre.AT and what is sre.AT_BOUNDARY:
                self.code.append(EDGE)
            elif kind in _LOOKING and (look := _LOOKS.get((kind, what[0]))) and len(what[1]) == 1 and what[1][0][0] in _CHARACTERS:
                self.code += (look, self._set(*what[1][0]))
            else:
                raise ValueError(f"{kind} in an expression")

    def _branches(self, branches: Sequence[Any]) -> None:
        leaving = []
        for branch in branches[:-1]:
            fork = self._fork()
            self.sequence(branch)
            leaving.append(self._jump())
            self._lead(fork)
        self.sequence(branches[-1])
        for jump in leaving:
            self._lead(jump)

    def _repeat(self, least: int, most: Any, inside: Any) -> None:
        if most != 1 and inside.getwidth()[0] == 0:
            raise ValueError("a repetition of what may be empty")
        for _ in range(least):
            self.sequence(inside)
        if most is sre.MAXREPEAT:
            again = len(self.code)
            fork = self._fork()
            self.sequence(inside)
            self.code[self._jump()] = again
            self._lead(fork)
            return
        leaving = []
        for _ in range(most - least):
            leaving.append(self._fork())
            self.sequence(inside)
        for fork in leaving:
            self._lead(fork)

    def _fork(self) -> int:
        """A fork; where its other address stands."""
        self.code += (FORK, 0)
        return self._address()

    def _jump(self) -> int:
        """A jump; where its address stands."""
        self.code += (JUMP, 0)
        return self._address()

    def _address(self) -> int:
        """Where the address stands that was written last."""
        at = len(self.code) - 1
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
        bitmap = _latin(kind, what)
        words = [bitmap >> shift & 0xFFFFFFFF for shift in range(0, 256, 32)]
        return self.sets.setdefault((kinds, *beyond, *[0] * (BEYOND - len(beyond)), *words), len(self.sets))


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
