"""Duties: the text of a posting into what it says of family, level and people management, sentence by sentence.

The weights were trained with scikit-learn (``service.training.train``) and exported as plain arrays. Here numpy alone applies
them: one pass over the words finds every known n-gram, one gather sums the weights by sentence. A test holds the scores equal to
scikit-learn's to 1e-9. Cues (years asked, number of reports, reporting line …) are read beside them by patterns from the data.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_TAG = re.compile(r"<(/?)([a-zA-Z]{1,10})[^<>]{0,300}>")
_BLOCK = frozenset({"p", "li", "ul", "ol", "br", "div", "tr", "td", "h1", "h2", "h3", "h4", "h5", "h6"})
# Stops before a blank, line breaks and bullets, dashes between blanks. One set of characters comes first, so that all others are
# passed over quickly; what stands behind it says which of the three it is.
_END = re.compile(r"[.!?;\n\r•·●▪◦■|…*–—-](?:(?<=[.!?;])[.!?;]*(?=\s)|(?<=[\n\r•·●▪◦■|…])[\n\r•·●▪◦■|…]*|(?<=\s[-*–—])(?=\s))")
_TOKEN = re.compile(r"\w\w+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the text with its character offsets."""

    text: str
    start: int
    end: int


def readable(text: str) -> str:
    """The text in lower case, of the same length, with markup blanked and a line break for each block element."""
    if "<" in text:
        text = _TAG.sub(lambda m: ("\n" if m.group(2).lower() in _BLOCK else " ").ljust(len(m.group())), text)
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return lowered


def sentences(text: str, limit: int) -> list[Sentence]:
    """The sentences of a readable text, at most ``limit``; a break is a line, a bullet, or a full stop before a space."""
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        _append(found, text, start, match.end())
        start = match.end()
        if len(found) >= limit:
            return found
    _append(found, text, start, len(text))
    return found


