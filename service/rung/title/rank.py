"""Level and track of any job's title by its words alone: rank words, the head that they stand beside, and the head's subject.

A title is cut into parts at its marks. In each part the words before the first link ("of", "to", "for") name the job; what
follows the link can only say what the head is about. The head gives a kind ("a manager of people", "a nurse", a plain job), the
kind's row gives a cell for the head alone and for each modifier beside it. All of it is data: ``training_data/shared/levels/``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.types import CleanTitle, Token

Rank = tuple[str, str]  # a level and a track
Shares = Mapping[Rank, float]


class RankEvidence(NamedTuple):
    """A span of the raw title and what its words say about the level or the track."""

    start: int
    end: int
    text: str
    says: str


class RankReading(NamedTuple):
    """The likeliest level and track, the share of every one that a careful reader could give, and the words that decided.

    The shares sum to 1. ``stated`` is False where no word of the title decided and the plain job was assumed.
    """

    level: str
    track: str
    probabilities: Shares
    evidence: tuple[RankEvidence, ...]
    stated: bool


class _Kind(NamedTuple):
    """What a head is: its cells alone and with each modifier; ``before`` and ``behind`` give the kind by the subject's class.

    ``beside`` is what a part that names a rank alone says behind another job; a kind that is a ``rank`` can stand so.
    """

    says: str
    alone: Shares
    beside_modifier: Mapping[str, Shares]
    before: tuple[tuple[str, str], ...]
    behind: tuple[tuple[str, str], ...]
    beside: Shares | None
    rank: bool


class _Modifier(NamedTuple):
    """How strong a modifier is beside others, and where it counts.

    ``place``: anywhere | parts (in any part, not behind a link) | title (in the head's part, or in one of its own) | end (behind a
    head, or last in its part) | behind (right behind a head) |
    start (first in its part, before others). ``follows``: behind a head it still belongs to that head ("Engineer
    Associate"), else it is the head ("Nurse Assistant").
    """

    strength: int
    place: str
    follows: bool
    says: str


class _Word(NamedTuple):
    kind: str
    modifier: str
    subjects: tuple[str, ...]
    leads: bool  # a head of a language in which the head stands before what describes it


class _Match(NamedTuple):
    """Words ``first`` to ``last`` (excluded) of a title that the data knows, and the unread start of a compound."""

    first: int
    last: int
    word: _Word
    rest: _Word | None


class _Part(NamedTuple):
    """A part of a title: words ``first`` to ``last``, where its first link stands, what the data knows in it, and its mark."""

    first: int
    last: int
    link: int
    matches: tuple[_Match, ...]
    mark: str
    unknown: int  # the last word that nothing knows before the link, or -1


class _Job(NamedTuple):
    """What a part names: its head (None: a plain job that only a modifier tells of) and the modifiers of its part."""

    part: _Part
    head: _Match | None
    modifiers: tuple[_Match, ...]


def _shares(cells: Mapping[str, float]) -> Shares:
    found: dict[Rank, float] = {}
    for cell, share in cells.items():
        level, _, track = cell.partition("/")
        found[level, track] = share
    return found


def _kind(row: Mapping[str, Any]) -> _Kind:
    before = tuple((name, kind) for name, kind in row["before"])
    behind = tuple((name, kind) for name, kind in row["behind"])
    beside = _shares(row["beside"]) if row["beside"] else None
    with_words = {name: _shares(cells) for name, cells in row["with"].items()}
    return _Kind(row["says"], _shares(row["alone"]), with_words, before, behind, beside, row["rank"])


class RankReader:
    """Reads level and track from the words of a cleaned title; made once from the compiled data."""

    def __init__(
        self,
        kinds: Mapping[str, _Kind],
        modifiers: Mapping[str, _Modifier],
        words: Mapping[str, _Word],
        tables: Mapping[str, Any],
    ) -> None:
        self._kinds = kinds
        self._modifiers = modifiers
        self._words = words
        self._plain: str = tables["plain"]
        self._links = frozenset(tables["links"])
        self._joins = frozenset(tables["joins"])
        self._transparent = frozenset(tables["transparent"])
        self._endings = frozenset(tables["endings"])
        self._plurals = tuple(tables["plurals"])
        self._first: float = tables["first"]
        self._alternative: str = tables["alternative"]
        self._families: Mapping[str, str] = tables["families"]
        self._grades: str = tables["grades"]
        self._ends = sorted({len(form) - 1 for form in words if form[0] == "*"}, reverse=True)
        self._longest: dict[str, int] = {}
        for form in words:
            start, _, more = form.partition(" ")
            self._longest[start] = max(self._longest.get(start, 1), 1 + more.count(" ") + bool(more))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RankReader:
        """Read what ``rung.training.levels.levels_dict`` compiled."""
        kinds = {name: _kind(row) for name, row in data["kinds"].items()}
        modifiers = {name: _Modifier(*row) for name, row in data["modifiers"].items()}
        words = {form: _Word(row[0], row[1], tuple(row[2]), row[3]) for form, row in data["words"].items()}
        return cls(kinds, modifiers, words, data)

    def read(self, title: CleanTitle, family: str | None = None) -> RankReading:
        """The level and track of a title; ``family`` helps where the title does not say what its manager manages."""
        tokens = self._kept(title.tokens)
        parts = self._parts(tokens)
        jobs = [job for part in parts if (job := self._job(part, tokens)) is not None]
        whole = [job for job in jobs if not self._alone(job)]
        named = whole or [job for job in jobs if job.head] or jobs
        job = named[0] if named else _Job(parts[0] if parts else _NO_PART, None, ())
        modifiers = [*job.modifiers, *self._elsewhere(job, parts)]
        kind, subject = self._kind_of(job, parts, tokens, family)
        ranked = self._rank_alone(job, jobs, kind, modifiers)
        if ranked is not None:
            job, told = ranked
            kind, subject = self._kind_of(job, parts, tokens, family)
            modifiers = list(job.modifiers)
            if told:
                return self._reading(told, [job.head] if job.head else [], kind, None, tokens, title)
        strongest = self._strongest(kind, modifiers)
        grade = None if strongest or kind.rank else self._grade(title)
        shares = kind.alone
        if strongest is not None:
            shares = kind.beside_modifier[strongest.word.modifier]
        elif grade is not None and grade in kind.beside_modifier:
            shares = kind.beside_modifier[grade]
        shares = self._with_alternative(shares, job, kind, jobs, parts, tokens)
        used = [m for m in (strongest, job.head, subject) if m is not None]
        return self._reading(shares, used, kind, strongest, tokens, title)

    def _kept(self, tokens: Sequence[Token]) -> list[Token]:
        """The words of a title without the endings that stand apart ("Chef·fe", "(e)")."""
        return [t for i, t in enumerate(tokens) if not (i and t.gap and t.text in self._endings)]

    def _parts(self, tokens: Sequence[Token]) -> list[_Part]:
        """The parts of a title: cut at its marks, and behind a head at a word that joins another job to it."""
        parts: list[_Part] = []
        starts = [i for i, token in enumerate(tokens) if i and token.gap and token.gap != "~"]
        first = 0
        for last in [*starts, len(tokens)]:
            mark = tokens[first].gap if first < last else ""
            while first < last:
                part = self._part(tokens, first, last, mark)
                parts.append(part)
                first, mark = (last, "") if part.last == last else (part.last + 1, self._alternative)
        return parts

    def _part(self, tokens: Sequence[Token], first: int, last: int, mark: str) -> _Part:
        matches: list[_Match] = []
        at, link, unknown = first, last, -1
        while at < last:
            match = self._longest_match(tokens, at, last)
            if match is not None:
                matches.append(match)
                at = match.last
                continue
            text = tokens[at].text
            if text in self._joins and matches and matches[-1].last == at and matches[-1].word.kind and link == last:
                if not matches[-1].word.modifier:
                    return _Part(first, at, min(link, at), tuple(matches), mark, unknown)
            elif text in self._links:
                if link == last and (unknown >= 0 or any(m.word.kind or m.word.modifier for m in matches)):
                    link = at
            elif link == last and text not in self._transparent:
                unknown = at
            at += 1
        return _Part(first, last, link, tuple(matches), mark, unknown)

    def _longest_match(self, tokens: Sequence[Token], at: int, last: int) -> _Match | None:
        text = tokens[at].text
        for size in range(min(self._longest.get(text, 1), last - at), 1, -1):
            word = self._words.get(" ".join([t.text for t in tokens[at : at + size]]))
            if word is not None:
                return _Match(at, at + size, word, None)
        word, rest = self._single(text)
        return None if word is None else _Match(at, at + 1, word, rest)

    def _single(self, text: str) -> tuple[_Word | None, _Word | None]:
        """One word: as it stands, without its plural, or by the longest end that a compound is known by."""
        if (word := self._words.get(text)) is not None:
            return word, None
        for plural in self._plurals:
            if text.endswith(plural) and (word := self._words.get(text[: -len(plural)])) is not None:
                return word, None
        for size in self._ends:
            start = len(text) - size
            if start > 0 and (word := self._words.get("*" + text[start:])) is not None:
                return word, self._words.get(text[:start]) or self._words.get(text[: start - 1])
        return None, None

    def _job(self, part: _Part, tokens: Sequence[Token]) -> _Job | None:
        """What a part names, or None where nothing in it is a head or a modifier."""
        front = [m for m in part.matches if m.first < part.link]
        heads = _rivals([m for m in front if m.word.kind])
        head = heads[-1] if heads else None
        if head is not None and head.word.modifier:
            head = self._double(part, heads)
        modifiers = [m for m in part.matches if m.word.modifier and m is not head and self._stands(m, part, head, heads)]
        return _Job(part, head, tuple(modifiers)) if head or modifiers else None

    def _double(self, part: _Part, heads: Sequence[_Match]) -> _Match | None:
        """The head where the last one could be a modifier too: behind another head, or before a word that nothing knows."""
        last = heads[-1]
        if last.word.leads:
            return last
        if part.unknown >= last.last and part.unknown == part.link - 1:
            return None
        if self._modifiers[last.word.modifier].follows:
            return next((m for m in heads if not m.word.modifier and m.last == last.first), last)
        return last

    def _stands(self, match: _Match, part: _Part, head: _Match | None, heads: Sequence[_Match]) -> bool:
        """True where a modifier belongs to the job of its part."""
        place = self._modifiers[match.word.modifier].place
        if place in ("end", "behind"):
            if any(m.last == match.first for m in heads):
                return True
            inner = match.first > part.first or part.mark == self._alternative
            return place == "end" and inner and match.last == part.last
        if place == "start":
            return match.first == part.first and match.last < part.link
        if match.first < part.link:
            return True
        return place == "anywhere" and not any(m.word.kind and m.first > match.first for m in part.matches)

    def _alone(self, job: _Job) -> bool:
        """True for a part that holds words of rank only: they belong to the job that another part names."""
        return job.part.unknown < 0 and all(m.word.modifier for m in job.part.matches if m.first < job.part.link)

    def _elsewhere(self, job: _Job, parts: Sequence[_Part]) -> list[_Match]:
        """The modifiers that stand in a part of their own, and those that count in whatever part they stand."""
        found: list[_Match] = []
        for part in parts:
            if part is job.part or (part.mark == self._alternative and part.first >= job.part.last):
                continue
            front = [m for m in part.matches if m.first < part.link]
            lone = part.unknown < 0 and all(m.word.modifier for m in front)
            heads = [m.first for m in front if m.word.kind]
            for match in front:
                if match.word.modifier and (lone or self._roams(match, heads)):
                    found.append(match)
        return found

    def _roams(self, match: _Match, heads: Sequence[int]) -> bool:
        """True for a modifier that counts in any part, where no head of that part stands behind it."""
        return self._modifiers[match.word.modifier].place in ("anywhere", "parts") and not any(h > match.first for h in heads)

    def _rank_alone(
        self, job: _Job, jobs: Sequence[_Job], kind: _Kind, modifiers: Sequence[_Match]
    ) -> tuple[_Job, Shares | None] | None:
        """A rank that stands in a part of its own behind a job with no word of rank ("Engineering - Senior Director")."""
        if kind.rank or any(m in job.modifiers for m in modifiers if self._modifiers[m.word.modifier].strength):
            return None
        for other in jobs:
            if (
                other is job
                or other.head is None
                or (job.head is not None and other.head.word.modifier)
                or other.part.mark == self._alternative
                or other.part.first < job.part.first
            ):
                continue
            rank = self._kinds[other.head.word.kind]
            known = [m for m in other.part.matches if m.first < other.part.link and m is not other.head]
            if rank.rank and other.part.unknown < 0 and all(m.word.modifier for m in known):
                return other, (rank.beside if job.head is not None and not other.modifiers else None)
        return None

    def _kind_of(
        self, job: _Job, parts: Sequence[_Part], tokens: Sequence[Token], family: str | None
    ) -> tuple[_Kind, _Match | None]:
        """The kind of a job's head by the class of the subject that stands nearest, and that subject."""
        head = job.head
        if head is None:
            return self._kinds[self._plain], None
        kind = self._kinds[head.word.kind]
        if not kind.before:
            return kind, None
        if head.rest is not None and (name := _of_class(kind.before, head.rest.subjects)):
            return self._kinds[name], None
        own = job.part.matches
        before = [m for m in reversed(own) if m.last <= head.first]
        onward = 1 if head.word.leads else -1
        behind = [m for m in own[::onward] if m.first >= head.last]
        later = [m for part in parts if part.first > job.part.first for m in part.matches[::onward]]
        earlier = [m for part in reversed(parts) if part.first < job.part.first for m in reversed(part.matches)]
        for matches, classes in ((before, kind.before), (behind, kind.behind), (later, kind.behind), (earlier, kind.before)):
            for match in matches:
                if name := _of_class(classes, match.word.subjects):
                    return self._kinds[name], match
        name = _of_class(kind.before, (self._families.get(family or "", ""),))
        return (self._kinds[name] if name else kind), None

    def _strongest(self, kind: _Kind, modifiers: Sequence[_Match]) -> _Match | None:
        """The strongest modifier that says something beside this kind of head."""
        known = [m for m in modifiers if m.word.modifier in kind.beside_modifier]
        return max(known, key=lambda m: self._modifiers[m.word.modifier].strength, default=None)

    def _grade(self, title: CleanTitle) -> str | None:
        """The modifier that a grade set aside by cleaning stands for."""
        for aside in title.set_aside:
            if aside.kind == self._grades:
                word = self._words.get(aside.value) or self._words.get(aside.value.replace(" ", ""))
                if word is not None and word.modifier:
                    return word.modifier
        return None

    def _with_alternative(
        self, shares: Shares, job: _Job, kind: _Kind, jobs: Sequence[_Job], parts: Sequence[_Part], tokens: Sequence[Token]
    ) -> Shares:
        """The shares of the first and of the second of two jobs or levels between which a title leaves the choice."""
        for other in jobs:
            if other.part.mark == self._alternative and other.part.first == job.part.last:
                second = self._kind_of(other, parts, tokens, None)[0] if other.head else kind
                return self._mixed(shares, self._cells(second, other.modifiers))
            if job.part.mark == self._alternative and other.part.last == job.part.first and self._alone(other):
                return self._mixed(self._cells(kind, other.modifiers), self._cells(kind, job.modifiers))
        return shares

    def _cells(self, kind: _Kind, modifiers: Sequence[_Match]) -> Shares:
        strongest = self._strongest(kind, modifiers)
        return kind.beside_modifier[strongest.word.modifier] if strongest else kind.alone

    def _mixed(self, first: Shares, second: Shares) -> Shares:
        both = {rank: self._first * share for rank, share in first.items()}
        for rank, share in second.items():
            both[rank] = both.get(rank, 0.0) + (1 - self._first) * share
        return both

    def _reading(
        self,
        shares: Shares,
        used: Sequence[_Match],
        kind: _Kind,
        modifier: _Match | None,
        tokens: Sequence[Token],
        title: CleanTitle,
    ) -> RankReading:
        level, track = max(shares, key=lambda rank: shares[rank])
        evidence = []
        for match in used:
            start, end = tokens[match.first].start, tokens[match.last - 1].end
            says = self._modifiers[match.word.modifier].says if match is modifier else kind.says
            evidence.append(RankEvidence(start, end, title.raw[start:end], says))
        evidence.sort()
        return RankReading(level, track, shares, tuple(evidence), bool(modifier) or kind.rank)


def _rivals(heads: Sequence[_Match]) -> Sequence[_Match]:
    """The heads of which the last one counts: a first one that leads stands alone, one that leads behind others describes them."""
    return heads[:1] if heads and heads[0].word.leads else [m for m in heads if not m.word.leads]


_NO_PART = _Part(0, 0, 0, (), "", -1)


def _of_class(classes: Sequence[tuple[str, str]], subjects: Sequence[str]) -> str:
    """The kind for the first class of the list that a subject has, or ""."""
    return next((kind for name, kind in classes if name in subjects), "")
