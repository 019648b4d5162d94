"""Jobs: which parts of a title name a job, by which item, and with which seniority words.

- The first agent ("manager") of a part is its job, unless it is whom a product is for: "Driver Experience Product Manager". A
  function ("product management") or a bare subject ("product") is a job only with a seniority word, in its part or in a part of its
  own.
- Behind a seniority word the first function counts ("Director Product Management Supply Chain"), before one the last. If the
  seniority word is in another part, the first of two joined by "and" counts ("VP, Product and Engineering").
- Behind an agent, some seniority words belong to the word that follows ("Product Manager Staff Scheduling").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rung.grid import UNKNOWN
from rung.title.lexicon import Head, Lexicon
from rung.title.parts import SUBJECT, Part, before_link, own_parts, seniority_of
from rung.title.phrases import Item

# Kinds that name neither job nor subject.
_NO_WORK = frozenset({"location", "employment", "numeral", "figure", "step", "transparent"})


class Job(NamedTuple):
    """A job found in a part: which item is its head, and the seniority items that belong to it."""

    part: int
    item: Item
    seniority: tuple[Item, ...]
    head: Head


class JobFinder:
    """Finds the jobs that parts name, with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def jobs(self, parts: Sequence[Part]) -> list[Job]:
        """The jobs of the parts in order, without those that repeat an earlier one; a department's name if there is no other."""
        found: list[Job] = []
        for number, part in enumerate(parts):
            job = (
                self._assistant(number, part)
                or self._agent(number, part)
                or self._function(number, part, parts)
                or self._generic(number, part)
            )
            if job is None:
                continue
            if found and (_is_full_form(job, found[0], part) or self._says_work(job, found[0])):
                found[0] = job
            elif not _repeats(job, found, part):
                found.append(job)
        if found and found[0].head.share < 1.0:
            found[0] = self._with_subject(found[0], parts)
        return found or _department(parts)

    def entry_words(self, item: Item) -> tuple[str, ...]:
        """The item's value if it is an entry word ("intern"), which counts anywhere in a title."""
        known = self._lexicon.seniority.get(item.value) if item.kind == "seniority" else None
        return (item.value,) if known is not None and known.anywhere else ()

    def _says_work(self, job: Job, first: Job) -> bool:
        """True for a job of the graded family behind an entry word with unknown words: "MBA Intern - Product Management"."""
        entry = first.head.family == UNKNOWN and self.entry_words(first.item)
        return bool(entry) and job.head.family == self._lexicon.graded and job.head.kind in ("agent", "function")

    def _with_subject(self, job: Job, parts: Sequence[Part]) -> Job:
        """An abbreviated job with its full head, if another part is its subject alone: "PM (Product)"."""
        known = self._lexicon
        full = known.heads.get(tuple(known.names.get(job.head.head, "").split()))
        if full is None or full.family != known.graded or not any(_is_subject(p, known.graded) for p in parts):
            return job
        return job._replace(head=full._replace(implies=(*full.implies, *job.head.implies)))

    def _assistant(self, number: int, part: Part) -> Job | None:
        """An assistant to somebody else, whose job the part names: "Assistenz der Leitung Produktmanagement"."""
        for item, following, third in zip(part.items, part.items[1:], part.items[2:], strict=False):
            serves = item.kind == "seniority" and item.value in self._lexicon.serves
            if serves and following.kind in ("transparent", "link") and third.kind in ("seniority", "head", "transparent"):
                return Job(number, item, (), Head(UNKNOWN, item.value, "agent"))
        return None

    def _agent(self, number: int, part: Part) -> Job | None:
        agents = [(i, i.head) for i in before_link(part.items) if i.head is not None and i.head.kind == "agent"]
        if agents and self._is_subject_of(agents[0][0], agents[-1], before_link(part.items)):
            agents = agents[-1:]
        # A full form goes before an abbreviation: in "PM Technician", "PM" means the afternoon.
        for item, head in sorted(agents, key=lambda found: found[1].share < 1.0):
            return Job(number, item, self._own_seniority(item, before_link(part.items)), head)
        return None

    def _is_subject_of(self, first: Item, last: tuple[Item, Head], items: Sequence[Item]) -> bool:
        """True for users whose product a part names before its last words, an English job: "Driver Experience Product Manager"."""
        item, head = last
        between = [i for i in items if first.end <= i.start and i.end <= item.start]
        return (
            head.family == self._lexicon.graded
            and head.language == "en"
            and not any(i.kind in SUBJECT for i in items if i.start >= item.end)
            and any(i.kind in ("other", "specialism") for i in between)
            and not any(i.kind in ("join", "head") for i in between)
            and first.head is not None
            and first.head.family != self._lexicon.graded
        )

    def _own_seniority(self, job: Item, items: Sequence[Item]) -> tuple[Item, ...]:
        """The seniority words of a part that belong to its job; behind the job, some belong to the word that follows."""
        own = []
        for item, following in pairwise([*items, None]):
            if item is None or item.kind != "seniority":
                continue
            known = self._lexicon.seniority[item.value]
            if item.start < job.start or not known.subject or not _belongs_onward(known.rank, following):
                own.append(item)
        return tuple(own)

    def _function(self, number: int, part: Part, parts: Sequence[Part]) -> Job | None:
        items = before_link(part.items)
        own = [
            i for i in items if (i.kind == "seniority" and self._lexicon.seniority[i.value].rank) or i.value in self.entry_words(i)
        ]
        if not own and not _rank_beside(number, parts) and not self._entry_anywhere(parts):
            return None
        functions = [(i, i.head) for i in items if i.head is not None and (i.head.kind == "function" or _is_bare(i, items))]
        if not functions:
            return None
        behind = [f for f in functions if own and f[0].start > own[0].start]
        named_first = [f for f in functions if not own and _joined(f[0], items)]
        chosen = (behind or named_first or functions[-1:])[0]
        return Job(number, chosen[0], seniority_of(items), chosen[1])

    def _entry_anywhere(self, parts: Sequence[Part]) -> bool:
        return any(self.entry_words(item) for part in parts for item in part.items)

    def _generic(self, number: int, part: Part) -> Job | None:
        """A job of unknown family: unknown words before a word such as "manager"."""
        items = [i for i in before_link(part.items) if i.kind not in _NO_WORK]
        named = [i for i in items if i.kind in ("other", "head")]
        if not named or items[-1].kind not in ("seniority", "other"):
            return None
        last = items[-1].value if items[-1].kind == "seniority" else ""
        if last in self._lexicon.generic and named[0].start < items[-1].start:
            return Job(number, items[-1], seniority_of(items), Head(UNKNOWN, last, "agent"))
        return None