def _append(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if _TOKEN.search(stripped):
        at = start + len(piece) - len(piece.lstrip())
        found.append(Sentence(stripped, at, at + len(stripped)))


class SentenceScorer:
    """The sentence model: TF-IDF over words and word pairs, then one linear score a column.

    ``vocabulary`` maps an n-gram to its row; ``idf`` has one value a row; ``weights`` is rows by columns; ``intercepts`` has one
    value a column. All are float64.
    """

    def __init__(self, vocabulary: Mapping[str, int], idf: Floats, weights: Floats, intercepts: Floats) -> None:
        self._vocabulary = dict(vocabulary)
        # The pairs by their first word, so that no text is put together to look one up.
        self._pairs: dict[str, dict[str, int]] = {}
        for term, row in vocabulary.items():
            first, _, second = term.partition(" ")
            if second:
                self._pairs.setdefault(first, {})[second] = row
        self._idf = idf
        self._weights = weights
        self._intercepts = intercepts

    def score(self, texts: Sequence[str]) -> Floats:
        """Linear scores of each text in lower case: texts by columns."""
        get, follow = self._vocabulary.get, self._pairs.get
        rows: list[int] = []
        counts: list[int] = []
        for text in texts:
            words = _TOKEN.findall(text)
            before = len(rows)
            rows.extend([r for w in words if (r := get(w)) is not None])
            rows.extend([r for a, b in pairwise(words) if (after := follow(a)) is not None and (r := after.get(b)) is not None])
            counts.append(len(rows) - before)
        return self._sum(np.array(rows, dtype=np.int64), np.array(counts, dtype=np.int64))

    def _sum(self, rows: NDArray[np.int64], counts: NDArray[np.int64]) -> Floats:
        """Sublinear term frequency × idf, scaled to length one a text, times the weights."""
        size = len(self._idf)
        out = np.tile(self._intercepts, (len(counts), 1))
        if not len(rows):
            return out
        owner = np.repeat(np.arange(len(counts)), counts)
        keys, frequency = np.unique(owner * size + rows, return_counts=True)
        owner, term = np.divmod(keys, size)
        values = (1.0 + np.log(frequency)) * self._idf[term]
        norms = np.sqrt(np.bincount(owner, values * values, minlength=len(counts)))
        values /= norms[owner]
        present, starts = np.unique(owner, return_index=True)
        out[present] += np.add.reduceat(values[:, None] * self._weights[term], starts, axis=0)
        return out


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern whose matches count as a feature: ``measure`` is ``count``, or ``number`` for the largest number in its group.

    ``near`` are plain strings of which every match holds one: only sentences with one of them are searched by the pattern.
    ``towards`` is the people management that a match speaks for (``yes``, ``no``), or nothing.
    """

    id: str
    pattern: re.Pattern[str]
    near: tuple[str, ...]
    measure: str
    says: str
    towards: str


def compile_cues(records: Sequence[Mapping[str, Any]]) -> tuple[Cue, ...]:
    """The cues of ``cues.yaml`` (plain data) with their patterns compiled."""
    return tuple(
        Cue(r["id"], re.compile("|".join(r["patterns"])), tuple(r["near"]), r["measure"], r["says"], r.get("towards", ""))
        for r in records
    )


def read_cues(cues: Sequence[Cue], text: str, found: Sequence[Sentence]) -> tuple[Floats, list[tuple[int, int, int]]]:
    """One value a cue (a count, or the largest number read) in the sentences of a readable text, and where each first matched.

    A place is (cue, start, end).
    """
    values = np.zeros(len(cues))
    places: list[tuple[int, int, int]] = []
    starts = [s.start for s in found]
    for index, cue in enumerate(cues):
        matches = [m for i in _holding(text, cue.near, starts) for m in cue.pattern.finditer(text, found[i].start, found[i].end)]
        if matches:
            values[index] = max(float(m.group(1)) for m in matches) if cue.measure == "number" else float(len(matches))
            places.append((index, *matches[0].span()))
    return values, places


def _holding(text: str, strings: Sequence[str], starts: Sequence[int]) -> list[int]:
    """The sentences (by their starts, in order) that hold one of some strings."""
    holding = set()
    for string in strings:
        at = text.find(string)
        while at >= 0:
            sentence = bisect_right(starts, at) - 1
            holding.add(sentence)
            after = starts[sentence + 1] if sentence + 1 < len(starts) else len(text)
            at = text.find(string, max(after, at + 1))
    holding.discard(-1)
    return sorted(holding)


@dataclass(frozen=True, slots=True)
class SentenceReading:
    """What one sentence says: probabilities (0 to 1) of being a duty, of the graded family, of people management, and its level.

    ``level`` is the mean of the threshold scores (log-odds): above 0 speaks for the upper half of the grid.
    """

    sentence: Sentence
    duty: float
    graded: float
    manages: float
    level: float
    family: str


@dataclass(frozen=True, slots=True)
class DutyReading:
    """What the text of a posting says, as log-odds against what is usual (natural logarithms, uncapped).

    ``levels`` has one value a level in order of rank; ``manager`` speaks for the manager track, ``family`` for the graded family;
    ``nearest`` is the neighbour whose duties the text resembles most; ``amount`` is how many sentences' worth of duties it has.
    ``sentences`` keeps what each sentence said.
    """

    levels: tuple[float, ...]
    manager: float
    family: float
    nearest: str
    manages: float
    amount: float
    sentences: tuple[SentenceReading, ...]
    cues: tuple[tuple[int, int, int], ...]
    truncated: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each part of the sentence scores lies: family names in order, then level thresholds, then people management."""

    families: tuple[str, ...]
    graded: int
    not_duty: int
    thresholds: int

    @property
    def levels(self) -> slice:
        """The columns of the level thresholds."""
        return slice(len(self.families), len(self.families) + self.thresholds)

    @property
    def people(self) -> slice:
        """The columns of people management: neither, yes, no."""
        return slice(len(self.families) + self.thresholds, len(self.families) + self.thresholds + 3)


def softmax(scores: Floats) -> Floats:
    """Row-wise probabilities of linear scores."""
    exp = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(exp / exp.sum(axis=1, keepdims=True))


def document_features(scores: Floats, cue_values: Floats, cues: Sequence[Cue], columns: Columns) -> dict[str, float]:
    """The features of a whole text by name, from the scores of its sentences (at least one) and its cues.

    All are means, shares or capped counts, so that a text of 18,000 characters reads like one of 1,000.
    """
    families = softmax(scores[:, : len(columns.families)])
    graded, duty = families[:, columns.graded], 1.0 - families[:, columns.not_duty]
    features = _family_features(scores, families, graded, duty, columns)
    features |= _level_features(scores[:, columns.levels], duty * graded + 1e-3)
    people = softmax(scores[:, columns.people])
    manages = np.sort(people[:, 1] * duty)
    features |= {
        "manages-most": float(manages[-1]),
        "manages-two": float(manages[-2:].mean()),
        "manages-four": float(manages[-4:].mean()),
        "manages-share": float(manages.sum() / (duty.sum() + 0.5)),
    }
    for cue, value in zip(cues, cue_values, strict=True):
        features[cue.id] = min(float(value), 15.0) / 5.0 if cue.measure == "number" else min(1.0, float(np.log1p(value)))
        if cue.measure == "number":
            features[f"no-{cue.id}"] = float(value == 0.0)
    return features


def _family_features(scores: Floats, families: Floats, graded: Floats, duty: Floats, columns: Columns) -> dict[str, float]:
    """How much the sentences speak for the graded family, by sentence and summed over the text."""
    aside = [columns.graded, columns.not_duty]
    others = np.delete(families, aside, axis=1)
    rest = np.clip(1.0 - graded - families[:, columns.not_duty], 0.0, 1.0)
    odds = np.log(graded + 1e-4) - np.log(rest + 1e-4)
    weight = duty.sum() + 0.5
    mean = (scores[:, : len(columns.families)] * duty[:, None]).sum(axis=0) / weight
    neighbours = np.delete(mean, aside)
    return {
        "family-odds": float((odds * duty).sum() / weight),
        "family-share": float(graded.sum() / weight),
        "family-top": float(np.sort(graded)[-3:].mean()),
        "neighbour-share": float(others.sum(axis=0).max() / weight),
        "family-margin": float(mean[columns.graded] - np.log(np.exp(neighbours).sum())),
        "family-lead": float(mean[columns.graded] - neighbours.max()),
        "family-first": float(((graded > others.max(axis=1)) & (duty > 0.5)).sum() / weight),
    }


def _level_features(levels: Floats, weight: Floats) -> dict[str, float]:
    """The level thresholds averaged over the duties, and the highest and lowest sentences."""
    mean = (levels * weight[:, None]).sum(axis=0) / weight.sum()
    kept = np.sort(levels.mean(axis=1)[weight > 0.2]) if (weight > 0.2).any() else np.zeros(1)
    features = {f"level-{k}": float(value) for k, value in enumerate(mean, 1)}
    return features | {
        "level-top": float(kept[-3:].mean()),
        "level-bottom": float(kept[:3].mean()),
        "level-mean": float(mean.mean()),
    }


@dataclass(frozen=True, slots=True)
class DocumentModel:
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
        """The model as two arrays, for ``from_arrays``: mean, scale and weights in rows beside the intercepts; what is usual."""
        head = np.vstack([self.mean, self.scale, self.weights.T])
        tail = np.concatenate([[0.0, 0.0], self.intercepts])[:, None]
        return np.hstack([head, tail]), np.concatenate([self.usual_levels, self.usual])

    @classmethod
    def from_arrays(cls, names: Sequence[str], model: Floats, usual: Floats) -> DocumentModel:
        """Read back what ``arrays`` gave."""
        return cls(tuple(names), model[0, :-1], model[1, :-1], model[2:, :-1].T, model[2:, -1], usual[:-2], usual[-2:])

    def read(self, features: Mapping[str, float]) -> tuple[Floats, float, float]:
        """Log-likelihood ratios of the levels, of the manager track and of the graded family."""
        values = np.array([features[name] for name in self.names])
        scores = ((values - self.mean) / self.scale) @ self.weights + self.intercepts
        above = np.minimum.accumulate(1.0 / (1.0 + np.exp(-scores[:-2])))
        levels = np.clip(np.append(1.0, above) - np.append(above, 0.0), 1e-3, 1.0)
        return np.log(levels / self.usual_levels), float(scores[-2] - self.usual[0]), float(scores[-1] - self.usual[1])


class DutyReader:
    """Reads the text of a posting with a sentence model, the cues and a document model (``None`` while that one is trained)."""

    def __init__(
        self, scorer: SentenceScorer, columns: Columns, cues: Sequence[Cue], document: DocumentModel | None, max_sentences: int
    ) -> None:
        self._scorer = scorer
        self._columns = columns
        self._cues = tuple(cues)
        self._document = document
        self._max_sentences = max_sentences

    @property
    def cues(self) -> tuple[Cue, ...]:
        """The cues in order, as ``DutyReading.cues`` numbers them."""
        return self._cues

    def features(self, text: str) -> tuple[dict[str, float], list[Sentence], Floats, list[tuple[int, int, int]]] | None:
        """The features of a text, its sentences, their scores and the places of cues; ``None`` where it has no words."""
        lowered = readable(text)
        found = sentences(lowered, self._max_sentences)
        if not found:
            return None
        scores = self._scorer.score([s.text for s in found])
        values, places = read_cues(self._cues, lowered, found)
        return document_features(scores, values, self._cues, self._columns), found, scores, places

    def read(self, text: str) -> DutyReading | None:
        """What the text says, or ``None`` where it has no words."""
        read = self.features(text)
        if read is None or self._document is None:
            return None
        features, found, scores, places = read
        levels, manager, family = self._document.read(features)
        columns = self._columns
        families = softmax(scores[:, : len(columns.families)])
        people = softmax(scores[:, columns.people])
        duty = 1.0 - families[:, columns.not_duty]
        totals = families.sum(axis=0)
        totals[[columns.graded, columns.not_duty]] = -1.0
        best = families.argmax(axis=1)
        level = scores[:, columns.levels].mean(axis=1)
        readings = tuple(
            map(
                SentenceReading,
                found,
                duty.tolist(),
                families[:, columns.graded].tolist(),
                people[:, 1].tolist(),
                level.tolist(),
                [columns.families[b] for b in best.tolist()],
            )
        )
        nearest = columns.families[int(totals.argmax())]
        manages = float((people[:, 1] * duty).max())
        truncated = len(found) >= self._max_sentences
        return DutyReading(
            tuple(levels.tolist()), manager, family, nearest, manages, float(duty.sum()), readings, tuple(places), truncated
        )
