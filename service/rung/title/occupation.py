"""Occupation codes: ranked ESCO and O*NET-SOC occupations of a title.

A title is cut into terms: words, and pairs of neighbouring words. Each occupation gets a few features from them (the likeness of
its nearest official title, how usual the terms are for it, where the title stands as a point, …). Their weighted sum is its score,
a softmax over all occupations gives probabilities, and a table fitted on held-out titles turns these into confidences. The
probabilities of O*NET-SOC are a feature of ESCO. The arrays are memory-mapped when the first title is read, not before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from rung.errors import ArtefactError
from rung.numeric import Floats, softmax, unit
from rung.title.clean import cut_words, fold_with_offsets
from rung.title.occupation_points import MEANINGS, POINT_ARRAYS, POINTS, Points, term_key, terms_of
from rung.types import EscoOccupation, Occupations, SocOccupation

FOLDER = "occupations"  # in the folder of the model
DOCUMENT = "occupations.json"
SCHEMES = ("esco", "soc")
ARRAYS = (
    "labels", "terms", "idf", "title_rows", "title_ids", "title_norms", "starts",
    "centre_rows", "centre_classes", "centre_weights", "profile_rows", "profile_classes", "profile_weights",
    "ratio_rows", "ratio_classes", "ratio_weights", "term_shares", "groups",
    "crosswalk_rows", "crosswalk_classes", "crosswalk_weights", "similar_rows", "similar_terms", "similar_weights",
    "point_weights", "point_scales", "point_biases", "direction_weights", "direction_scales", "meaning_weights", "meaning_scales",
)  # fmt: skip
_MOST_WORDS = 24
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Words:
    """How words become terms: ``aside`` says nothing of the work, ``means`` replaces a word by others."""

    aside: frozenset[str]
    means: Mapping[str, Sequence[str]]

    def cut(self, title: str) -> list[str]:
        """The words of a title, singular and replaced; all of them where nothing else is left."""
        folded, offsets = fold_with_offsets(title)
        words = [_singular(token.text) for token in cut_words(folded, offsets)[:_MOST_WORDS]]
        meant = [m for word in words for m in self.means.get(word, (word,))]
        return [word for word in meant if word not in self.aside] or meant


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def label_key(words: Sequence[str]) -> np.uint64:
    """The key of a label's words in any order."""
    return np.uint64(term_key(" ".join(sorted(words))))


@dataclass(frozen=True, slots=True)
class OccupationSettings:
    """Figures of ``settings.yaml`` that serving needs."""

    fuzzy_cutoff: float
    fuzzy_shortest: int
    fuzzy_weight: float
    piece_lengths: Sequence[int]
    ratio_floor: float
    crosswalk_floor: float


Terms = list[tuple[int, float]]  # the places of terms with their values, which make a unit vector


