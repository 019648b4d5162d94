"""Named jobs: the job that a text names ("We are looking for a data engineer to …"), in a sentence or in one of its first lines.

The words that introduce a name are data (``training_data/shared/named_jobs.yaml``). The words behind them are read as a title, and
count if they have a head. Used if a query has no title, or a title that names no job.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from rung.grid import OTHER
from rung.markup import BREAK
from rung.text.patterns import Pattern, Patterns, PatternSet
from rung.text.tokens import Tokens
from rung.title.clean import Cleaner, fold
from rung.title.family import FamilyReader
from rung.title.meaning import Retriever
from rung.title.parse import Parser
from rung.title.rank import Rank, RankReader
from rung.title.words import CleanTitle

NAMED = "named"  # how a family is found that the text names
_FILE = "named_jobs.yaml"
_GROUP = "named job"
_EARLY = "named job, early"  # wordings that are read only near the beginning of a text
_LINE = re.compile(r"[^\s•·●▪◦■|…](?:[^\n\r•·●▪◦■|…]*[^\s•·●▪◦■|…])?")
_OPENING = re.compile(r"\s*([^.,!?:;–—|\n]{4,80}?)\s*(?:[.,!?:;–—|\n]| - )")
_STOPS = frozenset(".:,;!?")


class NamedJobWeights(NamedTuple):
    """Figures of ``weights.yaml``: the weights (0 to 1) of names (``trust``) and of the levels that they state (``rank``).

    One of the first ``lines`` lines of a text may be a name, of at most ``words`` words, and so may its first ``opening`` words. At
    most ``most`` names of a text are read; ``early`` is the number of first words in which the wordings of the opening count.
    """

    trust: float
    rank: float
    lines: int
    words: int
    most: int
    early: int
    opening: int


class NamedJob(NamedTuple):
    """The job that a text names: the offsets of its first name in the text, and its family.

    ``graded`` is added to the log-odds of the graded family; ``shares`` are the probabilities of the others. ``ranks`` are shares
    of level and track, if the name states them; the rest up to 1 is left to the text.
    """

    start: int
    end: int
    family: str
    graded: float
    shares: Mapping[str, float]
    ranks: Mapping[Rank, float]


class _Job(NamedTuple):
    """A family that words name, and the words as a title."""

    family: str
    title: CleanTitle


class TitleReaders(NamedTuple):
    """What reads a title: its words, its roles and what these mean, its family, and its rank."""

    cleaner: Cleaner
    parser: Parser
    retriever: Retriever
    families: FamilyReader
    ranks: RankReader


def named_job_patterns(data: Mapping[str, Any]) -> PatternSet:
    """The wordings of ``named_jobs.yaml`` (plain data) as patterns; a match means its language."""
    rows: list[Pattern] = []
    classes = {}
    for language, record in data["languages"].items():
        file = f"{_FILE}: {language}"
        classes[file] = {"stop": record["ends"], **record["classes"]}
        rows += [Pattern(f"{file}, row {at}", each, file, language, _GROUP) for at, each in enumerate(record["wordings"], 1)]
        rows += [Pattern(f"{file}, early row {at}", each, file, language, _EARLY) for at, each in enumerate(record["early"], 1)]
    return PatternSet(rows, classes)


class NamedJobReader:
    """Finds the job that a text names."""

    def __init__(
        self, data: Mapping[str, Any], patterns: Patterns, readers: TitleReaders, graded: str, weights: NamedJobWeights
    ) -> None:
        """``data`` is ``named_jobs.yaml`` as plain data; ``patterns`` include its wordings."""
        self._patterns, self._read, self._graded, self._weights = patterns, readers, graded, weights
        languages = data["languages"].items()
        self._ends = {language: frozenset(map(fold, record["ends"])) for language, record in languages}
        self._praise = {language: frozenset(map(fold, record["praise"])) for language, record in languages}
        self._endings = {ending: stem for _, record in languages for ending, stem in record.get("endings", {}).items()}
        longest = sorted(self._endings, key=len, reverse=True)
        self._inflected = re.compile(rf"(?:{'|'.join(longest) or '(?!)'})$")
        self._break = patterns.alphabet.letters([BREAK])
        self._never_first = frozenset().union(*self._ends.values())

    def read(self, tokens: Tokens) -> NamedJob | None:
        """The job that a text names most often, by the first of these names; ``None`` where it names none."""
        named = self._named(tokens, (*self._lines(tokens.text), *self._introduced(tokens, _GROUP)))
        if not named:  # such words often introduce something else, so they count where nothing else does
            early = (*self._opening(tokens.text), *self._introduced(tokens, _EARLY, self._weights.early))
            named = {place: job for place, job in self._named(tokens, early).items() if not self._is_subject(job.title)}
        if not named:
            return None
        counts = Counter(job.family for job in named.values())
        family = max(counts, key=counts.__getitem__)
        (start, end), job = next((place, job) for place, job in named.items() if job.family == family)
        return NamedJob(start, end, family, *self._shares(counts), self._ranks(job.title, family))

    def _is_subject(self, title: CleanTitle) -> bool:
        """Whether further words follow the head, so that it may be the subject of something: "a project management tool"."""
        head = self._read.families.heads.find(title)
        return head is not None and not head.head_first and head.end < len(title.tokens)

    def _named(self, tokens: Tokens, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], _Job]:
        """Which of some places name a job, and which."""
        read = ((place, self._job(tokens.text[slice(*place)])) for place in islice(places, self._weights.most))
        return {place: job for place, job in read if job is not None}

    def _job(self, words: str) -> _Job | None:
        """The job that words name, in the form of a title before the form that a sentence gives them ("starszego programisty")."""
        forms = (self._uninflected(words), words)
        for title in map(self._read.cleaner.clean, dict.fromkeys(forms)):
            if family := self._family(title):
                return _Job(family, title)
        return None

    def _uninflected(self, words: str) -> str:
        """Words with the endings that stand in titles."""
        return " ".join(self._inflected.sub(lambda match: self._endings[match.group()], word) for word in words.lower().split())

    def _introduced(self, tokens: Tokens, group: str, within: int | None = None) -> Iterator[tuple[int, int]]:
        """What follows a wording in the first ``within`` words, without praise of the applicant, up to a word that ends a name."""
        letters = self._break + tokens.letters[:within]  # wordings may ask for the beginning of a line
        for pattern, _, _, (inner, end) in self._patterns.fields(letters, group):
            language = self._patterns.meanings[pattern]
            words = [fold(tokens.word(at - 1)) for at in range(inner, end)]
            first = next((at for at, word in enumerate(words) if word[:1].isalnum() and word not in self._praise[language]), 0)
            last = next((at for at, word in enumerate(words[first:], first) if word in self._ends[language]), len(words))
            if last > first:
                yield tokens.span(inner + first - 1, inner + last - 1)

    def _opening(self, text: str) -> Iterator[tuple[int, int]]:
        """The first words of a text, up to a mark: "Head of Product, London. You …"."""
        match = _OPENING.match(text)
        words = fold(match.group(1)).split() if match else []
        if match and 1 < len(words) <= self._weights.opening and words[0] not in self._never_first:
            yield match.span(1)

    def _lines(self, text: str) -> Iterator[tuple[int, int]]:
        """The first lines, where they begin with a word that may begin a name, are short and no sentence."""
        for match in islice(_LINE.finditer(text), self._weights.lines):
            words = fold(match.group()).split()
            if not words or len(words) > self._weights.words or words[0] in self._never_first:
                continue
            if words[0][0].isalnum() and words[-1][-1] not in _STOPS:
                yield match.span()

    def _family(self, title: CleanTitle) -> str | None:
        """The family that the head of a title names."""
        roles = self._read.parser.parse(title).roles
        if roles and roles[0].family == self._graded:
            shares = self._read.retriever.roles(roles).shares
            if max(shares, key=shares.__getitem__) != OTHER:
                return self._graded
        head = self._read.families.heads.strong(title)
        return head[0] if head is not None else None

    def _shares(self, counts: Mapping[str, int]) -> tuple[float, Mapping[str, float]]:
        """The log-odds of the graded family, and the shares of the others, by how many names each has."""
        trust, whole, names = self._weights.trust, sum(counts.values()), self._read.families.labels
        least = (1.0 - trust) / (len(names) + 1)
        share = {name: least + trust * counts.get(name, 0) / whole for name in (*names, self._graded)}
        graded = share.pop(self._graded)
        return math.log(graded / (1.0 - graded) * len(names)), {name: each / (1.0 - graded) for name, each in share.items()}

    def _ranks(self, title: CleanTitle, family: str) -> Mapping[Rank, float]:
        """Level and track, where words of a title state them."""
        if family == self._graded:
            roles = self._read.parser.parse(title).roles
            reading = self._read.retriever.roles(roles)
            ranks = {(cell.level, cell.track): share for cell, share in reading.shares.items() if cell != OTHER}
            clear = reading.match_kind == "strong" or len({level for level, _ in ranks}) == 1  # a Lead may be on either track
            ranks = ranks if roles[0].modifiers and clear else {}
        else:
            rank = self._read.ranks.read(title, family=family)
            ranks = dict(rank.probabilities) if rank.stated else {}
        whole = sum(ranks.values())
        return {each: self._weights.rank * share / whole for each, share in ranks.items() if share}
