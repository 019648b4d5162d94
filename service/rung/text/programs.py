"""Patterns over words as programs for the compiled kernel, which prefer the same ways as the expressions of ``PlainFinder``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rung.text.alphabet import FIRST_LETTER, Alphabet
from rung.text.wordings import Captured, Either, Gap, Node, Several, Word

_IN, _FORK, _GO, _OPEN, _CLOSE, _DONE = range(6)  # the steps of a program, as ``_kernel.c`` names them


def programs(nodes: Sequence[Node], alphabet: Alphabet) -> Mapping[str, NDArray[Any]]:
    """The tables of the programs of some patterns: sets of letters as bits, steps with their operands, where each begins."""
    writer, entries = _Writer(alphabet), []
    for node in nodes:
        entries.append(len(writer.code))
        writer.write(node)
        writer.code.append((_DONE, 0))
    return {
        "pattern_sets": np.frombuffer(b"".join(writer.sets), dtype=np.uint8),
        "pattern_code": np.array(writer.code, dtype=np.int32),
        "pattern_entries": np.array(entries, dtype=np.int32),
    }


class _Writer:
    """Writes programs: (what to do, operand)."""

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
