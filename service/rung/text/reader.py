"""Reading duties: family, level and people management by the sentences of a text.

The sentence model (``rung.text.sentences``) and the document model (``rung.text.document``) were trained with scikit-learn
(``rung.training.train``) and exported as plain arrays.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from rung.text.cues import Counted, Cue, CueMatch, count_cues
from rung.text.document import Columns, Document, SentenceReadings
from rung.text.general import YEARS, General, GeneralReader
from rung.text.sentences import Scored, Scorer, readable, without_repeats


class DutySource(NamedTuple):
    """A readable text, the scores of its sentences, and all matches of cues in it."""

    text: str
    scored: Scored
    matches: Sequence[CueMatch]


class DutyReading(NamedTuple):
    """What a text says, as log-odds against the training texts (natural logarithms, not bounded).

    ``levels`` has one value a level in order of rank, by the graded family's own sentences (``own``) and by ads of all families
    (``general``). ``manager`` is for the manager track, ``family`` for the graded family. ``nearest`` is the other family that the
    duties resemble most. ``amount`` is the expected number of duty sentences. ``sentences`` are the readings of the sentences;
    ``cues`` are the places of cues, the first of each: (cue, start, end). ``source`` is what the reading was made from.
    """

    levels: tuple[float, ...]
    manager: float
    family: float
    nearest: str
    manages: float
    amount: float
    sentences: SentenceReadings
    cues: tuple[tuple[int, int, int], ...]
    truncated: bool
    own: tuple[float, ...]
    general: General
    source: DutySource


class DutyReader:
    """Reads texts with a sentence model, cues, a document model, and what ads of all families say about the level."""

    def __init__(
        self,
        scorer: Scorer,
        columns: Columns,
        cues: Sequence[Cue],
        document: Document,
        max_sentences: int,
        general: GeneralReader,
    ) -> None:
        self._scorer = scorer
        self._columns = columns
        self._cues = tuple(cues)
        self._document = document
        self._unknown = scorer.score("")
        self._max_sentences = max_sentences
        self._general = general
        places = {cue.id: index for index, cue in enumerate(cues)}
        self._years = places.get(YEARS)
        self._signs = [places[sign] for sign in general.signs]

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues in order, as ``DutyReading.cues`` numbers them."""
        return self._cues

    @property
    def columns(self) -> Columns:
        """The columns of the sentence scores."""
        return self._columns

    def read(self, text: str, cues: Sequence[CueMatch]) -> DutyReading | None:
        """The reading of a text and its cues; ``None`` if the model knows none of its words."""
        return self.read_many([text], [cues])[0]

    def without(self, reading: DutyReading, start: int, end: int, *, same_level: bool) -> DutyReading | None:
        """The reading without the words from ``start`` to ``end`` of the text; ``None`` if no sentence is left.

        ``same_level``: without reading again what ads of all families say of the level.
        """
        whole, scored, matches = reading.source
        text, size = blanked(whole, start, end), len(scored.scores) // scored.number
        places = memoryview(scored.spans).cast("q").tolist()
        first, behind = bisect_right(places[1::2], start), bisect_left(places[::2], end)
        spans, scores = places[: 2 * first], [scored.scores[: first * size]]
        for begin, stop in zip(places[2 * first : 2 * behind : 2], places[2 * first + 1 : 2 * behind : 2], strict=True):
            if left := text[begin:stop].strip():  # of the sentences that lose words, some keep others
                spans += (begin, stop)
                scores.append(self._scorer.score(left))
        spans += places[2 * behind :]
        scores.append(scored.scores[behind * size :])
        if not spans:
            return None
        left_over = Scored(len(spans) // 2, array("q", spans).tobytes(), b"".join(scores))
        cues = [cue for cue in matches if cue.end <= start or cue.start >= end]
        source, (values, found) = DutySource(text, left_over, cues), self._counted(text, left_over, cues)
        general = reading.general
        if not same_level:
            general = self._general.read_again(general, text, *self._of_general(values))
        return self._reading(source, (values, found), general)

    def read_many(self, texts: Sequence[str], cues: Sequence[Sequence[CueMatch]]) -> list[DutyReading | None]:
        """Batch version: runs each step over all texts, for cache locality."""
        lowered = [without_repeats(readable(text)) for text in texts]
        scored = [self._scorer.read(text, self._max_sentences, self._general.scorer) for text in lowered]
        counted = [self._counted(*each) for each in zip(lowered, scored, cues, strict=True)]
        sources = zip(map(DutySource, lowered, scored, cues), counted, strict=True)
        return [
            self._reading(*each, self._read_general(*each)) if self._has_known_word(each[0].scored) else None for each in sources
        ]

    def _has_known_word(self, scored: Scored) -> bool:
        """Whether the model knows any word: a sentence without known words has the scores of an empty one."""
        return scored.number > 0 and scored.scores != scored.number * self._unknown

    def _counted(self, lowered: str, scored: Scored, cues: Sequence[CueMatch]) -> Counted:
        """The counts of the cues in the sentences that were read, and the first match of each."""
        end = memoryview(scored.spans).cast("q")[-1] if scored.number else 0
        return count_cues(self._cues, cues, lowered, end)

    def _read_general(self, source: DutySource, counted: Counted) -> General:
        years, signs = self._of_general(counted[0])
        return self._general.read(source.text, years, source.scored.whole, signs)

    def _of_general(self, values: Sequence[float]) -> tuple[float, list[float]]:
        """The years required and the counts of the signs, from the values of the cues."""
        return values[self._years] if self._years is not None else 0.0, [values[at] for at in self._signs]

    def _reading(self, source: DutySource, counted: Counted, general: General) -> DutyReading:
        scored, (values, found) = source.scored, counted
        said, nearest, amount, manages, own, manager, family = self._document.assess(scored, values)
        return DutyReading(
            self._general.levels(general, own),
            manager + general.signs,
            family,
            self._columns.families[nearest],
            manages,
            amount,
            said,
            tuple(found),
            scored.number >= self._max_sentences,
            own,
            general,
            source,
        )


def blanked(text: str, start: int, end: int) -> str:
    """The text, of the same length, without the words from ``start`` to ``end``."""
    return text[:start] + " " * (end - start) + text[end:]
