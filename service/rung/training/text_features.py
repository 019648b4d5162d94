"""The features of whole texts that the document model is trained on, and that model as training makes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rung.numeric import Floats
from rung.text.cues import Cue, count_cues
from rung.text.document import Bounds, Columns, cue_features, cue_names, feature_names
from rung.text.matches import TextReader
from rung.text.plain_document import summarise
from rung.text.sentences import Scorer, readable, without_repeats


class DocumentModel(NamedTuple):
    """Linear models over the features of a text: level thresholds, manager track, graded family; and the base rate of each.

    ``names`` are the features in order; ``mean`` and ``scale`` standardise them; ``weights`` is features by (thresholds + 2);
    ``usual_levels`` are the shares of the levels among the training texts, ``usual`` the log-odds of manager and family among them.
    """

    names: tuple[str, ...]
    mean: Floats
    scale: Floats
    weights: Floats
    intercepts: Floats
    usual_levels: Floats
    usual: Floats

    def arrays(self) -> tuple[Floats, Floats]:
        """The model as two arrays, for a ``Document``: mean, scale and weights in rows beside the intercepts; what is usual."""
        head = np.vstack([self.mean, self.scale, self.weights.T])
        tail = np.concatenate([[0.0, 0.0], self.intercepts])[:, None]
        return np.hstack([head, tail]), np.concatenate([self.usual_levels, self.usual])


@dataclass(frozen=True, slots=True)
class FeatureReader:
    """Reads the features of texts with any sentence model; ``limit`` is the most sentences that are read of a text."""

    texts: TextReader
    cues: Sequence[Cue]
    bounds: Bounds
    limit: int

    def read(self, scorer: Scorer, columns: Columns, texts: Sequence[str]) -> list[dict[str, float] | None]:
        """The features of each text by name, as a sentence model scores it; ``None`` for a text without words."""
        return [self._read(scorer, columns, text) for text in texts]

    def _read(self, scorer: Scorer, columns: Columns, text: str) -> dict[str, float] | None:
        lowered = without_repeats(readable(text))
        scored = scorer.read(lowered, self.limit)
        if not scored.number:
            return None
        end = memoryview(scored.spans).cast("q")[-1]
        counted, _ = count_cues(self.cues, self.texts.read(text).cues, lowered, end)
        features = (*summarise(scored, columns, self.bounds).features, *cue_features(counted, self.cues, self.bounds))
        return dict(zip((*feature_names(columns.thresholds), *cue_names(self.cues)), features, strict=True))
