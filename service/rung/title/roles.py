"""Roles: the jobs that a title names, each with its modifiers, and with alternatives if the title names several levels.

- Seniority words count in the part of the head and in a part of their own; entry words ("intern") count in any part.
- A rank before a subject, in another part, does not count ("Product Manager, Director Platform").
- "/" and "or" between seniority words make alternatives; one in brackets before the head is optional.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from rung.title.jobs import Job, JobFinder
from rung.title.lexicon import Lexicon
from rung.title.parts import SUBJECT, Part, before_link, own_parts, seniority_of
from rung.title.phrases import Item
from rung.title.words import Role


class _Entry(NamedTuple):
    """An entry word and the index of its part: "Intern" counts for each job of a title.

    ``of_subject``: a subject follows, as in "Product Manager, Intern Marketplace"; behind the job it does not count.
    """

    value: str
    part: int
    of_subject: bool


class RoleReader:
    """Reads the roles of parts, with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._jobs = JobFinder(lexicon)

    def roles(self, parts: Sequence[Part]) -> tuple[list[Job], tuple[Role, ...]]:
        """The jobs of the parts in order, and the role of each."""
        jobs = self._jobs.jobs(parts)
        entries = self._entries(parts)
        return jobs, tuple(self._role(job, parts, entries) for job in jobs)

    def _role(self, job: Job, parts: Sequence[Part], entries: Sequence[_Entry]) -> Role:
        values, alternatives = self._modifiers(job, parts, entries)
        ordered = tuple(sorted(dict.fromkeys((*job.head.implies, *values)), key=self._lexicon.strength, reverse=True))
        spans = tuple(tuple(sorted(span, key=self._lexicon.strength, reverse=True)) for span in alternatives)
        return Role(job.head.family, job.head.head, ordered, spans, job.head.kind)

    def _modifiers(self, job: Job, parts: Sequence[Part], entries: Sequence[_Entry]) -> tuple[list[str], list[tuple[str, ...]]]:
        """The seniority values of a job, and the alternatives if the title names several levels."""
        levels, optional = self._levels(job, parts)
        everywhere = [entry.value for entry in entries if not (entry.of_subject and entry.part > job.part)]
        base = [*levels[0], *everywhere, *_numeral(job, parts)]
        several = len(levels) > 1
        values = [*(value for level in levels for value in level), *everywhere] if several else base
        if optional:
            return values, [tuple(base), *(tuple(dict.fromkeys((*more, *base))) for more in optional)]
        return values, [tuple(dict.fromkeys((*level, *everywhere))) for level in levels] if several else []

    def _levels(self, job: Job, parts: Sequence[Part]) -> tuple[list[list[str]], list[list[str]]]:
        """The seniority values of each level that a title names for a job, and those in brackets before it: "(Senior) PM"."""
        levels: list[list[str]] = _choices(parts[job.part].items, job.seniority)
        optional: list[list[str]] = []
        for number in own_parts(job.part, parts):
            part, ranks = parts[number], seniority_of(parts[number].items)
            values = [self._apart(i, number > job.part or len(ranks) > 1) for i in ranks]
            behind = parts[number + 1] if number < job.part else part
            alternative = "/" in part.opener or (number < job.part and "/" in behind.opener) or behind.items[0].kind == "join"
            if number < job.part and "(" in part.opener:
                optional.append(values)
            elif alternative and (levels[0] or number > job.part + 1 or number < job.part):
                levels.append(values)
            else:
                levels[0] = [*levels[0], *values]
        return [level for level in levels if level] or [[]], optional

    def _entries(self, parts: Sequence[Part]) -> list[_Entry]:
        """The entry words of the whole title, collected once for all of its jobs."""
        found: list[_Entry] = []
        for number, part in enumerate(parts):
            for item, following in pairwise([*before_link(part.items), None]):
                if item is not None and (values := self._jobs.entry_words(item)):
                    of_subject = "(" not in part.opener and following is not None and following.kind in ("other", "head")
                    found += [_Entry(value, number, of_subject) for value in values]
        return found

    def _apart(self, item: Item, corporate: bool) -> str:
        """The value of an item in a part of its own behind the head, or beside another rank ("Senior Associate, Product Owner")."""
        return self._lexicon.apart.get(item.value, item.value) if corporate else item.value


def _choices(items: Sequence[Item], seniority: Sequence[Item]) -> list[list[str]]:
    """The seniority values of a part, in one list for each side of "or" and "and": "Senior or Principal"."""
    sets: list[list[str]] = [[]]
    for before, item in pairwise([None, *items]):
        if item is not None and item in seniority:
            if before is not None and before.kind == "join" and sets[-1]:
                sets.append([])
            sets[-1].append(item.value)
    return sets


def _numeral(job: Job, parts: Sequence[Part]) -> list[str]:
    """The grade number right behind the head, a rank or "Level"; a Roman one behind a specialism of the head or alone in a part."""
    bare = all(i.kind != "other" for i in parts[job.part].items if i.start >= job.item.end)
    for part in parts[job.part : job.part + 2]:
        own = part is parts[job.part]
        behind = [i for i in part.items if i.start >= job.item.end]
        alone = not own and bare and "/" not in part.opener and [i.kind for i in part.items] == ["numeral"]
        for previous, item, following in zip([job.item, *behind], behind, [*behind[1:], None], strict=False):
            if item.kind in ("numeral", "figure"):
                grade = previous.kind == "seniority" or (previous is job.item and (own or alone))
                grade = grade or (previous.kind == "specialism" and item.kind == "numeral")
                step = previous.kind == "step" and (following is None or following.kind not in SUBJECT)
                if grade or step:
                    return [f"numeral-{item.value}"]
            if item.kind not in ("specialism", "seniority", "step"):
                break
    return []
