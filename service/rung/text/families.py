"""The family of a job by its text: one linear model over words and word pairs, applied to the whole text and to each sentence.

Much of an ad is about the company and its benefits, so the mean over the sentences counts beside the whole text. The model was
trained on tasks of occupations, on counts of real ads, and on sentences of the data (``rung.training.family_text``), and exported
as plain arrays. It is used if a title leaves the family open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rung.grid import UNKNOWN
from rung.text.document import softmax
from rung.text.sentences import Floats, Scorer, readable, scorer

_LEAST = 1e-9  # odds that count as none


class FamilyTextWeights(NamedTuple):
    """Figures of ``weights.yaml``.

    ``temperature`` divides the scores. ``by_sentence`` is a factor on the logarithm of the mean over the sentences, ``least_share``
    its minimum. ``unknown`` is the share of that family. ``beside`` maps the way in which the family of a title was matched to a
    factor on the log-odds of the text; for a way that is not listed, the text is not read. ``against`` is a factor on the log-odds
    of the graded family, after ``spare`` is added to them.
    """

    temperature: float
    by_sentence: float
    least_share: float
    unknown: float
    beside: Mapping[str, float]
    against: float
    spare: float


class FamilyTextReader:
    """Reads the family of texts, except the graded one, for which the sentence model decides."""

    def __init__(self, scorer: Scorer, names: Sequence[str], graded: str, weights: FamilyTextWeights, limit: int) -> None:
        """``limit`` is the number of sentences of a text that are scored one by one."""
        self._scorer = scorer
        self._silent = scorer.score([""])
        self._graded = list(names).index(graded)
        self._names = [name for name in names if name != graded]
        self._weights = weights
        self._limit = limit

    def read(self, text: str) -> Mapping[str, float] | None:
        """The probabilities of the families and of ``unknown``, the most likely first; ``None`` if no word is known."""
        odds = self._odds(text)
        if odds is None:
            return None
        shares = np.delete(odds, self._graded)
        shares *= (1.0 - self._weights.unknown) / shares.sum()
        return _ranked({**dict(zip(self._names, shares.tolist(), strict=True)), UNKNOWN: self._weights.unknown})

    def against_graded(self, text: str) -> float:
        """The log-odds (at most 0) of the graded family by the words of a text."""
        odds = self._odds(text)
        if odds is None:
            return 0.0
        graded, whole = float(odds[self._graded]), float(odds.sum())
        log_odds = math.log(max(graded, _LEAST) / max(whole - graded, _LEAST))
        return min(0.0, self._weights.against * (log_odds + self._weights.spare))

    def _odds(self, text: str) -> Floats | None:
        """The odds of the families in order, 1 for the most likely; ``None`` if no word is known."""
        lowered = readable(text)
        scores = self._scorer.score([lowered])
        if (scores == self._silent).all():
            return None
        shares = softmax(self._scorer.read(lowered, self._limit).rows()).mean(axis=0)
        told = scores[0] + self._weights.by_sentence * np.log(shares + self._weights.least_share)
        return np.asarray(np.exp((told - told.max()) / self._weights.temperature))

    def families(
        self, text: str | None, title: Mapping[str, float], match_kind: str, *, alone: bool
    ) -> tuple[Mapping[str, float], str]:
        """The probabilities by title and text, and how the family was matched: by ``duties``, or as for the title.

        With ``alone``, the text decides without the title; otherwise it counts if the way of matching is in ``beside``.
        """
        told = self.read(text) if text and (alone or match_kind in self._weights.beside) else None
        if told is None:
            return title, match_kind
        return (told, "duties") if alone else (self._combined(title, told, match_kind), match_kind)

    def _combined(self, title: Mapping[str, float], text: Mapping[str, float], match_kind: str) -> Mapping[str, float]:
        factor = self._weights.beside[match_kind]
        both = {name: share * text.get(name, 0.0) ** factor for name, share in title.items()}
        total = sum(both.values())
        return _ranked({name: share / total for name, share in both.items()})


def _ranked(shares: Mapping[str, float]) -> Mapping[str, float]:
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def family_text_reader(
    document: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], graded: str, weights: Mapping[str, Any]
) -> FamilyTextReader:
    """The reader of a built model: its terms and names (``families`` document), its arrays and its ``weights.yaml``."""
    idf, intercepts = (arrays[f"family_text_{name}"].astype(np.float64) for name in ("idf", "intercepts"))
    coefficients, scales = (arrays[f"family_text_{name}"] for name in ("weights", "scales"))
    model = scorer(document["text_terms"].split("\n"), idf, coefficients, scales, intercepts)
    figures, limit = FamilyTextWeights(**weights["family_text"]), weights["duties"]["sentences"]
    return FamilyTextReader(model, document["text_names"], graded, figures, limit)
