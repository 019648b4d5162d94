"""The features of whole texts that the document model is trained on, and that model as training makes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from rung.text.cues import Cue, CueMatch, count_cues
from rung.text.document import Bounds, Columns, cue_features, cue_names, feature_names
from rung.text.plain_document import summarise
from rung.text.plain_scorer import Floats
from rung.text.sentences import Scorer, readable, without_repeats


class DocumentModel(NamedTuple):
    """Linear models over the features of a text: level thresholds, manager track, graded family; and what is usual of each.

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


class FeatureReader(NamedTuple):
    """Reads the features of texts with a sentence model and the cues; ``limit`` is how many sentences of a text it reads."""

    scorer: Scorer
    columns: Columns
    cues: Sequence[Cue]
    bounds: Bounds
    limit: int

    def read(self, text: str, matches: Sequence[CueMatch]) -> dict[str, float] | None:
        """The features of a text and of the cues in it; ``None`` where it has no words."""
        lowered = without_repeats(readable(text))
        scored = self.scorer.read(lowered, self.limit)
        if not scored.number:
            return None
        counted, _ = count_cues(self.cues, matches, lowered, memoryview(scored.spans).cast("q")[-1])
        features = (*summarise(scored, self.columns, self.bounds).features, *cue_features(counted, self.cues, self.bounds))
        return dict(zip((*feature_names(self.columns.thresholds), *cue_names(self.cues)), features, strict=True))