class Scheme:
    """The occupations of one scheme, and the arrays that score them.

    ``arrays`` has every name of ``ARRAYS``; those of a feature that is not asked for may be empty. c is the number of occupations.
    Their official titles are sorted by occupation.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], spelled: Sequence[str], settings: OccupationSettings) -> None:
        """``spelled``: the words of the vocabulary, for what is misspelt."""
        self._arrays, self._settings = arrays, settings
        self._spelled = list(spelled)
        self._corrected = lru_cache(maxsize=_REMEMBERED)(self._correct)
        self.count = arrays["groups"].shape[1]

    def found(self, words: Sequence[str]) -> dict[int, float]:
        """The terms of a title that the vocabulary has, or a word spelled much the same, by place, with how much each counts."""
        exact: dict[int, float] = {}
        for term in terms_of(words):
            place = self._place(term)
            if place is not None:
                exact[place] = 1.0
            elif " " not in term and (near := self._corrected(term)) is not None:
                exact.setdefault(near, self._settings.fuzzy_weight)
        return exact

    def _widened(self, exact: Mapping[int, float]) -> Terms:
        """The terms that were found, and the words that are like them."""
        widened = dict(exact)
        for place, weight in exact.items():
            row = slice(self._arrays["similar_rows"][place], self._arrays["similar_rows"][place + 1])
            for other, share in zip(
                self._arrays["similar_terms"][row].tolist(), self._arrays["similar_weights"][row].tolist(), strict=True
            ):
                widened[other] = max(widened.get(other, 0.0), weight * share)
        values = [(place, weight * float(self._arrays["idf"][place])) for place, weight in widened.items()]
        length = max(sum(value * value for _, value in values) ** 0.5, 1e-9)
        return [(place, value / length) for place, value in values]

    def features(
        self,
        names: Iterable[str],
        words: Sequence[str],
        point: Floats,
        meaning: Floats,
        others: Floats | None = None,
    ) -> dict[str, Floats]:
        """Some features of a title by name: an array of c numbers each.

        ``words``: those of the title; ``point``: where it stands; ``meaning``: the sum of the meanings of its words;
        ``others``: the probabilities of the other scheme's occupations, which only ``crosswalk`` needs.
        """
        found = self.found(words)
        terms = self._widened(found)
        made: dict[str, Callable[[], Floats]] = {
            "label": lambda: (self._arrays["labels"] == label_key(words)).astype(np.float64),
            "nearest": lambda: self._nearest(terms),
            "profile": lambda: self._cosines("profile", terms),
            "centre": lambda: self._cosines("centre", terms),
            "likelihood": lambda: self._likelihood(found),
            "point": lambda: self._linear("point", point) + self._arrays["point_biases"],
            "direction": lambda: self._linear("direction", unit(point)),
            "meaning": lambda: self._meaning(unit(meaning)),
            "crosswalk": lambda: self._crosswalk(np.zeros(0) if others is None else others),
        }
        return {name: made[name]() for name in names}

    def _nearest(self, terms: Terms) -> Floats:
        """The likeness of a title with the nearest official title of each occupation."""
        arrays = self._arrays
        likeness = np.zeros(len(arrays["title_norms"]))
        for place, value in terms:
            titles = arrays["title_ids"][arrays["title_rows"][place] : arrays["title_rows"][place + 1]]
            likeness[titles] += value * float(arrays["idf"][place])
        return np.asarray(np.maximum.reduceat(likeness / arrays["title_norms"], arrays["starts"]))

    def _meaning(self, meaning: Floats) -> Floats:
        """The likeness of what a title means with what the nearest official title of each occupation means."""
        return np.asarray(np.maximum.reduceat(self._linear("meaning", meaning), self._arrays["starts"]))

    def _cosines(self, kind: str, terms: Terms) -> Floats:
        """The cosine of a title with a unit vector of each occupation."""
        rows, classes, weights = (self._arrays[f"{kind}_{part}"] for part in ("rows", "classes", "weights"))
        cosines = np.zeros(self.count)
        for place, value in terms:
            row = slice(rows[place], rows[place + 1])
            cosines[classes[row]] += weights[row] * value
        return cosines

    def _likelihood(self, found: Mapping[int, float]) -> Floats:
        """How much more usual the terms are in the titles of an occupation, and of its groups, than in all titles.

        The classes of a row are the occupations, then the groups; ``groups`` has for each level those of the occupations.
        """
        rows, classes, weights = (self._arrays[f"ratio_{part}"] for part in ("rows", "classes", "weights"))
        groups, total = self._arrays["groups"], np.zeros(self.count)
        ratios = np.zeros(int(groups.max()) + 1)
        for place, weight in found.items():
            row = slice(rows[place], rows[place + 1])
            ratios[:] = 0.0
            ratios[classes[row]] = weights[row]
            shared = ratios[: self.count] + ratios[groups].sum(0)
            total += weight * float(self._arrays["term_shares"][place]) * np.log(shared + self._settings.ratio_floor)
        return np.asarray(total / max(len(found), 1) ** 0.5)

    def _crosswalk(self, others: Floats) -> Floats:
        """How well each occupation goes with the likely ones of the other scheme."""
        rows, classes, weights = (self._arrays[f"crosswalk_{part}"] for part in ("rows", "classes", "weights"))
        shares = np.repeat(others, np.diff(rows)) * weights
        return np.asarray(np.log(np.bincount(classes, shares, self.count) + self._settings.crosswalk_floor))

    def _linear(self, kind: str, point: Floats) -> Floats:
        """A linear model over points: weights in eight bits, and what those of each occupation are multiplied by."""
        weights, scales = (self._arrays[f"{kind}_{part}"] for part in ("weights", "scales"))
        return np.asarray((point.astype(np.float32) @ weights.astype(np.float32)) * scales, np.float64)

    def _place(self, term: str) -> int | None:
        terms = self._arrays["terms"]
        key = np.uint64(term_key(term))
        place = int(np.searchsorted(terms, key))
        return place if place < len(terms) and terms[place] == key else None

    def _correct(self, word: str) -> int | None:
        if len(word) < self._settings.fuzzy_shortest:
            return None
        found = process.extractOne(word, self._spelled, scorer=fuzz.ratio, score_cutoff=self._settings.fuzzy_cutoff)
        return self._place(found[0]) if found else None


def score(features: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """The weighted sum of the features that have a weight."""
    return np.asarray(sum(weight * features[name] for name, weight in weights.items()))


class OccupationReader:
    """Reads the occupations of titles; opening costs nothing until the first title."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def open(cls, folder: Path) -> OccupationReader:
        """A reader of the artefact's folder of occupations.

        Raises:
            ArtefactError: the folder holds no occupations.
        """
        if not (folder / DOCUMENT).is_file():
            raise ArtefactError(f"{folder / DOCUMENT}: no such file; build the occupations with `rung train`")
        return cls(folder)

    def read(self, title: str) -> Occupations:
        """Up to as many occupations of each scheme as the artefact states; nothing where no word is known.

        Raises:
            ArtefactError: a file of the artefact is missing or cannot be read.
        """
        words = self._words.cut(title)
        point, meaning = self._points.of(words), self._meanings.of(words)
        known = {name: bool(scheme.found(words)) for name, scheme in self._schemes.items()}
        soc = self._chances("soc", words, point, meaning)
        esco = self._chances("esco", words, point, meaning, soc)
        return Occupations(
            tuple(EscoOccupation(uri, label, isco, p) for (uri, label, isco), p in self._best("esco", esco, known["esco"])),
            tuple(SocOccupation(code, name, p) for (code, name), p in self._best("soc", soc, known["soc"])),
        )

    def _chances(self, name: str, words: Sequence[str], point: Floats, meaning: Floats, others: Floats | None = None) -> Floats:
        """The probability of each occupation of a scheme by name."""
        weights = self._document["weights"][name]
        return softmax(score(self._schemes[name].features(weights, words, point, meaning, others), weights))

    def _best(self, name: str, chances: Floats, known: bool) -> list[tuple[Sequence[str], float]]:
        """The likeliest occupations of a scheme by name, with their confidences; none where no word is known."""
        names, confidence = self._document["names"][name], self._document["confidence"]
        order = np.argsort(-chances, kind="stable")[: self._document["most"] if known else 0]
        calibrated = np.interp(chances[order], confidence["knots"], confidence[name])
        calibrated /= max(1.0, float(calibrated.sum()))
        return [(names[place], round(value, 4)) for place, value in zip(order.tolist(), calibrated.tolist(), strict=True)]

    @cached_property
    def _document(self) -> dict[str, Any]:
        path = self._folder / DOCUMENT
        try:
            return dict(json.loads(path.read_bytes()))
        except (OSError, ValueError, RecursionError) as error:
            raise ArtefactError(f"{path} cannot be read ({error}); build the model again") from error

    @cached_property
    def _words(self) -> Words:
        words = self._document["words"]
        return Words(frozenset(words["aside"]), words["means"])

    @cached_property
    def _schemes(self) -> dict[str, Scheme]:
        settings = OccupationSettings(**self._document["settings"])
        return {s: Scheme(self._mapped(s, ARRAYS), self._document["spelled"][s], settings) for s in SCHEMES}

    @cached_property
    def _points(self) -> Points:
        return Points(self._mapped(POINTS, POINT_ARRAYS), self._document["settings"]["piece_lengths"])

    @cached_property
    def _meanings(self) -> Points:
        return Points(self._mapped(MEANINGS, POINT_ARRAYS), ())

    def _mapped(self, group: str, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        arrays = {}
        for name in names:
            path = self._folder / array_file(group, name)
            try:
                arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False).view(np.ndarray)  # slices of a memmap are slow
            except (OSError, ValueError) as error:
                raise ArtefactError(f"{path} cannot be read ({error}); build the model again") from error
        return arrays


def array_file(group: str, name: str) -> str:
    """The name of an array's file; ``group`` is a scheme, ``POINTS`` or ``MEANINGS``."""
    return f"{group}_{name}.npy"


def files() -> tuple[str, ...]:
    """The names of all files of the folder."""
    groups = {**dict.fromkeys(SCHEMES, ARRAYS), **dict.fromkeys((POINTS, MEANINGS), POINT_ARRAYS)}
    return (DOCUMENT, *(array_file(group, name) for group, names in groups.items() for name in names))
