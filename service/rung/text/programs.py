"""Patterns over words as programs for the compiled kernel, with the same order of preference as the expressions of ``PlainFinder``.

Most patterns match in few texts. So a pattern is tried only in a text that has all the words it requires, only at its first token,
and only if what it needs next is within reach.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, reduce
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rung.text.alphabet import FIRST_LETTER, Alphabet
from rung.text.wordings import Captured, Either, Gap, Node, Several, Word

Key = TypeVar("Key")
_IN, _FORK, _OPEN, _CLOSE, _DONE, _ONE = range(6)  # what a step does, as ``_kernel.c`` names it
# What a step does, its operand (a set of letters, one letter, or the other way of a fork), the next step, and for a fork what that
# needs.
Step = tuple[int, int, int, int]
# One of some letters within so many tokens; none: nothing is needed. A bit stands for all letters of one remainder.
Need = tuple[int, int]
_BITS, _NOTHING = 64, (0, 0)
# Behind a first token: the pattern, the next step, and four times what that needs, and 1 more where a capture has begun, 2 more
# where it has ended, too.
Start = tuple[int, int, int]


def programs(nodes: Sequence[Node], alphabet: Alphabet, groups: Sequence[Sequence[int]]) -> Mapping[str, NDArray[Any]]:
    """The tables of the programs of some patterns; ``groups``: the numbers of the patterns of each group, in order."""
    written = _Programs(alphabet)
    entries = [written.write(node, written.done) for node in nodes]
    sets = list(written.sets)
    many = [letters for letters in sets if len(letters) != 1]
    held = np.zeros((alphabet.size, len(many)), dtype=bool)
    for number, letters in enumerate(many):
        held[list(map(_index, letters)), number] = True
    # Most letters are in the same sets as others: each kind is kept once, with a bit for each set.
    members, rows = np.unique(np.packbits(held, axis=1, bitorder="little"), axis=0, return_inverse=True)
    numbers: dict[str, Any] = {
        "rows": rows.ravel(),
        "code": list(_single_letters(written.steps, sets)),
        **_starts(written, entries, groups, alphabet.size),
        **_requirements(nodes, alphabet),
    }
    return {
        "pattern_members": members,
        "pattern_needs": np.array(list(written.needs), dtype=np.uint64),
        **{f"pattern_{name}": np.array(part, dtype=np.int32) for name, part in numbers.items()},
    }


def _starts(written: _Programs, entries: Sequence[int], groups: Sequence[Sequence[int]], letters: int) -> dict[str, Any]:
    """What begins with each letter. Most letters begin the same as others: each kind is kept once, with a list for each group."""
    steps, sets = list(written.steps), list(written.sets)
    starting: list[list[list[Start]]] = [[[] for _ in groups] for _ in range(letters)]
    for group, numbers in enumerate(groups):
        for number in numbers:
            for at, captured in _first(steps, entries[number]):
                _, words, then, _ = steps[at]
                start = (number, then, 4 * written.need(then) + captured)
                for letter in sets[words]:
                    starting[_index(letter)][group].append(start)
    kinds = _Numbers[tuple[tuple[Start, ...], ...]]()
    begins = [kinds[tuple(map(tuple, of_groups))] for of_groups in starting]
    lists = [each for kind in kinds for each in kind]
    return {"begins": begins, "offsets": np.cumsum([0, *map(len, lists)]), "starts": [start for each in lists for start in each]}


def _requirements(nodes: Sequence[Node], alphabet: Alphabet) -> dict[str, list[int]]:
    """The words that each pattern requires, each by where its letters begin in ``required``; words of several are kept once."""
    required, needed, ends = list[int](), list[int](), [0]
    places: dict[str, int] = {}
    for node in nodes:
        for letters in filter(None, _required(node, alphabet)):
            if letters not in places:
                places[letters] = len(required)
                required += [2 * _index(letter) for letter in letters]
                required[-1] += 1  # the last one of a word
            needed.append(places[letters])
        ends.append(len(needed))
    return {"required": required, "needed": needed, "ends": ends}


def _single_letters(steps: Iterable[Step], sets: Sequence[str]) -> Iterator[Step]:
    """The steps, in which a set of one letter becomes that letter (half of them), and the other sets are numbered again."""
    many = (letters for letters in sets if len(letters) != 1)
    numbers = {letters: number for number, letters in enumerate(many)}
    for what, operand, then, need in steps:
        if what != _IN:
            yield what, operand, then, need
        elif len(letters := sets[operand]) == 1:
            yield _ONE, _index(letters), then, need
        else:
            yield _IN, numbers[letters], then, need


def _index(letter: str) -> int:
    return ord(letter) - FIRST_LETTER


def _required(node: Node, alphabet: Alphabet) -> list[str]:
    """The letters of words that a pattern requires: a text that it matches in has one of each."""
    match node:
        case Word(symbols):
            return [alphabet.letters(symbols)]
        case Several(parts):
            return [letters for part in parts for letters in _required(part, alphabet)]
        case Captured(inner):
            return _required(inner, alphabet)
        case Either(branches, False):
            each = [_required(branch, alphabet) for branch in branches]
            return ["".join(min(found, key=len) for found in each)] if all(each) else []
        case _:
            return []


class _Numbers(dict[Key, int]):
    """Assigns numbers to keys, in the order of first use."""

    def __missing__(self, key: Key) -> int:
        self[key] = number = len(self)
        return number


class _Programs:
    """Steps, written from the end of a pattern to its start. Equal steps are shared, because many patterns end alike."""

    def __init__(self, alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self.steps, self.sets, self.needs = _Numbers[Step](), _Numbers[str](), _Numbers[Need]({_NOTHING: 0})
        self._need_of: list[Need] = []  # each step
        self._word = cache(self._word_uncached)
        self.done = self._step((_DONE, 0, 0, 0), _NOTHING)

    def need(self, step: int) -> int:
        """The number of what every way from a step on needs."""
        return self.needs[self._need_of[step]]

    def write(self, node: Node, then: int) -> int:
        """The step that a pattern, or a part of one, begins with; ``then`` is the step after its end."""
        match node:
            case Word(symbols):
                words, bits = self._word(symbols)
                return self._step((_IN, words, then, 0), (bits, 1))
            case Gap(most, stops, greedy):
                return self._gap(most, self.sets[self._alphabet.gap(stops)], then, greedy)
            case Several(parts):
                return reduce(lambda after, part: self.write(part, after), reversed(parts), then)
            case Captured(inner):
                begun = self.write(inner, self._step((_CLOSE, 0, then, 0), self._need_of[then]))
                return self._step((_OPEN, 0, begun, 0), self._need_of[begun])
            case Either(branches, optional):
                ways = [self.write(branch, then) for branch in branches] + [then] * optional
                return reduce(lambda other, preferred: self._fork(preferred, other), reversed(ways))

    def _word_uncached(self, symbols: frozenset[str]) -> tuple[int, int]:
        """The set of letters of a word, and its letters as bits."""
        letters = self._alphabet.letters(symbols)
        return self.sets[letters], sum({1 << _index(letter) % _BITS for letter in letters})

    def _gap(self, most: int, words: int, then: int, greedy: bool) -> int:
        """At most ``most`` words, each optional: greedy tries one more word first, else one less."""
        first = then
        for _ in range(most):
            letters, within = self._need_of[first]
            more = self._step((_IN, words, first, 0), (letters, within + 1) if within else _NOTHING)
            first = self._fork(more, then) if greedy else self._fork(then, more)
        return first

    def _fork(self, preferred: int, other: int) -> int:
        (one, near), (another, far) = self._need_of[preferred], self._need_of[other]
        need = (one | another, max(near, far)) if near and far else _NOTHING
        return self._step((_FORK, other, preferred, self.need(preferred)), need)

    def _step(self, step: Step, need: Need) -> int:
        number = self.steps[step]
        if number == len(self._need_of):
            self._need_of.append(need)
        return number


def _first(steps: Sequence[Step], at: int, captured: int = 0) -> Iterator[tuple[int, int]]:
    """The steps that may take the first token, as they are preferred, and whether a capture began (1) and ended (2) before it."""
    what, operand, then, _ = steps[at]
    if what == _IN:
        yield at, captured
    elif what == _FORK:
        yield from _first(steps, then, captured)
        yield from _first(steps, operand, captured)
    elif what != _DONE:
        yield from _first(steps, then, captured + 1)
