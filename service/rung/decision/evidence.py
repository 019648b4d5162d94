"""Evidence: the words of the title and the sentences of the text that decided, each with a sentence that explains it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple, Protocol

from rung.grid import OTHER, UNKNOWN, Cell
from rung.odds import log_odds
from rung.text.cues import Cue
from rung.text.document import Columns, SentenceReadings
from rung.text.reader import DutyReading
from rung.text.sentences import sentence_places
from rung.title.lexicon import Lexicon
from rung.title.meaning import Retriever
from rung.title.words import ParsedTitle, Role
from rung.types import Evidence

_CACHED = 4096  # words whose evidence is cached: heads, and modifiers


class Sayings(NamedTuple):
    """The sentences of ``sayings.yaml`` by name."""

    head: str
    neighbour: str
    duty_level: str
    duty_manager: str
    duty_family: str
    duty_any: str


class EvidenceFigures(NamedTuple):
    """The figures ``decide.evidence`` of ``weights.yaml``, which explains each."""

    sentences: int
    floor: float
    least: float
    cue: float
    speaks: float
    sure: float
    smallest_share: float


class Loss(NamedTuple):
    """What the log-odds of an answer lose without some words, and whether most of that is lost by its family."""

    weight: float
    of_family: bool


class Losses(Protocol):
    """What an answer loses without words of its description."""

    def without_words(self, start: int, end: int) -> Loss:
        """The loss without the words between two offsets."""
        ...

    @property
    def without_duties(self) -> Loss:
        """The loss without all words that are no statement."""
        ...


class SalientSentence(NamedTuple):
    """A sentence that may be evidence: offsets, how clearly it speaks (log-odds), and its reading (see ``SentenceReadings``)."""

    start: int
    end: int
    strength: float
    manages: float
    level: float
    family: int


def top_sentences(
    read: SentenceReadings, silent: Sequence[bool], figures: EvidenceFigures, count: int, *, inside: bool, management_stated: bool
) -> list[SalientSentence]:
    """At most ``count`` sentences, the clearest first; none is below the floor.

    For a job ``inside`` the graded family, a sentence speaks for managing people, unless statements tell that
    (``management_stated``), else for a level. For another job, it speaks for its family, unless that is one of the ``silent`` ones
    (one value a family).
    """
    (duty, graded, manages, level), family = read.rows(), read.likeliest()
    if management_stated:
        manages = [0.0] * len(manages)
    if inside:
        rows = zip(duty, graded, manages, level, strict=True)
        strengths = [_strength_inside(*row, figures) for row in rows]
    else:
        others = zip(duty, graded, family, strict=True)
        strengths = [0.0 if silent[own] or is_duty < figures.sure else 2 * is_duty * (1 - of) for is_duty, of, own in others]
    least = figures.floor - 0.01  # what rounding cannot lift over the floor
    shown = [at for at, strength in enumerate(strengths) if abs(strength) >= least]
    shown.sort(key=lambda at: -abs(strengths[at]))
    spans = sentence_places(read.spans)
    return [SalientSentence(spans[at][0], spans[at][1], strengths[at], manages[at], level[at], family[at]) for at in shown[:count]]


def _strength_inside(duty: float, graded: float, manages: float, level: float, figures: EvidenceFigures) -> float:
    """The log-odds of a sentence for managing people, or else for the upper half of the grid."""
    if manages > figures.sure:
        return duty * math.log(manages / (1.001 - manages))
    strength = duty * graded
    return strength * level if strength >= figures.speaks else 0.0


class Explainer:
    """Writes the evidence of an answer."""

    def __init__(
        self,
        lexicon: Lexicon,
        retriever: Retriever,
        cues: tuple[Cue, ...],
        columns: Columns,
        sayings: Sayings,
        figures: EvidenceFigures,
    ) -> None:
        self._lexicon = lexicon
        self._retriever = retriever
        self._cues = cues
        self._columns = columns
        # Families that are no evidence for another family: the graded one, and "not a duty".
        self._silent = [f == lexicon.graded or f not in lexicon.families for f in columns.families]
        self._sayings = sayings
        self._upper, self._lower = (sayings.duty_level.format(side=f"the {half}") for half in ("upper", "lower"))
        self._duty_of = {name: sayings.duty_family.format(family=label.lower()) for name, label in lexicon.families.items()}
        self._duty_of[UNKNOWN] = sayings.duty_any
        self._figures = figures
        self._explain_head = lru_cache(maxsize=_CACHED)(self._explain_head_uncached)

    def title(self, parsed: ParsedTitle, cell: Cell, lost: Callable[[str], float]) -> Iterator[Evidence]:
        """The head and each modifier of the first job; ``lost`` is what the log-odds of the answer lose without a modifier."""
        raw, head = parsed.view.title, parsed.view.head
        for kind, value, start, end in parsed.named:
            text = raw[start:end]
            if kind != "seniority":
                says, towards, weight = self._explain_head(parsed.roles, head or text, cell == OTHER)
                yield Evidence("title", text, start, end, says, dict(towards), weight)
            elif cell != OTHER:
                towards = {"level": cell.level, "track": cell.track}
                yield Evidence("title", text, start, end, self._lexicon.seniority[value].says, towards, lost(value))

    def _explain_head_uncached(self, roles: tuple[Role, ...], head: str, other: bool) -> tuple[str, dict[str, str], float]:
        """What the head of some roles says, towards what, and its log-odds for the graded family, or for all others."""
        reading = self._retriever.roles(roles)
        says = self._sayings.head if reading.family == self._lexicon.graded else self._sayings.neighbour
        graded = sum(share for cell, share in reading.shares.items() if cell != OTHER)
        weight = log_odds(1.0 - graded if other else graded, self._figures.smallest_share)
        return says.format(head=head), {"family": self._published(reading.family)}, round(weight, 2)

    def _published(self, family: str) -> str:
        """The id that answers have for a family of the lexicon."""
        return self._lexicon.named.get(family, family)

    def duties(self, text: str, reading: DutyReading, cell: Cell, losses: Losses, *, management_stated: bool) -> list[Evidence]:
        """The sentences and cues that speak most clearly for the cell; if it is ``OTHER``, for the family of each.

        Pieces that change too little are left out. If each of them does, but not all together, the clearest has the weight of all.
        If statements say who manages whom (``management_stated``), no piece speaks for a track.
        """
        inside = cell != OTHER
        cues = () if inside and management_stated else reading.cues
        # A cue may cover one sentence, so fetch that many extra.
        most = self._figures.sentences + len(cues)
        top = top_sentences(
            reading.sentences, self._silent, self._figures, most, inside=inside, management_stated=management_stated
        )
        strong: list[tuple[float, int, int, SalientSentence | Cue]] = [(round(row.strength, 2), *row[:2], row) for row in top]
        strong += [(self._figures.cue, start, end, self._cues[i]) for i, start, end in cues if self._cues[i].towards]
        strong.sort(key=lambda row: (-abs(row[0]), row[1]))
        places: list[tuple[int, int]] = []
        kept: list[Evidence] = []
        for strength, start, end, what in strong:
            if abs(strength) < self._figures.floor or len(places) == self._figures.sentences:
                break
            if any(start < other[1] and other[0] < end for other in places):
                continue
            places.append((start, end))
            loss = losses.without_words(start, end)
            if abs(loss.weight) >= self._figures.least:
                kept.append(self._piece(text, start, end, what, cell, loss))
        if places and not kept and abs(losses.without_duties.weight) >= self._figures.least:
            clearest = next(what for _, start, end, what in strong if (start, end) == places[0])
            kept.append(self._piece(text, *places[0], clearest, cell, losses.without_duties))
        return sorted(kept, key=attrgetter("start"))

    def _piece(self, text: str, start: int, end: int, what: SalientSentence | Cue, cell: Cell, loss: Loss) -> Evidence:
        says, towards = self._explain_cue(what) if isinstance(what, Cue) else self._explain_sentence(what, cell, loss)
        return Evidence("description", text[start:end], start, end, says, towards, loss.weight)

    def _explain_sentence(self, sentence: SalientSentence, cell: Cell, loss: Loss) -> tuple[str, dict[str, str]]:
        """The sentence of evidence, and what it speaks for: where most of its weight is the family's, for that."""
        *_, manages, level, family = sentence
        if cell == OTHER or loss.of_family:
            name = self._lexicon.graded if cell != OTHER and loss.weight > 0 else self._columns.families[family]
            return self._duty_of[name], {"family": self._published(name)}
        if manages > self._figures.sure:
            return self._sayings.duty_manager, {"track": "manager"}
        return (self._upper if level > 0 else self._lower), {}

    def _explain_cue(self, cue: Cue) -> tuple[str, dict[str, str]]:
        return cue.says, {"track": {"yes": "manager", "no": "ic"}[cue.towards]}
