"""The parts of a title of any family: the head of each, and the words of level that belong to it.

A title is split into parts at its separators. In each part the words before the first link ("of", "to", "for") name the job; the
words behind it can only be its subject. Which words are heads, modifiers or subjects is data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rung.title.words import Token


class RankModifier(NamedTuple):
    """A modifier: of several, the one with the greatest ``strength`` counts.

    ``place`` is where it counts: ``anywhere``; ``parts`` (in any part, not behind a link); ``title`` (in the part of the head or in
    one of its own); ``end`` (behind a head, or last in its part); ``behind`` (right behind a head); ``start`` (first in its part,
    before others). ``follows``: behind a head it belongs to that head ("Engineer Associate"), else it is the head ("Nurse
    Assistant").
    """

    strength: int
    place: str
    follows: bool
    says: str


class RankWord(NamedTuple):
    """A form: its kind as a head, its modifier, its classes as a subject; "" or empty if it is none of that."""

    kind: str
    modifier: str
    subjects: tuple[str, ...]
    leads: bool  # a head of a language in which the head precedes what describes it


class RankMatch(NamedTuple):
    """Known words ``first`` to ``last`` (excluded) of a title; ``rest`` is the start of a compound, if that is known, too.

    ``plural``: the word is the plural of a form.
    """

    first: int
    last: int
    word: RankWord
    rest: RankWord | None
    plural: bool = False


class RankPart(NamedTuple):
    """A part of a title: words ``first`` to ``last`` (excluded), the place of its first link, and the separator before it."""

    first: int
    last: int
    link: int
    matches: tuple[RankMatch, ...]
    mark: str
    unknown: int  # the last unknown word before the link, or -1
    strange: int  # the first unknown word behind the link, or ``last``


class RankJob(NamedTuple):
    """The job of a part: its head (``None``: a plain job, of which only modifiers are named) and its modifiers."""

    part: RankPart
    head: RankMatch | None
    modifiers: tuple[RankMatch, ...]


_TITLE = "title"
_JOIN = 1  # most words between two alternative jobs
_WORDS = 8_192  # words of which the lookup is cached
NO_PART = RankPart(0, 0, 0, (), "", -1, 0)


class JobReader:
    """Finds the jobs that the parts of a title name; made once from the compiled data."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """``data`` is what ``rung.training.levels.levels_dict`` wrote."""
        self.modifiers = {name: RankModifier(*row) for name, row in data["modifiers"].items()}
        self.words = {form: RankWord(row[0], row[1], tuple(row[2]), row[3]) for form, row in data["words"].items()}
        self._links = frozenset(data["links"])
        self._joins = frozenset(data["joins"])
        self._transparent = frozenset(data["transparent"])
        self._endings = frozenset(data["endings"])
        self._plurals = tuple(data["plurals"])
        self._shortest: int = data["shortest_plural"]
        self._genders = [(first, second) for pair in data["genders"] for first, second in (pair, pair[::-1])]
        self._alternative: str = data["alternative"]
        self._compounds = {form[1:]: word for form, word in self.words.items() if form[0] == "*"}
        self._sizes = sorted({len(end) for end in self._compounds}, reverse=True)
        self._longest: dict[str, int] = {}  # by first word: the words of the longest form of several words
        for form in self.words:
            start, _, more = form.partition(" ")
            if more:
                self._longest[start] = max(self._longest.get(start, 2), 2 + more.count(" "))
        self._single = lru_cache(maxsize=_WORDS)(self._single_uncached)

    def kept(self, tokens: Sequence[Token]) -> list[Token]:
        """The words of a title without endings that are written apart ("Chef·fe", "(e)")."""
        return [t for i, t in enumerate(tokens) if not (i and t.gap and t.text in self._endings)]

    def parts(self, tokens: Sequence[Token]) -> list[RankPart]:
        """The parts of a title: split at separators, and behind a head at a word that joins another job to it."""
        parts: list[RankPart] = []
        starts = [i for i, token in enumerate(tokens) if i and token.gap and token.gap != "~"]
        first = 0
        for last in [*starts, len(tokens)]:
            mark = tokens[first].gap if first < last else ""
            while first < last:
                part = self._part(tokens, first, last, mark)
                parts.append(part)
                first, mark = (last, "") if part.last == last else (part.last + 1, self._alternative)
        return parts

    def _part(self, tokens: Sequence[Token], first: int, last: int, mark: str) -> RankPart:
        matches: list[RankMatch] = []
        at, link, unknown, strange = first, last, -1, last
        while at < last:
            match = self._longest_match(tokens, at, last)
            if match is not None:
                matches.append(match)
                at = match.last
                continue
            text = tokens[at].text
            if text in self._joins and matches and matches[-1].last == at and matches[-1].word.kind and link == last:
                if not matches[-1].word.modifier:
                    return RankPart(first, at, min(link, at), tuple(matches), mark, unknown, at)
            elif text in self._links:
                if link == last and (unknown >= 0 or any(m.word.kind or m.word.modifier for m in matches)):
                    link = at
            elif text not in self._transparent:
                if link == last:
                    unknown = at
                else:
                    strange = min(strange, at)
            at += 1
        return RankPart(first, last, link, tuple(matches), mark, unknown, strange)

    def _longest_match(self, tokens: Sequence[Token], at: int, last: int) -> RankMatch | None:
        text = tokens[at].text
        longest = self._longest.get(text, 1)
        if longest > 1:
            for size in range(min(longest, last - at), 1, -1):
                word = self.words.get(" ".join([t.text for t in tokens[at : at + size]]))
                if word is not None:
                    return RankMatch(at, at + size, word, None)
        word, rest, plural = self._single(text)
        return None if word is None else RankMatch(at, at + 1, word, rest, plural)

    def _single_uncached(self, text: str) -> tuple[RankWord | None, RankWord | None, bool]:
        """Look up one word: as written, without its plural ending, or by the longest known end of a compound."""
        if (word := self.words.get(text)) is not None:
            return word, None, False
        for plural in self._plurals:
            if text.endswith(plural) and len(text) >= self._shortest and (word := self.words.get(text[: -len(plural)])) is not None:
                return word, None, True
        for size in self._sizes:
            if size < len(text) and (word := self._compounds.get(text[-size:])) is not None:
                start = text[:-size]
                return word, self.words.get(start) or self.words.get(start[:-1]), False
        return None, None, False

    def job(self, part: RankPart) -> RankJob | None:
        """The job of a part; ``None`` if it has neither head nor modifier."""
        if not part.matches:
            return None
        front = [m for m in part.matches if m.first < part.link]
        heads = _rivals([m for m in front if m.word.kind])
        head = heads[-1] if heads else None
        if head is not None and head.word.modifier:
            head = self._double(part, heads)
        modifiers = [m for m in part.matches if m.word.modifier and m is not head and self._stands(m, part, heads)]
        return RankJob(part, head, tuple(modifiers)) if head or modifiers else None

    def _double(self, part: RankPart, heads: Sequence[RankMatch]) -> RankMatch | None:
        """The head of a part whose last head may be a modifier, too.

        It is a modifier behind another head, before an unknown last word, and before a modifier such as "lead".
        """
        last = heads[-1]
        if last.word.leads:
            return last
        if part.unknown >= last.last and part.unknown == part.link - 1:
            return None
        behind = [m for m in part.matches if last.last <= m.first < part.link and m.word.modifier]
        if any(self.modifiers[m.word.modifier].place == _TITLE for m in behind):
            return None
        if self.modifiers[last.word.modifier].follows:
            return next((m for m in heads if not m.word.modifier and m.last == last.first), last)
        return last

    def _stands(self, match: RankMatch, part: RankPart, heads: Sequence[RankMatch]) -> bool:
        """Whether a modifier belongs to the job of its part."""
        place = self.modifiers[match.word.modifier].place
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

    def joined(self, job: RankJob, other: RankJob) -> bool:
        """Whether the other job is an alternative that follows this one: "Engineer / Architect"."""
        return other.part.mark == self._alternative and 0 <= other.part.first - job.part.last <= _JOIN

    def whole(self, job: RankJob, jobs: Sequence[RankJob]) -> RankJob:
        """A job without a head, with that of an alternative without words of level: "Senior UX/UI Designer" is one job."""
        if job.head is None and not self.alone(job):
            for other in jobs:
                if self.joined(job, other) and other.head is not None and not other.modifiers:
                    return other._replace(modifiers=job.modifiers)
        return job

    def same(self, head: RankMatch | None, other: RankMatch | None, tokens: Sequence[Token]) -> bool:
        """Whether two heads are one word in both genders: "Kaufmann / Kauffrau"."""
        if head is None or other is None:
            return False
        pairs = [(tokens[head.first].text, tokens[other.first].text), (tokens[head.last - 1].text, tokens[other.last - 1].text)]
        return pairs[1][0] == pairs[1][1] or any(
            one.endswith(first) and two == one[: len(one) - len(first)] + second
            for one, two in pairs
            for first, second in self._genders
        )

    def one_job(self, job: RankJob, other: RankJob, tokens: Sequence[Token]) -> bool:
        """Whether two jobs have one name: the same head, or, if a head is not known, the same words beside those of level."""
        one, two = (
            [t.text for t in tokens[each.head.first : each.head.last]] if each.head else self.nouns(each.part, tokens)
            for each in (job, other)
        )
        return not one or not two or one == two

    def nouns(self, part: RankPart, tokens: Sequence[Token]) -> list[str]:
        """The words of a part, up to its link, that are no words of level and carry something."""
        ranks = {at for m in part.matches if m.word.modifier and not m.word.kind for at in range(m.first, m.last)}
        words = [tokens[at].text for at in range(part.first, part.link) if at not in ranks]
        return [word for word in words if word not in self._transparent]

    def alone(self, job: RankJob) -> bool:
        """True for a part with rank words only: they belong to the job of another part. "Head of Sales" is a job of its own."""
        part = job.part
        if job.head is not None and part.link + 1 < part.last:
            return False
        return part.unknown < 0 and all(m.word.modifier for m in part.matches if m.first < part.link)

    def own(self, job: RankJob, tokens: Sequence[Token]) -> list[RankMatch]:
        """The modifiers of a job that serves somebody, without those of whom it serves: "PA to Senior Partner"."""
        head = job.head
        if head is None:
            return list(job.modifiers)
        ended = tokens[head.last - 1].text in self._links
        last = max([m.last for m in job.part.matches if m.word.kind and m is not head], default=0)
        return [m for m in job.modifiers if m.first < head.first or not (ended or m.first < last)]

    def elsewhere(self, job: RankJob, parts: Sequence[RankPart]) -> list[RankMatch]:
        """The modifiers in parts of their own, and those that count in any part.

        The plural of a rank names whom a job is for: "Coach (Principals)".
        """
        found: list[RankMatch] = []
        for part in parts:
            if not part.matches or part is job.part or (part.mark == self._alternative and part.first >= job.part.last):
                continue
            front = [m for m in part.matches if m.first < part.link]
            lone = part.unknown < 0 and all(m.word.modifier for m in front)
            heads = [m.first for m in front if m.word.kind]
            if any(m.plural and m.word.kind for m in front) and job.head is not None and not job.head.plural:
                continue
            for match in front:
                if match.word.modifier and (lone or self._roams(match, heads)):
                    found.append(match)
        return found

    def named(self, job: RankJob) -> bool:
        """Whether a part ends in the head of its job, and no other word of it names one."""
        head = job.head
        if head is None or head.plural or head.last != job.part.last:
            return False
        return all(m is head or m.word.modifier or not m.word.kind for m in job.part.matches)

    def bare(self, job: RankJob) -> bool:
        """Whether a part has its head and words of level, and nothing else."""
        return (
            job.part.link == job.part.last
            and job.part.unknown < 0
            and all(m is job.head or m.word.modifier for m in job.part.matches)
        )

    def opens(self, job: RankJob) -> bool:
        """Whether a part begins with a word of level or the head of its job."""
        first = job.part.matches[0]
        return first.first == job.part.first and (first is job.head or bool(first.word.modifier))

    def _roams(self, match: RankMatch, heads: Sequence[int]) -> bool:
        """True for a modifier that counts in any part, unless a head of that part follows it."""
        return self.modifiers[match.word.modifier].place in ("anywhere", "parts") and not any(h > match.first for h in heads)


def _rivals(heads: Sequence[RankMatch]) -> Sequence[RankMatch]:
    """The heads of which the last one counts.

    A first head that leads is the only one; a later one that leads describes those before it.
    """
    return heads[:1] if heads and heads[0].word.leads else [m for m in heads if not m.word.leads]
