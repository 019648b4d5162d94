"""Parts: the items of a title between its separators, and their shape.

A shape is all that the roles of a title depend on: heads, ranks and numerals, and the places of other words. Titles of one shape
have the same roles, so roles are found once for each shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count, pairwise
from typing import NamedTuple

from rung.cache import Computed
from rung.title.lexicon import Lexicon
from rung.title.phrases import Item
from rung.title.words import Token

_BY_VALUE = frozenset({"head", "seniority", "numeral", "figure"})  # kinds whose value the roles depend on
# Kinds that the roles of other parts may depend on.
_ORDERING = frozenset({"head", "seniority", "numeral", "figure", "link", "join"})
_COLLAPSED = frozenset({"other", "specialism", "location", "employment"})  # kinds of which several in a row count as one
_ANY = (("other", ""),)  # a part that names neither job nor rank
SUBJECT = frozenset({"other", "specialism", "head"})  # kinds of words that a word of rank before them may belong to
SHAPES = 16_384  # shapes of titles that are cached
# Of a part: its opener, and the kind and value of each item ("" if the value does not matter). Of a title: its parts.
PartShape = tuple[str, tuple[tuple[str, str], ...]]
Shape = tuple[PartShape, ...]


class Part(NamedTuple):
    """The items between two separators; ``opener`` are the separators before it, any of ``/``, ``(`` and ``,``.

    ``rank_only``: the part names a rank and nothing else ("- Vice President"). ``ends_in_rank``: also, no subject follows the rank,
    as one does in ", Director Platform".
    """

    opener: str
    items: tuple[Item, ...]
    rank_only: bool
    ends_in_rank: bool


class _Reduced(NamedTuple):
    """A part reduced to what roles depend on, with the item at each place; ``tells``: it may change the roles of other parts."""

    opener: str
    entries: tuple[tuple[str, str], ...]
    places: Sequence[int]
    tells: bool


class PartReader:
    """Finds the shape of a title and makes its parts, with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._same = Computed[PartShape, PartShape](lambda shape: shape, SHAPES)  # equal shapes are one object

    def shape(self, tokens: Sequence[Token], items: Sequence[Item], grade: str) -> tuple[Shape, list[int]]:
        """The shape of a title, and the index of the item at each place of it.

        A part begins at a separator. A hyphen without spaces separates a seniority word from the word before it, and behind a head
        from the word after it. Several unknown words in a row count as one; a part without job or rank counts as one unknown word,
        or not at all at the end. ``grade`` is a grade that was set aside, or "".
        """
        parts = [_reduced(_opener(tokens[items[run[0]].start].gap), items, run) for run in _runs(tokens, items)]
        while len(parts) > 1 and not parts[-1].tells:
            parts.pop()
        if grade:
            parts.append(_Reduced("", (("step", ""), ("figure", grade)), (), tells=True))
        shape: list[PartShape] = []
        named: list[int] = []
        for part in parts:
            shape.append(self._same[part.opener, part.entries if part.tells else _ANY])
            named += part.places if part.tells else part.places[:1]
        return tuple(shape), named

    def parts(self, shape: Shape) -> list[Part]:
        """The parts of a shape, their items numbered by their place in it."""
        heads, at = self._lexicon.heads, count()
        parts: list[Part] = []
        for opener, entries in shape:
            items = tuple(
                Item(kind, value, n := next(at), n + 1, heads[tuple(value.split())] if kind == "head" else None)
                for kind, value in entries
            )
            parts.append(self._part(opener, items))
        return self._without_broad_job(parts)

    def _part(self, opener: str, items: tuple[Item, ...]) -> Part:
        rank_only = self._rank_only(items)
        subject = any(a.kind == "seniority" and b.kind == "specialism" for a, b in pairwise(items))
        return Part(opener, items, rank_only, rank_only and not subject)

    def _rank_only(self, items: Sequence[Item]) -> bool:
        if any(item.kind in ("head", "other", "link") for item in items):
            return False
        return any(item.kind == "seniority" and self._lexicon.seniority[item.value].rank for item in items)

    def _without_broad_job(self, parts: list[Part]) -> list[Part]:
        """The parts, without a broad job that a later part names exactly: "IT Specialist (Product Manager)"."""
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


def _runs(tokens: Sequence[Token], items: Sequence[Item]) -> Iterator[range]:
    """The numbers of the items of each part."""
    first, last, headed = 0, "", False
    for number, (kind, _, start, _, _) in enumerate(items):
        gap = tokens[start].gap
        if number and gap and (gap != "~" or kind == "seniority" or (last == "seniority" and headed)):
            yield range(first, number)
            first, headed = number, False
        last, headed = kind, headed or kind == "head"
    if items:
        yield range(first, len(items))


def _reduced(opener: str, items: Sequence[Item], run: range) -> _Reduced:
    """A part, in which several unknown words in a row count as one."""
    entries: list[tuple[str, str]] = []
    places: list[int] = []
    last, tells = "", False
    for number in run:
        kind, value, _, _, _ = items[number]
        if kind == last and kind in _COLLAPSED:
            continue
        last, tells = kind, tells or kind in _ORDERING
        entries.append((kind, value if kind in _BY_VALUE else ""))
        places.append(number)
    return _Reduced(opener, tuple(entries), places, tells)


@lru_cache(maxsize=1024)
def _opener(gap: str) -> str:
    """The separators before a part that matter: "/" for an alternative, "(" for brackets, "," for a list."""
    return "".join(mark for mark, same in (("/", "/"), ("(", "("), (",", ",;|")) if any(s in gap for s in same))


def _is_agent(item: Item) -> bool:
    return item.head is not None and item.head.kind == "agent"


def before_link(items: Sequence[Item]) -> Sequence[Item]:
    """The items before a word such as "for", if one of them names a job or a subject; else all."""
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
    """The parts before and behind this one that name a rank alone and belong to its job.

    Backwards, the search ends at a part that names another job, or a seniority word and more.
    """
    before = []
    for n in range(number - 1, -1, -1):
        if parts[n].rank_only:
            before.append(n)
        elif any(i.kind == "seniority" or (i.head is not None and i.head.kind == "agent") for i in parts[n].items):
            break
    behind = [n for n in range(number + 1, len(parts)) if parts[n].ends_in_rank]
    return [*reversed(before), *behind]
