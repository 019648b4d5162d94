"""Reading duties: family, level and people management by the sentences of a text.

The sentence model (``rung.text.sentences``) and the document model (``rung.text.document``) were trained with scikit-learn
(``rung.training.train``) and exported as plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rung.text.cues import Counted, Cue, CueMatch, count_cues
from rung.text.document import Columns, Document, SentenceReadings
from rung.text.general import YEARS, General, GeneralReader
from rung.text.sentences import Scored, Scorer, readable, without_repeats


class DutyReading(NamedTuple):
    """What a text says, as log-odds against the training texts (natural logarithms, not bounded).

    ``levels`` has one value a level in order of rank, by the graded family's own sentences (``own``) and by ads of all families
    (``general``). ``manager`` is for the manager track, ``family`` for the graded family. ``nearest`` is the other family that the
    duties resemble most. ``amount`` is the expected number of duty sentences. ``sentences`` are the readings of the sentences;
    ``cues`` are the places of cues: (cue, start, end).
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

    def read_many(self, texts: Sequence[str], cues: Sequence[Sequence[CueMatch]]) -> list[DutyReading | None]:
        """Batch version: runs each step over all texts, for cache locality."""
        lowered = [without_repeats(readable(text)) for text in texts]
        scored = [self._scorer.read(text, self._max_sentences, self._general.scorer) for text in lowered]
        counted = [self._counted(*each) for each in zip(lowered, scored, cues, strict=True)]
        rows = zip(lowered, scored, counted, strict=True)
        return [self._reading(*row) if self._has_known_word(row[1]) else None for row in rows]

    def _has_known_word(self, scored: Scored) -> bool:
        """Whether the model knows any word: a sentence without known words has the scores of an empty one."""
        return scored.number > 0 and scored.scores != scored.number * self._unknown

    def _counted(self, lowered: str, scored: Scored, cues: Sequence[CueMatch]) -> Counted:
        """The counts of the cues in the sentences that were read, and the first match of each."""
        end = memoryview(scored.spans).cast("q")[-1] if scored.number else 0
        return count_cues(self._cues, cues, lowered, end)

    def _reading(self, lowered: str, scored: Scored, counted: Counted) -> DutyReading:
        values, found = counted
        said, nearest, amount, manages, own, manager, family = self._document.assess(scored, values)
        years = values[self._years] if self._years is not None else 0.0
        general = self._general.read(lowered, years, scored.whole, [values[at] for at in self._signs])
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
        )
