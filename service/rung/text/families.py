"""The family of a job by what its text says it does: one linear model over words and word pairs, of the whole text and by sentence.

Company news and benefits fill much of an ad: what most sentences speak of counts beside what all words say together. The model was
trained on tasks of occupations, on real ads as counts, and on sentences of the data (``rung.training.family_text``), and exported
as plain arrays. It is asked where a title leaves the family open.
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
    """Figures of ``weights.yaml``: the temperature of the scores, how much the mean over the sentences counts beside the whole text

    (a factor on its logarithm) and what it has at least, the share of ``unknown``, and how much a text counts beside a title (a
    factor on its log-odds) by how the title's family was found; beside a kind that is not listed it is not asked.
    ``against`` is a factor on the log-odds of the graded family, of which ``spare`` are let pass.
    """

    temperature: float
    by_sentence: float
    least_share: float
    unknown: float
    beside: Mapping[str, float]
    against: float
    spare: float


class FamilyTextReader:
    """Reads the family of texts; ``graded`` is not answered: whether a job is of that family, its own sentences say."""

    def __init__(self, scorer: Scorer, names: Sequence[str], graded: str, weights: FamilyTextWeights, limit: int) -> None:
        """``limit`` is how many sentences of a text are looked at one by one."""
        self._scorer = scorer
        self._silent = scorer.score("")
        self._mean_shares = functions().mean_shares
        self._graded = list(names).index(graded)
        self._names = [name for name in names if name != graded]
        self._weights = weights
        self._limit = limit

    def read(self, text: str) -> Mapping[str, float] | None:
        """The probabilities of the families and of ``unknown``, the likeliest first; ``None`` where no word is known."""
        odds = self._odds(text)
        if odds is None:
            return None
        others = odds[: self._graded] + odds[self._graded + 1 :]
        factor = (1.0 - self._weights.unknown) / sum(others)
        return _ranked({**dict(zip(self._names, [factor * odd for odd in others], strict=True)), UNKNOWN: self._weights.unknown})

    def against_graded(self, text: str) -> float:
        """The log-odds, 0 or less, that the words of a text speak against the graded family."""
        odds = self._odds(text)
        if odds is None:
            return 0.0
        graded, whole = odds[self._graded], sum(odds)
        log_odds = math.log(max(graded, _LEAST) / max(whole - graded, _LEAST))
        return min(0.0, self._weights.against * (log_odds + self._weights.spare))

    def _odds(self, text: str) -> list[float] | None:
        """The odds of the families in order, the likeliest 1; ``None`` where no word is known."""
        lowered = readable(text)
        whole = self._scorer.score(lowered)
        if whole == self._silent:
            return None
        scores, weights = doubles(whole), self._weights
        shares = doubles(self._mean_shares(self._scorer.read(lowered, self._limit).scores, len(scores)))
        told = [s + weights.by_sentence * math.log(share + weights.least_share) for s, share in zip(scores, shares, strict=True)]
        most = max(told)
        return [math.exp((score - most) / weights.temperature) for score in told]

    def families(
        self, text: str | None, title: Mapping[str, float], match_kind: str, *, alone: bool
    ) -> tuple[Mapping[str, float], str]:
        """The probabilities by title and text, and how they were found: by ``duties`` or as the title's were.

        The text decides ``alone`` where the title leaves it to it, and counts where the title's head leaves the family open.
        """
        told = self.read(text) if text and (alone or match_kind in self._weights.beside) else None
        if told is None:
            return title, match_kind
        return (told, "duties") if alone else (self._both(title, told, match_kind), match_kind)

    def _both(self, title: Mapping[str, float], text: Mapping[str, float], match_kind: str) -> Mapping[str, float]:
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
