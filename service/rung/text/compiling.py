"""Patterns over words, compiled into tables: ``rung train`` does it once and stores the tables in the model.

Every table is in one order, so that the same wordings give the same bytes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from rung.markup import BREAK
from rung.text.alphabet import BEYOND, NUMBER, Alphabet, Symbols
from rung.text.patterns import PatternSet, Tables
from rung.text.programs import programs
from rung.text.tokens import COLON, END
from rung.text.wordings import Captured, Classes, Either, Gap, Node, Parser, Several, Word, symbols_of, without_leading_gap
from rung.title.clean import fold


def compile_patterns(*sets: PatternSet) -> Tables:
    """Compile patterns that share one tokenisation. A pattern can use the classes of its own file and the numbers of all files.

    Raises:
        DataError: a pattern or class cannot be read; the message names it and says what to fix.
    """
    patterns = [pattern for each in sets for pattern in each.patterns]
    classes = {file: Classes(forms, file) for each in sets for file, forms in each.classes.items()}
    nodes = [without_leading_gap(Parser(pattern.text, classes[pattern.file], pattern.where).parse()) for pattern in patterns]
    numbers = {fold(word): number for each in sets for word, number in each.numbers.items()}
    named: defaultdict[str, set[str]] = defaultdict(set)
    for file, node in (
        *zip([pattern.file for pattern in patterns], nodes, strict=True),
        *((f, n) for f, own in classes.items() for n in own.values()),
    ):
        named[file].update(symbols_of(node))
    signatures = _signatures(named.values(), numbers)
    alphabet, writer = Alphabet(signatures, numbers), _ExpressionWriter()
    groups = list(dict.fromkeys(pattern.group for pattern in patterns))
    meanings = {meaning: at for at, meaning in enumerate(dict.fromkeys(pattern.meaning for pattern in patterns))}
    document = {
        "signatures": signatures,
        "numbers": numbers,
        "groups": groups,
        "set_sizes": [len(each.patterns) for each in sets],
        "meanings": list(meanings),
        "means": [meanings[pattern.meaning] for pattern in patterns],
        "expressions": [writer.write(node, alphabet) for node in nodes],
        "sets": list(writer.sets),
    }
    numbered = [[number for number, pattern in enumerate(patterns) if pattern.group == group] for group in groups]
    return Tables(document, programs(nodes, alphabet, numbered))


def _signatures(named: Collection[Iterable[str]], numbers: Mapping[str, int]) -> list[list[str]]:
    """The symbols of each letter, from the symbols that each file names.

    There is a letter for each named word, and for each set of beginnings and endings within one file. Sets across files, which are
    different languages, do not occur.
    """
    symbols = Symbols({*(symbol for own in named for symbol in own), *numbers, END, BREAK, COLON}, numbers)
    kinds = {frozenset[str](), *map(symbols.of, symbols.inner)}
    for own in named:
        parts = Symbols(own, numbers)
        # A longer word has the beginning but not the ending: "mitarbeiter" ends in "*arbeiter", "mitarbeiterinnen" does not.
        heads = {kind for word in parts.beginnings for kind in (symbols.of(word), symbols.begun(word))}
        tails = {kind for word in parts.endings for kind in (symbols.of(word), symbols.ended(word))}
        kinds.update(heads, tails, (head | tail for head in heads for tail in tails))
    found = {frozenset(symbol for symbol in kind if "*" in symbol) for kind in kinds}
    return sorted(map(sorted, found | {BEYOND, frozenset({NUMBER}), *map(symbols.of, symbols.plain)}))


class _ExpressionWriter:
    """Writes patterns as expressions in which ``<n>`` stands for a letter of the set ``n``: ``sets`` are character classes."""

    def __init__(self) -> None:
        self.sets: dict[str, int] = {}

    def write(self, node: Node, alphabet: Alphabet) -> str:
        """The expression of a pattern, or of a part of one."""
        match node:
            case Word(symbols):
                return self._one_of(alphabet.letters(symbols))
            case Gap(most, stops, greedy):
                return f"{self._one_of(alphabet.gap(stops))}{{0,{most}}}{'' if greedy else '?'}"
            case Several(parts):
                return "".join(self.write(part, alphabet) for part in parts)
            case Either(branches, optional):
                return f"(?:{'|'.join(self.write(branch, alphabet) for branch in branches)}){'?' if optional else ''}"
            case Captured(inner):
                return f"({self.write(inner, alphabet)})"

    def _one_of(self, letters: str) -> str:
        runs: list[list[int]] = []
        for code in map(ord, letters):
            if runs and code == runs[-1][1] + 1:
                runs[-1][1] = code
            else:
                runs.append([code, code])
        written = f"[{''.join(chr(a) if a == b else f'{chr(a)}-{chr(b)}' for a, b in runs)}]"
        return f"<{self.sets.setdefault(written, len(self.sets))}>"
