"""Parts: the items of a title between its separators, and the shape that they have.

A shape is what the roles of a title depend on: its heads, ranks and numerals, and where other words stand. Titles of one shape have
the same roles, so roles are found once a shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import count, pairwise
from typing import NamedTuple, TypeVar

from rung.title.lexicon import Lexicon
from rung.title.phrases import Item
from rung.types import Token

_TELLING = frozenset({"head", "seniority", "numeral", "figure"})  # kinds of which the roles depend on which word it is
# Kinds that the roles of other parts may depend on.
_ORDERING = frozenset({"head", "seniority", "numeral", "figure", "link", "join"})
_ALIKE = frozenset({"other", "specialism", "location", "employment"})  # kinds of which two in a row tell what one does
_ANY = (("other", ""),)
SUBJECT = frozenset({"other", "specialism", "head"})  # kinds of words that a word of rank before them may belong to
SHAPES = 16_384  # shapes of titles that are remembered
# Of a part: what opens it, and its items: their kind, and their value where it tells anything; of a title: its parts.
PartShape = tuple[str, tuple[tuple[str, str], ...]]
Shape = tuple[PartShape, ...]
_T = TypeVar("_T")


class Part(NamedTuple):
    """The items between two separators; ``opener`` is what the separators before it tell: any of ``/``, ``(`` and ``,``.

    ``rank_only`` is true where the part names a rank and nothing else, as "- Vice President" does; ``ends_in_rank`` where also no
    subject follows the rank, as in ", Director Platform".
    """

    opener: str
    items: tuple[Item, ...]
    rank_only: bool
    ends_in_rank: bool


class Once(dict[_T, _T]):
    """Values that are kept once, however often they come; within a bound, beyond which it starts again."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __missing__(self, value: _T) -> _T:
        if len(self) >= self._size:
            self.clear()
        self[value] = value
        return value


class PartReader:
    """Finds the shape of a title and makes its parts, with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._same = Once[PartShape](SHAPES)

    def shape(self, tokens: Sequence[Token], items: Sequence[Item], grade: str) -> tuple[Shape, list[int]]:
        """The shape of a title, and which item stands at each place of it.

        A part begins at a separator; a hyphen without spaces parts a seniority word from what stands before it, and behind a head
        from what follows. Of several unknown words one tells as much, of a part that names neither job nor rank that there is one,
        and of such parts at the end nothing. ``grade`` is a step that was set aside, or "".
        """
        parts: list[tuple[str, list[tuple[str, str]], list[int]]] = []
        telling: list[bool] = []
        told: list[tuple[str, str]]
        places: list[int]
        last, headed = "", False
        for number, (kind, value, start, _, _) in enumerate(items):
            gap = tokens[start][3]
            behind_rank = last == "seniority" and headed
            if not parts or (gap and (gap != "~" or kind == "seniority" or behind_rank)):
                told, places, last, headed = [], [], "", False
                parts.append((_opener(gap), told, places))
                telling.append(False)
            headed = headed or kind == "head"
            if kind == last and kind in _ALIKE:
                continue
            last = kind
            told.append((kind, value if kind in _TELLING else ""))
            places.append(number)
            if kind in _ORDERING:
                telling[-1] = True
        while len(parts) > 1 and not telling[-1]:
            parts.pop()
            telling.pop()
        if grade:
            parts.append(("", [("step", ""), ("figure", grade)], []))
            telling.append(True)
        shape: list[PartShape] = []
        named: list[int] = []
        for (opener, told, places), tells in zip(parts, telling, strict=True):
            part = (opener, tuple(told) if tells else _ANY)
            shape.append(self._same[part])
            named += places if tells else places[:1]
        return tuple(shape), named

    def parts(self, shape: Shape) -> list[Part]:
        """The parts of a shape, their items numbered by their place in it."""
        heads, at = self._lexicon.heads, count()
        parts: list[Part] = []
        for opener, told in shape:
            items = tuple(
                Item(kind, value, n := next(at), n + 1, heads[tuple(value.split())] if kind == "head" else None)
                for kind, value in told
            )
            parts.append(self._part(opener, items))
        return self._exact(parts)

    def _part(self, opener: str, items: tuple[Item, ...]) -> Part:
        rank_only = self._rank_only(items)
        subject = any(a.kind == "seniority" and b.kind == "specialism" for a, b in pairwise(items))
        return Part(opener, items, rank_only, rank_only and not subject)

    def _rank_only(self, items: Sequence[Item]) -> bool:
        if any(item.kind in ("head", "other", "link") for item in items):
            return False
        return any(item.kind == "seniority" and self._lexicon.seniority[item.value].rank for item in items)

    def _exact(self, parts: list[Part]) -> list[Part]:
        """The parts, the first without its broad job where a later part names what it is: "IT Specialist (Product Manager)"."""
        at = next((n for n, part in enumerate(parts) if any(_is_agent(i) for i in part.items)), len(parts))
        if not any(self._names_exactly(part) for part in parts[at + 1 :]):
            return parts
        items = parts[at].items
        last = max(n for n, item in enumerate(items) if _is_agent(item))
        if items[last].value in self._lexicon.broad and not any(i.kind in SUBJECT or i.kind == "link" for i in items[last + 1 :]):
            without = (*items[:last], items[last]._replace(kind="transparent", head=None), *items[last + 1 :])
            parts[at] = self._part(parts[at].opener, without)
        return parts

    def _names_exactly(self, part: Part) -> bool:
        """True for a part that names a job of the graded family and nothing else."""
        if "/" in part.opener or any(i.kind in ("other", "link") for i in part.items):
            return False
        heads = [i.head for i in part.items if i.head is not None]
        graded = len(heads) == 1 and heads[0].family == self._lexicon.graded
        ranks = [i for i in part.items if i.kind == "seniority" and self._lexicon.seniority[i.value].rank]
        return graded and (heads[0].kind == "agent" or bool(ranks))


@lru_cache(maxsize=1024)
def _opener(gap: str) -> str:
    """What the separators before a part tell: an alternative (/), an aside in brackets, an enumeration."""
    return "".join(mark for mark, same in (("/", "/"), ("(", "("), (",", ",;|")) if any(s in gap for s in same))


def _is_agent(item: Item) -> bool:
    return item.head is not None and item.head.kind == "agent"


def before_link(items: Sequence[Item]) -> Sequence[Item]:
    """The items up to a word such as "for", where something that names a job or a subject stands before it."""
    named = False
    for index, item in enumerate(items):
        if item.kind == "link" and named:
            return items[:index]
        named = named or item.kind in ("head", "other")
    return items


def seniority_of(items: Sequence[Item]) -> tuple[Item, ...]:
    """The seniority words among some items."""
    return tuple(i for i in items if i.kind == "seniority")


def own_parts(number: int, parts: Sequence[Part]) -> list[int]:
    """The parts that name a rank alone and belong to the job of this part: those before it, and any behind it.

    Before it, a part with a seniority word and more names a job of its own, and the look-back ends there.
    """
    before = []
    for n in range(number - 1, -1, -1):
        if parts[n].rank_only:
            before.append(n)
        elif any(i.kind == "seniority" or (i.head is not None and i.head.kind == "agent") for i in parts[n].items):
            break
    behind = [n for n in range(number + 1, len(parts)) if parts[n].ends_in_rank]
    return [*reversed(before), *behind]
