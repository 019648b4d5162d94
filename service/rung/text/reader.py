"""Reading duties: family, level and people management by the sentences of a text.

The sentence model (``rung.text.sentences``) and the document model (``rung.text.document``) were trained with scikit-learn
(``rung.training.train``) and exported as plain arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rung.text.cues import Counted, Cue, CueMatch, count_cues
from rung.text.document import (
    Assessment,
    Bounds,
    Columns,
    Document,
    SentenceReadings,
    cue_features,
    cue_names,
    feature_names,
    summarise,
)
from rung.text.general import YEARS, General, GeneralReader
from rung.text.sentences import Scored, Scorer, pairs, readable, without_repeats


class DutyReading(NamedTuple):
    """What a text says, as log-odds against the training texts (natural logarithms, not bounded).

    ``levels`` has one value a level in order of rank, by the graded family's own sentences (``own``) and by ads of all families
    (``general``, ``None`` during training). ``manager`` is for the manager track, ``family`` for the graded family. ``nearest`` is
    the other family that the duties resemble most. ``amount`` is the expected number of duty sentences. ``sentences`` are the
    readings of the sentences; ``cues`` are the places of cues: (cue, start, end).
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
    general: General | None = None


class DutyReader:
    """Reads texts with a sentence model, cues and a document model.

    ``document`` is ``None`` while the document model is trained. ``general`` adds what ads of all families say about the level.
    """

    def __init__(
        self,
        scorer: Scorer,
        columns: Columns,
        cues: Sequence[Cue],
        document: Document | None,
        bounds: Bounds,
        max_sentences: int,
        general: GeneralReader | None = None,
    ) -> None:
        self._scorer = scorer
        self._columns = columns
        self._cues = tuple(cues)
        self._document = document
        self._unknown = scorer.score([""]).tobytes()
        self._bounds = bounds
        self._max_sentences = max_sentences
        self._general = general
        places = {cue.id: index for index, cue in enumerate(cues)}
        self._years = places.get(YEARS)
        self._signs = [places[sign] for sign in general.signs] if general is not None else []

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues in order, as ``DutyReading.cues`` numbers them."""
        return self._cues

    @property
    def columns(self) -> Columns:
        """The columns of the sentence scores."""
        return self._columns

    def features(self, text: str, cues: Sequence[CueMatch]) -> dict[str, float] | None:
        """The features of a text and of its cues by name; ``None`` for a text without words."""
        lowered = without_repeats(readable(text))
        scored = self._scorer.read(lowered, self._max_sentences)
        if not scored.number:
            return None
        counted, _ = self._counted(lowered, scored, cues)
        features = (*summarise(scored, self._columns, self._bounds).features, *cue_features(counted, self.cues, self._bounds))
        return dict(zip((*feature_names(self._columns.thresholds), *cue_names(self.cues)), features, strict=True))

    def read(self, text: str, cues: Sequence[CueMatch]) -> DutyReading | None:
        """The reading of a text and its cues; ``None`` if the model knows none of its words."""
        return self.read_many([text], [cues])[0]

    def read_many(self, texts: Sequence[str], cues: Sequence[Sequence[CueMatch]]) -> list[DutyReading | None]:
        """Batch version: runs each step over all texts, for cache locality."""
        document = self._document
        if document is None:
            return [None] * len(texts)
        lowered = [without_repeats(readable(text)) for text in texts]
        beside = self._general.scorer if self._general is not None else None
        scored = [self._scorer.read(text, self._max_sentences, beside) for text in lowered]
        counted = [self._counted(*each) for each in zip(lowered, scored, cues, strict=True)]
        both = list(zip(scored, counted, strict=True))
        assessed = [document.assess(said, cued[0]) if self._has_known_word(said) else None for said, cued in both]
        rows = zip(both, assessed, strict=True)
        read = [self._reading(said, cued[1], found) if found is not None else None for (said, cued), found in rows]
        if self._general is None:
            return read
        texts_read = zip(lowered, both, read, strict=True)
        return [self._with_general(self._general, text, *each, found) if found else None for text, each, found in texts_read]

    def _with_general(self, general: GeneralReader, text: str, said: Scored, counted: Counted, reading: DutyReading) -> DutyReading:
        """A reading with the log-odds of the ads of all families added."""
        values = counted[0]
        years = values[self._years] if self._years is not None else 0.0
        told = general.read(text, years, said.whole, [values[at] for at in self._signs])
        return reading._replace(levels=general.levels(told, reading.levels), manager=reading.manager + told.signs, general=told)

    def _has_known_word(self, scored: Scored) -> bool:
        """Whether the model knows any word: a sentence without known words has the scores of an empty one."""
        return scored.number > 0 and bytes(scored.scores) != scored.number * self._unknown

    def _counted(self, lowered: str, scored: Scored, cues: Sequence[CueMatch]) -> Counted:
        """The counts of the cues in the sentences that were read, and the first match of each."""
        end = int(pairs(scored.spans)[-1, 1]) if scored.number else 0
        return count_cues(self._cues, cues, lowered, end)

    def _reading(self, scored: Scored, places: Sequence[tuple[int, int, int]], assessment: Assessment) -> DutyReading:
        said, nearest, amount, manages, levels, manager, family = assessment
        resembled, truncated = self._columns.families[nearest], scored.number >= self._max_sentences
        return DutyReading(levels, manager, family, resembled, manages, amount, said, tuple(places), truncated, levels)