def _belongs_onward(rank: bool, following: Item | None) -> bool:
    """True for a seniority word before a subject, or one that is no rank by itself and does not stand before another."""
    kind = following.kind if following is not None else ""
    return kind in SUBJECT or (not rank and kind != "seniority")


def _is_bare(item: Item, items: Sequence[Item]) -> bool:
    """True for a bare subject at the end of its part or before a seniority word: "Director, Product", not "Product Risk"."""
    if item.head is None or item.head.kind != "bare":
        return False
    ranked = any(i.kind == "seniority" for i in items if i.start < item.start)
    aside = _NO_WORK | {"specialism"} if ranked else _NO_WORK
    rest = [i for i in items if i.start >= item.end and i.kind not in aside]
    return not rest or rest[0].kind in ("seniority", "join")


def _joined(function: Item, items: Sequence[Item]) -> bool:
    """True for a function joined to another by "and"; for a bare subject, only if the other ends the part.

    "Product & Design" names two functions, "Product and Solutions Marketing" one.
    """
    behind = [i for i in items if i.start >= function.end]
    if not behind or behind[0].kind != "join":
        return False
    whole = function.head is not None and function.head.kind == "function"
    return whole or (len(behind) == 2 and behind[1].kind == "head")


def _department(parts: Sequence[Part]) -> list[Job]:
    """The first function, without a seniority word: the name of a department, the weakest way to name a job.

    Behind another part it says where a job is, and its kind becomes ``department``: "L&D Partner: Product Management".
    """
    for number, part in enumerate(parts):
        for item in before_link(part.items):
            if item.head is not None and item.head.kind == "function":
                head = item.head if number == 0 else item.head._replace(kind="department")
                return [Job(number, item, seniority_of(part.items), head)]
    return []


def _rank_beside(number: int, parts: Sequence[Part]) -> bool:
    return any(parts[n].rank_only for n in own_parts(number, parts))


def _repeats(job: Job, found: Sequence[Job], part: Part) -> bool:
    """True for a later part that names a team or subject; a further job is an agent at the end of a part of its own."""
    if not found:
        return False
    parted = any(mark in part.opener for mark in "/;|,")
    subject = any(
        i.kind in ("other", "link") or (i.start > job.item.start and i.kind in ("specialism", "head")) for i in part.items
    )
    return not (parted and job.head.kind == "agent" and not subject and job.head.family != UNKNOWN)


def _is_full_form(job: Job, first: Job, part: Part) -> bool:
    """True for a full form that follows its abbreviation: "CPO (Chief People Officer)", not "PM, Driver Experience"."""
    full = job.head.share == 1.0 and job.item.head is not None and job.head.kind == "agent"
    if first.head.share == 1.0 or not full:
        return False
    initials = "".join(word[0] for word in job.item.value.split())
    behind = any(i.start > job.item.start and i.kind in ("other", "specialism", "head") for i in before_link(part.items))
    return initials == first.head.head or not behind


def _is_subject(part: Part, family: str) -> bool:
    """True for a part that names the subject of a family and nothing else."""
    named = [i for i in part.items if i.kind in SUBJECT or i.kind in ("seniority", "link")]
    head = named[0].head if len(named) == 1 else None
    return head is not None and head.family == family and head.kind == "bare"
