"""Deciding jobs of named families: family, level and track by the words of the title, with one calibrated confidence.

A text adds who manages whom, and a level that it states if the title states none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from rung.decision.calibration import Calibration
from rung.decision.named_weigh import NO_RANK_STATEMENTS, NamedReading, NamedWeighed, RankStatements
from rung.grid import OTHER, Cell
from rung.odds import log_odds
from rung.text.named_job import NamedJob
from rung.title.family import FamilyReader
from rung.title.rank import Rank, RankEvidence, RankReader, RankReading
from rung.title.spelling import Speller
from rung.title.words import CleanTitle
from rung.types import Confidences, Evidence, Open, Status

_TITLES = 1_024  # cached results by rank reading; the words of level give a few hundred
_ASKED: tuple[Open, ...] = ("family", "track", "level")  # the first that is open is asked: the track often settles the level too


class NamedFigures(NamedTuple):
    """Figures of ``weights.yaml``, which explains each.

    ``stated`` and ``assumed`` (0 to 1) are the trust in a level that a word of the title states, or that is assumed; ``track`` is
    that in a track. ``other_track`` is the share of a track that no word names, ``other_level`` that of a level which only
    ``stated_level`` names, ``text_level`` that of a level which a text states beside another one that the title names.
    ``manages`` are the log-odds of a text that says whether the job manages people.
    """

    range_mass: float
    stated: float
    assumed: float
    track: float
    other_track: float
    other_level: float
    text_level: float
    manages: float
    alternatives: int
    alternative_floor: float
    threshold: float
    clear_title: float
    conflict: float
    smallest_share: float


class _Ranks(NamedTuple):
    """The shares of the ranks, the best one, the shares of its level and its track, the mean rank, and the possible ranks."""

    shares: Mapping[Rank, float]
    best: Rank
    level: float
    track: float
    expected: float
    open: Sequence[Rank]


class NamedDecision(NamedTuple):
    """The answer for a job of a named family. If family, level or track is open, its range has more than one value.

    ``conflict``: the text contradicts a clear title. ``probability`` is that of the answer before calibration, as
    ``weighed`` and ``rank_shares`` are.
    """

    status: Status
    family: str
    level: str
    track: str
    confidence: float
    confidences: Confidences
    about: tuple[Open, ...]
    families: tuple[str, ...]
    levels: tuple[str, ...]
    tracks: tuple[str, ...]
    question: str | None
    conflict: bool
    expected_rank: float
    probability: float
    rank_shares: Mapping[Rank, float]
    reading: NamedReading
    weighed: NamedWeighed


class NamedDecider:
    """Reads and decides titles of named families; ``scale`` maps a level to its rank, ``graded`` is the family with a grid."""

    def __init__(
        self,
        speller: Speller,
        families: FamilyReader,
        ranks: RankReader,
        scale: Mapping[str, int],
        graded: str,
        figures: NamedFigures,
        calibration: Calibration,
        sayings: Mapping[str, Any],
    ) -> None:
        self._speller, self._families, self._rank_reader = speller, families, ranks
        self._scale, self._graded = scale, graded
        self._figures = figures
        self._calibration = calibration
        self._title_ranks = lru_cache(maxsize=_TITLES)(self._title_ranks_uncached)
        self._questions: Mapping[str, str] = sayings["questions"]
        self.labels = families.labels
        self.descriptions = families.descriptions
        self.script_language = families.script_language
        self._sayings: Mapping[str, str] = {name: sayings[name] for name in ("mended", "head", "words", "duties", "named")}

    def read(self, titles: Sequence[CleanTitle]) -> list[NamedReading]:
        """What the words of each title say."""
        spelt = list(map(self._speller.correct, titles))
        families = list(map(self._families.read, spelt))
        ranks = [self._rank_reader.read(title, family=family.best) for title, family in zip(spelt, families, strict=True)]
        return list(map(NamedReading, families, ranks, map(_corrections, titles, spelt)))

    def evidence(self, title: str, named: NamedDecision, lost: Callable[[Mapping[Rank, float]], float]) -> list[Evidence]:
        """The words of a raw title that decided: corrected ones, the head for the family, and the words of level and track.

        ``lost`` is what the log-odds of the answer lose if the title has other shares of level and track.
        """
        reading = named.reading
        found: list[Evidence] = []
        for start, end, word in reading.corrections:
            says = self._sayings["mended"].format(word=word)
            found.append(Evidence("title", title[start:end], start, end, says, {}, 0.0))
        if reading.family.head is not None:
            start, end = reading.family.head
            says = self._sayings["head"].format(family=self.labels.get(named.family, named.family).lower())
            weight = log_odds(reading.family.probabilities.get(named.family, 0.0), self._figures.smallest_share)
            found.append(Evidence("title", title[start:end], start, end, says, {"family": named.family}, round(weight, 2)))
        towards = {"level": reading.rank.level, "track": reading.rank.track}
        for start, end, says, without in _without_overlaps(reading.rank.evidence):
            found.append(Evidence("title", title[start:end], start, end, says, towards, lost(without)))
        return found

    def named_in(self, text: str, job: NamedJob, label: str, weight: float) -> Evidence:
        """The words by which a text names its job; ``label`` is that of its family."""
        towards = {"family": job.family}
        if job.ranks:
            towards["level"], towards["track"] = max(job.ranks, key=job.ranks.__getitem__)
        says = self._sayings["named"].format(family=label.lower())
        return Evidence("description", text[job.start : job.end], job.start, job.end, says, towards, weight)

    def decide(self, reading: NamedReading, weighed: NamedWeighed, min_confidence: float | None = None) -> NamedDecision:
        """The answer for a title with what speaks for it; ``min_confidence`` is what the caller asks for."""
        ranks = self._ranks(reading.rank, weighed.stated)
        family, (level, track) = next(iter(weighed.families)), ranks.best
        likely = weighed.mass * weighed.families[family]
        probability = likely * ranks.shares[ranks.best]
        confidence = self._apply(probability, weighed.match_kind)
        families: Sequence[str] = (family,)
        open_ranks: Sequence[Rank] = (ranks.best,)
        about: tuple[Open, ...] = ()
        classified = confidence >= (self._figures.threshold if min_confidence is None else min_confidence)
        if not classified:
            families, open_ranks = self._open(weighed, ranks)
            about = self._about(families, open_ranks)
        return NamedDecision(
            status="classified" if classified else "ambiguous",
            family=family,
            level=level,
            track=track,
            confidence=confidence,
            confidences=Confidences(
                max(self._apply(likely, weighed.match_kind), confidence),
                max(ranks.level, confidence),
                max(ranks.track, confidence),
            ),
            about=about,
            families=tuple(families),
            levels=tuple(level for level in self._scale if any(level == each for each, _ in open_ranks)),
            tracks=tuple(sorted({track for _, track in open_ranks})),
            question=next((self._questions[part] for part in _ASKED if part in about), None),
            conflict=reading.names_job and self._contradicts(reading.rank, weighed.stated),
            expected_rank=ranks.expected,
            probability=probability,
            rank_shares=ranks.shares,
            reading=reading,
            weighed=weighed,
        )

    @staticmethod
    def _about(families: Sequence[str], ranks: Sequence[Rank]) -> tuple[Open, ...]:
        """What differs among the possible families and ranks; the family if nothing does."""
        sizes: Sequence[tuple[Open, int]] = (
            ("family", len(families)),
            ("level", len({level for level, _ in ranks})),
            ("track", len({track for _, track in ranks})),
        )
        return tuple(name for name, size in sizes if size > 1) or ("family",)

    def _contradicts(self, rank: RankReading, stated: RankStatements) -> bool:
        """Whether the title is clear and a text states another track, or another level than a word of the title."""
        if rank.probabilities.get((rank.level, rank.track), 0.0) < self._figures.clear_title:
            return False
        manager_odds = self.manager_odds(stated)
        against_track = manager_odds if rank.track == "ic" else -manager_odds
        return against_track >= self._figures.conflict or (rank.stated and stated.level not in (None, rank.level))

    def _open(self, weighed: NamedWeighed, ranks: _Ranks) -> tuple[Sequence[str], Sequence[Rank]]:
        """The possible families and ranks; if there would be one of each, the less certain part gets a second one."""
        families, mass, shares = weighed.families, weighed.mass, ranks.shares
        open_families = self._range(families)
        if len(open_families) > 1 or len(ranks.open) > 1:
            return open_families, ranks.open
        answer, *named = families
        if families[answer] * mass <= shares[ranks.best]:
            others = {family: families[family] * mass for family in named[:1]} | {self._graded: 1.0 - mass}
            return [answer, max(others, key=others.__getitem__)], ranks.open
        return open_families, sorted(shares, key=lambda r: -shares[r])[:2]

    def probability(self, reading: NamedReading, weighed: NamedWeighed, family: str, rank: Rank) -> float:
        """The uncalibrated probability of a family and a rank."""
        return weighed.mass * weighed.families.get(family, 0.0) * self._ranks(reading.rank, weighed.stated).shares.get(rank, 0.0)

    def score(self, reading: NamedReading, mass: float) -> tuple[str, Rank, float]:
        """The family, the rank and the uncalibrated probability of a title, on which the calibration is fitted."""
        ranks = self._ranks(reading.rank, NO_RANK_STATEMENTS)
        return reading.family.best, ranks.best, mass * reading.family.probabilities[reading.family.best] * ranks.shares[ranks.best]

    def _ranks(self, rank: RankReading, stated: RankStatements) -> _Ranks:
        """The ranks by a title and the statements of its text. Titles alone have few different readings, so these are cached."""
        if stated != NO_RANK_STATEMENTS:
            return self._summed(self.rank_shares(rank, stated))
        return self._title_ranks(rank.level, rank.track, tuple(rank.probabilities.items()), rank.stated)

    def _title_ranks_uncached(self, level: str, track: str, shares: Sequence[tuple[Rank, float]], stated: bool) -> _Ranks:
        return self._summed(self.rank_shares(RankReading(level, track, dict(shares), (), stated), NO_RANK_STATEMENTS))

    def _summed(self, shares: Mapping[Rank, float]) -> _Ranks:
        best = max(shares, key=shares.__getitem__)
        return _Ranks(
            shares,
            best,
            round(sum(p for (level, _), p in shares.items() if level == best[0]), 4),
            round(self._figures.track * sum(p for (_, track), p in shares.items() if track == best[1]), 4),
            round(sum(self._scale[level] * share for (level, _), share in shares.items()), 2),
            self._range(shares),
        )

    def manager_odds(self, stated: RankStatements) -> float:
        """The log-odds of the manager track by what a text states about managing any people."""
        odds = self._figures.manages
        if stated.manages == "unknown":
            return stated.manager_odds
        return max(stated.manager_odds, odds) if stated.manages == "yes" else min(stated.manager_odds, -odds)

    def rank_shares(self, rank: RankReading, stated: RankStatements) -> dict[Rank, float]:
        """The shares of the ranks by the title and by what a text states; they add up to 1."""
        manager_odds = self.manager_odds(stated)
        shares = dict(stated.ranks) or self._by_title(rank)
        if stated.level in self._scale:
            shares = self._with_text_level(shares, str(stated.level), rank)
        if stated.weights:
            shares = self._weighted(shares, rank.track, stated.weights)
        if manager_odds:
            for (level, track), share in list(shares.items()):
                shares.setdefault((level, "ic" if track == "manager" else "manager"), share * self._figures.other_track)
            shares = {each: share * math.exp(manager_odds if each[1] == "manager" else 0.0) for each, share in shares.items()}
        total = sum(shares.values())
        return {each: share / total for each, share in shares.items()}

    def _with_text_level(self, shares: Mapping[Rank, float], level: str, rank: RankReading) -> dict[Rank, float]:
        """The shares with a level that a text states: it decides, or has a share beside the level that the title names."""
        if rank.stated and level == rank.level:
            return dict(shares)
        moved = self._figures.text_level if rank.stated else 1.0
        found = {each: share * (1.0 - moved) for each, share in shares.items() if moved < 1.0}
        for track, share in self._by_track(shares).items():
            found[level, track] = found.get((level, track), 0.0) + share * moved
        return found

    def _weighted(self, shares: Mapping[Rank, float], track: str, weights: Mapping[str, float]) -> dict[Rank, float]:
        """The shares after the log-odds of a stated level; each level that it speaks for has a small share before that."""
        spread = dict(shares)
        for key in weights:
            level, _, own = key.partition("/")
            spread.setdefault((level, own or track), self._figures.other_level)
        odds = {rank: weights.get("/".join(rank), weights.get(rank[0], 0.0)) for rank in spread}
        return {rank: share * math.exp(odds[rank]) for rank, share in spread.items()}

    def _by_title(self, rank: RankReading) -> dict[Rank, float]:
        """The shares of the ranks by a title, as far as it is trusted; the rest goes to the neighbouring levels."""
        trust = self._figures.stated if rank.stated else self._figures.assumed
        shares = {each: share * trust for each, share in rank.probabilities.items() if share > 0}
        neighbours = [(level, rank.track) for level in self._scale if abs(self._scale[level] - self._scale[rank.level]) == 1]
        for neighbour in neighbours:
            shares[neighbour] = shares.get(neighbour, 0.0) + (1.0 - trust) / len(neighbours)
        return shares

    @staticmethod
    def _by_track(shares: Mapping[Rank, float]) -> dict[str, float]:
        found: dict[str, float] = {}
        for (_, track), share in shares.items():
            found[track] = found.get(track, 0.0) + share
        return found

    def _apply(self, score: float, match_kind: str) -> float:
        return round(self._calibration.apply(min(score, 1.0), False, match_kind), 4)

    def _range(self, shares: Mapping[Any, float]) -> list[Any]:
        """The most likely ones that together reach the mass of a range."""
        kept, mass = [], 0.0
        for name in sorted(shares, key=lambda each: -shares[each]):
            kept.append(name)
            mass += shares[name]
            if mass >= self._figures.range_mass:
                break
        return kept

    def alternatives(self, decision: NamedDecision, cells: Mapping[Cell, float]) -> tuple[tuple[str, Rank, float], ...]:
        """The next most likely answers, none more likely than the answer; all probabilities together are at most 1.

        ``cells`` are the probabilities before calibration of those of the graded family.
        """
        count, floor = self._figures.alternatives, self._figures.alternative_floor
        likely = [(family, share * decision.weighed.mass) for family, share in decision.weighed.families.items()][:count]
        answered = decision.family, (decision.level, decision.track)
        joint = [(f, r, p * q) for f, p in likely for r, q in decision.rank_shares.items() if (f, r) != answered]
        joint += [(self._graded, (cell.level, cell.track), p) for cell, p in cells.items() if cell != OTHER]
        scale = min(1.0, (1.0 - decision.confidence) / (sum(p for *_, p in joint) or 1.0))
        top = [(f, r, min(p * scale, decision.confidence)) for f, r, p in sorted(joint, key=lambda each: -each[2])[:count]]
        return tuple((f, r, round(p, 4)) for f, r, p in top if p >= floor)


def _corrections(title: CleanTitle, spelt: CleanTitle) -> tuple[tuple[int, int, str], ...]:
    """The corrected words of a title: start and end in the raw one, and the word as it should be spelt."""
    if spelt is title:
        return ()
    both = zip(title.tokens, spelt.tokens, strict=True)
    return tuple((raw.start, raw.end, token.text) for raw, token in both if raw.text != token.text)


def _without_overlaps(evidence: Sequence[RankEvidence]) -> list[tuple[int, int, str, Mapping[Rank, float]]]:
    """Start, end, sentence and shares without it of each piece.

    A piece that overlaps an earlier one is dropped; equal sentences become one span.
    """
    kept: list[tuple[int, int, str, Mapping[Rank, float]]] = []
    for start, end, _, says, _, without in evidence:
        same = next((at for at, other in enumerate(kept) if other[2] == says), None)
        if same is not None:
            before = kept.pop(same)
            wider = (min(before[0], start), max(before[1], end), says, before[3])
            free = not any(wider[0] < other[1] and other[0] < wider[1] for other in kept)
            kept.insert(same, wider if free else before)
        elif not any(start < other[1] and other[0] < end for other in kept):
            kept.append((start, end, says, without))
    return kept
