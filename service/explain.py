"""Explaining: which words of the title and which sentences of the text decided, each with what it says and its log-odds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.duties import Cue, DutyReading, SentenceReading
from service.lexicon import Lexicon
from service.retrieve import Retriever, TitleReading
from service.types import Evidence, ParsedTitle

_SMALLEST_SHARE = 0.005


@dataclass(frozen=True, slots=True)
class Sayings:
    """The sentences of ``sayings.yaml`` by name."""

    head: str
    neighbour: str
    modifier: str
    duty_level: str
    duty_manager: str
    duty_family: str


class Explainer:
    """Writes the evidence of an answer."""

    def __init__(
        self, lexicon: Lexicon, retriever: Retriever, cues: tuple[Cue, ...], sayings: Sayings, limit: int, floor: float
    ) -> None:
        self._lexicon = lexicon
        self._retriever = retriever
        self._cues = cues
        self._sayings = sayings
        self._limit = limit
        self._floor = floor

    def title(self, parsed: ParsedTitle, reading: TitleReading, cell: str | None) -> Iterator[Evidence]:
        """The head and each seniority word: how much less likely the answer would be without it."""
        raw = parsed.view.title
        for span in parsed.named:
            text = raw[span.start : span.end]
            if span.kind == "seniority":
                if cell is None:
                    continue
                known = self._lexicon.seniority[span.value]
                weight = self._gain(parsed, reading, span.value, cell)
                level, track = cell.split("/")
                yield Evidence("title", text, span.start, span.end, known.says, {"level": level, "track": track}, round(weight, 2))
            else:
                graded = reading.family == self._lexicon.graded
                says = (self._sayings.head if graded else self._sayings.neighbour).format(head=parsed.view.head or text)
                share = 1.0 - sum(s for c, s in reading.shares.items() if c != "other")
                weight = math.log((1.0 - share + _SMALLEST_SHARE) / (share + _SMALLEST_SHARE))
                yield Evidence("title", text, span.start, span.end, says, {"family": reading.family}, round(abs(weight), 2))

    def _gain(self, parsed: ParsedTitle, reading: TitleReading, value: str, cell: str) -> float:
        """The log-odds that a modifier adds to the cell: its share with the modifier against its share without."""
        without = self._retriever.without(parsed, value).shares.get(cell, 0.0)
        return math.log((reading.shares.get(cell, 0.0) + _SMALLEST_SHARE) / (without + _SMALLEST_SHARE))

    def duties(self, text: str, reading: DutyReading, cell: str | None, families: Mapping[str, str]) -> list[Evidence]:
        """The sentences and cues that spoke loudest for the answer (or, where it is out of the family, for the neighbour)."""
        found = [self._sentence(text, s, cell, families) for s in reading.sentences]
        cues = [self._cue(text, *place) for place in reading.cues]
        ranked = sorted((e for e in (*found, *cues) if e and abs(e.weight) >= self._floor), key=lambda e: (-abs(e.weight), e.start))
        kept: list[Evidence] = []
        for evidence in ranked:
            if len(kept) < self._limit and not any(evidence.start < k.end and k.start < evidence.end for k in kept):
                kept.append(evidence)
        return sorted(kept, key=lambda e: e.start)

    def _sentence(self, text: str, read: SentenceReading, cell: str | None, families: Mapping[str, str]) -> Evidence | None:
        """What one sentence says most plainly: managing people, a level, or a family."""
        sentence = read.sentence
        written = text[sentence.start : sentence.end]
        if cell is None:
            if read.family not in families or read.family == self._lexicon.graded or read.duty < 0.5:
                return None
            says = self._sayings.duty_family.format(family=families[read.family].lower())
            return Evidence(
                "description",
                written,
                sentence.start,
                sentence.end,
                says,
                {"family": read.family},
                round(2 * read.duty * (1 - read.graded), 2),
            )
        if read.manages > 0.5:
            weight = round(read.duty * math.log(read.manages / (1.001 - read.manages)), 2)
            return Evidence(
                "description", written, sentence.start, sentence.end, self._sayings.duty_manager, {"track": "manager"}, weight
            )
        if read.duty * read.graded < 0.3:
            return None
        upper = read.level > 0
        says = self._sayings.duty_level.format(side="the upper" if upper else "the lower")
        weight = round(read.duty * read.graded * read.level, 2)
        return Evidence(
            "description", written, sentence.start, sentence.end, says, {"level": "upper" if upper else "lower"}, weight
        )

    def _cue(self, text: str, index: int, start: int, end: int) -> Evidence | None:
        cue = self._cues[index]
        if not cue.towards:
            return None
        track = {"yes": "manager", "no": "ic"}[cue.towards]
        return Evidence("description", text[start:end], start, end, cue.says, {"track": track}, 1.5)
