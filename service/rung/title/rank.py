"""Level and track of a title of any family by its words: rank words, the head of the job, and the subject of the head.

``rung.title.rank_words`` finds heads and modifiers. A head has a kind ("a manager of people", "a nurse", a plain job); the kind has
shares of levels and tracks for the head alone and for each modifier. All of it is data: ``training_data/shared/levels/``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from rung.title.rank_words import NO_PART, JobReader, RankJob, RankMatch, RankPart
from rung.title.words import CleanTitle, Token

Rank = tuple[str, str]  # a level and a track
Shares = Mapping[Rank, float]


class RankEvidence(NamedTuple):
    """A span of the raw title, and a phrase on its meaning for level or track; ``modifier`` is its word of level, or "".

    ``without`` are the shares of levels and tracks by the title without these words.
    """

    start: int
    end: int
    text: str
    says: str
    modifier: str
    without: Shares


class RankReading(NamedTuple):
    """The most likely level and track, the share of each level and track, and the words that decided.

    The shares sum to 1. ``stated`` is False if no word of the title decided and the plain job was assumed. ``span``: the title
    names several levels of one job; ``several``: it names several jobs.
    """

    level: str
    track: str
    probabilities: Shares
    evidence: tuple[RankEvidence, ...]
    stated: bool
    span: bool = False
    several: bool = False


class _Kind(NamedTuple):
    """A kind of head: the shares of the head ``alone`` and with each modifier.

    ``before`` and ``behind`` map classes of a subject before or behind the head to another kind. A kind that is a ``rank`` may have
    a part of its own behind another job; ``beside`` are the shares of that job then. A kind that ``serves`` has no such rank: what
    stands in another part is whom it serves ("Executive Assistant, CTO"). A kind that ``yields`` is a rank before which a chief in
    another part goes ("SVP, Chief Risk Officer").
    """

    says: str
    alone: Shares
    beside_modifier: Mapping[str, Shares]
    before: tuple[tuple[str, str], ...]
    behind: tuple[tuple[str, str], ...]
    beside: Shares | None
    rank: bool
    serves: bool
    yields: bool


class _Other(NamedTuple):
    """Another level or job that a title names: its shares, and whether the title names it ``first``.

    ``one_job``: it has the name of the job; ``several``: it has another name.
    """

    shares: Shares
    first: bool
    one_job: bool
    several: bool


def _shares(cells: Mapping[str, float]) -> Shares:
    return _shared(tuple(cells.items()))


@cache
def _shared(cells: Sequence[tuple[str, float]]) -> Shares:
    """The shares by level and track; most kinds of heads have those of others, and share one object."""
    return {_rank(cell): share for cell, share in cells}


@cache
def _rank(cell: str) -> Rank:
    level, _, track = cell.partition("/")
    return level, track


def _kind(row: Mapping[str, Any]) -> _Kind:
    before = tuple((name, kind) for name, kind in row["before"])
    behind = tuple((name, kind) for name, kind in row["behind"])
    beside = _shares(row["beside"]) if row["beside"] else None
    with_words = {name: _shares(cells) for name, cells in row["with"].items()}
    return _Kind(row["says"], _shares(row["alone"]), with_words, before, behind, beside, row["rank"], row["serves"], row["yields"])


class RankReader:
    """Reads level and track from the words of a cleaned title; made once from the compiled data."""

    def __init__(self, jobs: JobReader, kinds: Mapping[str, _Kind], data: Mapping[str, Any]) -> None:
        """``data`` holds the settings of ``reading.yaml``; see ``from_dict``."""
        self._jobs = jobs
        self._kinds = kinds
        self._plain: str = data["plain"]
        self._first: float = data["first"]
        self._alternative: str = data["alternative"]
        self._optional: str = data["optional"]
        self._levels: Sequence[str] = data["levels"]
        self._families: Mapping[str, str] = data["families"]
        self._grades: str = data["grades"]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> RankReader:
        """Read back what ``rung.training.levels.levels_dict`` wrote."""
        return cls(JobReader(data), {name: _kind(row) for name, row in data["kinds"].items()}, data)

    @property
    def forms(self) -> Collection[str]:
        """The known forms, of one word or several; the ends of compounds begin with an asterisk."""
        return self._jobs.words.keys()

    def read(self, title: CleanTitle, family: str | None = None) -> RankReading:
        """The level and track of a title; ``family`` counts if the title does not name what its manager manages."""
        tokens = self._jobs.kept(title.tokens)
        parts = self._jobs.parts(tokens)
        jobs = [job for part in parts if (job := self._jobs.job(part)) is not None]
        whole = [job for job in jobs if not self._jobs.alone(job)]
        named = whole or [job for job in jobs if job.head] or jobs
        job = self._jobs.whole(named[0], jobs) if named else RankJob(parts[0] if parts else NO_PART, None, ())
        kind, subject = self._kind_of(job, parts, family)
        own = self._jobs.own(job, tokens) if kind.serves else job.modifiers
        modifiers = [*own, *self._jobs.elsewhere(job, parts)]
        if (above := self._above(job, kind, jobs, parts)) is not None:
            job, shares = above
            kind = self._kind_of(job, parts, family)[0]
            strongest = self._strongest(kind, job.modifiers)
            used = self._used(job, kind, None, job.modifiers, strongest, None)
            return self._reading(shares, used, kind, strongest, tokens, title)
        ranked = self._rank_alone(job, jobs, kind)
        if ranked is not None:
            job, beside = ranked
            kind, subject = self._kind_of(job, parts, family)
            modifiers = list(job.modifiers)
            if beside:
                used = [(job.head, self._kinds[self._plain].alone)] if job.head else []
                return self._reading(beside, used, kind, None, tokens, title)
        strongest = self._strongest(kind, modifiers)
        grade = None if strongest or kind.rank else self._grade(title, kind)
        lower = self._lower(job, kind, modifiers, parts, tokens)
        other = None if lower is not None else self._other(job, kind, jobs, parts, tokens)
        if other is not None and other.first:
            modifiers = list(job.modifiers)
        if grade is not None:
            modifiers.append(grade[0])
        shares = lower if lower is not None else self._with(other, kind, modifiers)
        used = self._used(job, kind, subject, modifiers, strongest, other)
        reading = self._reading(shares, used, kind, strongest, tokens, title)
        if grade is not None:
            reading = reading._replace(evidence=(*reading.evidence, grade[1]), stated=True)
        if other is None:
            return reading._replace(span=lower is not None)
        span = other.one_job and _best(self._cells(kind, modifiers))[0] != _best(other.shares)[0]
        return reading._replace(span=span, several=other.several)

    def _used(
        self,
        job: RankJob,
        kind: _Kind,
        subject: RankMatch | None,
        modifiers: Sequence[RankMatch],
        strongest: RankMatch | None,
        other: _Other | None,
    ) -> list[tuple[RankMatch, Shares]]:
        """The words that decided, each with the shares of the title without it."""
        used = []
        if strongest is not None:
            left = [m for m in modifiers if m is not strongest]
            used.append((strongest, self._with(other if strongest in modifiers else None, kind, left)))
        if job.head is not None:
            used.append((job.head, self._with(other, self._kinds[self._plain], modifiers)))
        if job.head is not None and subject is not None:
            used.append((subject, self._with(other, self._kinds[job.head.word.kind], modifiers)))
        return used

    def _rank_alone(self, job: RankJob, jobs: Sequence[RankJob], kind: _Kind) -> tuple[RankJob, Shares | None] | None:
        """A rank in a part of its own, behind a job without rank words ("Engineering - Senior Director"), and its shares."""
        if kind.rank or kind.serves or job.modifiers:
            return None
        for other in jobs:
            if (
                other is job
                or other.head is None
                or (job.head is not None and other.head.word.modifier and self._jobs.alone(other))
                or (other.head.plural and job.head is not None and not job.head.plural)
                or other.part.mark == self._alternative
                or other.part.first < job.part.first
            ):
                continue
            rank = self._kinds[other.head.word.kind]
            known = [m for m in other.part.matches if m.first < other.part.link and m is not other.head]
            if rank.rank and other.part.unknown < 0 and all(m.word.modifier for m in known):
                return other, (rank.beside if job.head is not None and not other.modifiers else None)
        return None

    def _above(
        self, job: RankJob, kind: _Kind, jobs: Sequence[RankJob], parts: Sequence[RankPart]
    ) -> tuple[RankJob, Shares] | None:
        """The job that a rank stands before, and its shares: a chief, or what somebody with a rank of the firm does.

        "SVP, Chief Risk Officer", "Vice President, Senior Engineer".
        """
        if not kind.yields:
            return None
        bare = kind.beside is not None and self._jobs.bare(job)
        for other in jobs:
            if other.part.first < job.part.last or not self._jobs.named(other):
                continue
            does = self._kind_of(other, parts, None)[0]
            shares = self._cells(does, other.modifiers)
            if _best(shares)[0] == self._levels[-1] and self._jobs.opens(other):
                return other, shares
            if bare and other.part.mark != self._alternative and not (does.rank or does.serves):
                return other, shares if kind.beside is None or self._strongest(does, other.modifiers) else kind.beside
        return None

    def _kind_of(self, job: RankJob, parts: Sequence[RankPart], family: str | None) -> tuple[_Kind, RankMatch | None]:
        """The kind of a job's head by the class of the nearest subject, and that subject."""
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
        behind = [m for m in own[::onward] if m.first >= head.last and (m.first < job.part.strange or not head.word.leads)]
        later = [m for part in parts if part.first > job.part.first for m in part.matches[::onward]]
        earlier = [m for part in reversed(parts) if part.first < job.part.first for m in reversed(part.matches)]
        for matches, classes in ((before, kind.before), (behind, kind.behind), (later, kind.behind), (earlier, kind.before)):
            for match in matches:
                if name := _of_class(classes, match.word.subjects):
                    return self._kinds[name], match
        name = _of_class(kind.before, (self._families.get(family or "", ""),))
        return (self._kinds[name] if name else kind), None

    def _strongest(self, kind: _Kind, modifiers: Sequence[RankMatch]) -> RankMatch | None:
        """The strongest modifier that this kind of head has shares for."""
        known = [m for m in modifiers if m.word.modifier in kind.beside_modifier]
        return max(known, key=lambda m: self._jobs.modifiers[m.word.modifier].strength, default=None)

    def _grade(self, title: CleanTitle, kind: _Kind) -> tuple[RankMatch, RankEvidence] | None:
        """A grade that cleaning set aside, as a modifier and as evidence."""
        for aside in title.set_aside:
            word = self._jobs.words.get(aside.value) if aside.kind == self._grades else None
            if word is not None and word.modifier in kind.beside_modifier:
                start = max(title.raw.find(aside.text), 0)
                says = self._jobs.modifiers[word.modifier].says
                evidence = RankEvidence(start, start + len(aside.text), aside.text, says, "", kind.alone)
                return RankMatch(0, 0, word, None), evidence
        return None

    def _lower(
        self, job: RankJob, kind: _Kind, modifiers: Sequence[RankMatch], parts: Sequence[RankPart], tokens: Sequence[Token]
    ) -> Shares | None:
        """The shares of both levels, the lower one first, if a word of level in round brackets is before the job: "(Senior)"."""
        optional = [
            match
            for part in parts
            if part.mark.endswith(self._optional) and part.last == job.part.first and not self._jobs.nouns(part, tokens)
            for match in part.matches
        ]
        without = self._cells(kind, [m for m in modifiers if m not in optional])
        both = sorted((without, self._cells(kind, modifiers)), key=lambda shares: self._levels.index(_best(shares)[0]))
        return self._mixed(*both) if _best(both[0])[0] != _best(both[1])[0] else None

    def _other(
        self, job: RankJob, kind: _Kind, jobs: Sequence[RankJob], parts: Sequence[RankPart], tokens: Sequence[Token]
    ) -> _Other | None:
        """The alternative that the title has: another level of the job, or another job. The other gender of a job is none."""
        for other in jobs:
            if self._jobs.joined(job, other):
                if not other.modifiers and self._jobs.same(job.head, other.head, tokens):
                    continue
                shares = self._cells(self._kind_of(other, parts, None)[0] if other.head else kind, other.modifiers)
                one_job = self._jobs.one_job(job, other, tokens)
                several = not one_job and job.head is not None and other.head is not None
                return _Other(shares, False, one_job, several)
            ranks_only = self._jobs.alone(other) and other.part.link == other.part.last
            if job.part.mark == self._alternative and other.part.last == job.part.first and ranks_only:
                return _Other(self._cells(kind, [m for m in other.part.matches if m.word.modifier]), True, True, False)
        return None

    def _with(self, other: _Other | None, kind: _Kind, modifiers: Sequence[RankMatch]) -> Shares:
        """The shares of a job with a head of this kind and these modifiers, beside those of an alternative."""
        own = self._cells(kind, modifiers)
        if other is None:
            return own
        return self._mixed(other.shares, own) if other.first else self._mixed(own, other.shares)

    def _cells(self, kind: _Kind, modifiers: Sequence[RankMatch]) -> Shares:
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
        used: Sequence[tuple[RankMatch, Shares]],
        kind: _Kind,
        modifier: RankMatch | None,
        tokens: Sequence[Token],
        title: CleanTitle,
    ) -> RankReading:
        """A reading whose evidence are the words ``used``, each with the shares without it."""
        level, track = _best(shares)
        evidence = []
        for match, without in used:
            start, end = tokens[match.first].start, tokens[match.last - 1].end
            name = match.word.modifier if match is modifier else ""
            says = self._jobs.modifiers[name].says if name else kind.says
            evidence.append(RankEvidence(start, end, title.raw[start:end], says, name, without))
        evidence.sort(key=attrgetter("start", "end"))
        return RankReading(level, track, shares, tuple(evidence), bool(modifier) or kind.rank)


def _best(shares: Shares) -> Rank:
    return max(shares, key=lambda rank: shares[rank])


def _of_class(classes: Sequence[tuple[str, str]], subjects: Sequence[str]) -> str:
    """The kind for the first class of the list that a subject has, or ""."""
    return next((kind for name, kind in classes if name in subjects), "")
