"""The family of a job by its text: one linear model over words and word pairs, applied to the whole text and to each sentence.

Much of an ad is about the company and its benefits, so the mean over the sentences counts beside the whole text. The model was
trained on tasks of occupations, on counts of real ads, and on sentences of the data (``rung.training.family_text``), and exported
as plain arrays. It is used if a title leaves the family open.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.arrays import Array, doubles
from rung.grid import UNKNOWN
from rung.kernel import functions
from rung.text.sentences import Scorer, readable, scorer

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
        self._silent = scorer.score("")
        self._mean_shares = functions().mean_shares
        self._graded = list(names).index(graded)
        self._names = [name for name in names if name != graded]
        self._weights = weights
        self._limit = limit

    def read(self, text: str) -> Mapping[str, float] | None:
        """The probabilities of the families and of ``unknown``, the most likely first; ``None`` if no word is known."""
        odds = self._odds(text)
        if odds is None:
            return None
        others = odds[: self._graded] + odds[self._graded + 1 :]
        factor = (1.0 - self._weights.unknown) / sum(others)
        return _ranked({**dict(zip(self._names, [factor * odd for odd in others], strict=True)), UNKNOWN: self._weights.unknown})

    def against_graded(self, text: str) -> float:
        """The log-odds (at most 0) of the graded family by the words of a text."""
        odds = self._odds(text)
        if odds is None:
            return 0.0
        graded, whole = odds[self._graded], sum(odds)
        log_odds = math.log(max(graded, _LEAST) / max(whole - graded, _LEAST))
        return min(0.0, self._weights.against * (log_odds + self._weights.spare))

    def _odds(self, text: str) -> list[float] | None:
        """The odds of the families in order, 1 for the most likely; ``None`` if no word is known."""
        lowered = readable(text)
        whole = self._scorer.score(lowered)
        if whole == self._silent:
            return None
        scores, weights = doubles(whole), self._weights
        shares = doubles(self._mean_shares(self._scorer.read(lowered, self._limit).scores, len(scores)))
        log_odds = [
            s + weights.by_sentence * math.log(share + weights.least_share) for s, share in zip(scores, shares, strict=True)
        ]
        most = max(log_odds)
        return [math.exp((score - most) / weights.temperature) for score in log_odds]

    def families(
        self, text: str | None, title: Mapping[str, float], match_kind: str, *, alone: bool
    ) -> tuple[Mapping[str, float], str]:
        """The probabilities by title and text, and how the family was matched: by ``duties``, or as for the title.

        With ``alone``, the text decides without the title; otherwise it counts if the way of matching is in ``beside``.
        """
        by_text = self.read(text) if text and (alone or match_kind in self._weights.beside) else None
        if by_text is None:
            return title, match_kind
        return (by_text, "duties") if alone else (self._combined(title, by_text, match_kind), match_kind)

    def _combined(self, title: Mapping[str, float], text: Mapping[str, float], match_kind: str) -> Mapping[str, float]:
        factor = self._weights.beside[match_kind]
        both = {name: share * text.get(name, 0.0) ** factor for name, share in title.items()}
        total = sum(both.values())
        return _ranked({name: share / total for name, share in both.items()})


def _ranked(shares: Mapping[str, float]) -> Mapping[str, float]:
    return dict(sorted(shares.items(), key=lambda item: -item[1]))


def family_text_reader(
    document: Mapping[str, Any], arrays: Mapping[str, Array], graded: str, weights: Mapping[str, Any]
) -> FamilyTextReader:
    """The reader of a built model: its terms and names (``families`` document), its arrays and its ``weights.yaml``."""
    parts = (arrays[f"family_text_{name}"] for name in ("idf", "weights", "scales", "intercepts"))
    model = scorer(document["text_terms"].split("\n"), *parts)
    figures, limit = FamilyTextWeights(**weights["family_text"]), weights["duties"]["sentences"]
    return FamilyTextReader(model, document["text_names"], graded, figures, limit)
