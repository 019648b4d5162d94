"""Occupation codes: ranked ESCO and O*NET-SOC occupations of a title.

A title is cut into terms: words, and pairs of neighbouring words. Each occupation gets a few features from the terms (the weight of
a linear model, the likeness of its nearest official title, votes of real vacancy titles, …). Their weighted sum is its score, a
softmax over all occupations gives probabilities, and a table fitted on held-out titles turns these into confidences. The arrays
are memory-mapped when the first title is read, not before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from rung.errors import ArtefactError
from rung.title.clean import cut_words, fold_with_offsets
from rung.types import EscoOccupation, Occupations, SocOccupation

Floats = NDArray[np.float64]

FOLDER = "occupations"  # in the folder of the model
DOCUMENT = "occupations.json"
SCHEMES = ("esco", "soc")
ARRAYS = (
    "terms", "idf", "title_rows", "title_ids", "norms", "title_starts", "vacancy_norms", "vacancy_starts", "vacancy_owners",
    "usual", "profile_rows", "profile_classes", "profile_weights", "linear_rows", "linear_classes", "linear_weights",
    "linear_scales", "bridge_rows", "bridge_classes", "bridge_weights", "similar_rows", "similar_terms", "similar_weights",
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


def terms_of(words: Sequence[str]) -> list[str]:
    """The distinct terms of some words: each word, and each two that stand together."""
    return list(dict.fromkeys([*words, *(f"{a} {b}" for a, b in pairwise(words))]))


def term_key(term: str) -> int:
    """The 64-bit key that stands for a term in the arrays."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "big")


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def softmax(scores: Floats) -> Floats:
    """Probabilities from scores."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum())


@dataclass(frozen=True, slots=True)
class Settings:
    """Figures of ``settings.yaml`` that serving needs."""

    votes_power: float
    votes_floor: float
    fuzzy_cutoff: float
    fuzzy_shortest: int
    fuzzy_weight: float


@dataclass(frozen=True, slots=True)
class Terms:
    """A title as two unit vectors of pairs of a term's place and its value: its own terms, and those with similar words added."""

    exact: list[tuple[int, float]]
    widened: list[tuple[int, float]]


class Scheme:
    """The occupations of one scheme, and the arrays that score them.

    ``arrays`` has every name of ``ARRAYS``; c is the number of occupations. Titles are sorted by occupation, official ones before
    those of vacancies.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], spelled: Sequence[str], settings: Settings) -> None:
        """``spelled``: the words of the vocabulary, for what is misspelt."""
        self._arrays, self._settings = arrays, settings
        self._spelled = list(spelled)
        self._corrected = lru_cache(maxsize=_REMEMBERED)(self._correct)
        self.count = len(arrays["usual"])

    def known(self, words: Sequence[str]) -> Terms:
        """The terms of a title that the vocabulary has, or a word spelled much the same, and the words that are like them."""
        exact: dict[int, float] = {}
        for term in terms_of(words):
            place = self._place(term)
            if place is not None:
                exact[place] = 1.0
            elif " " not in term and (near := self._corrected(term)) is not None:
                exact.setdefault(near, self._settings.fuzzy_weight)
        widened = dict(exact)
        for place, weight in exact.items():
            row = slice(self._arrays["similar_rows"][place], self._arrays["similar_rows"][place + 1])
            for other, share in zip(
                self._arrays["similar_terms"][row].tolist(), self._arrays["similar_weights"][row].tolist(), strict=True
            ):
                widened[other] = max(widened.get(other, 0.0), weight * share)
        return Terms(self._unit(exact), self._unit(widened))

    def _unit(self, weights: Mapping[int, float]) -> list[tuple[int, float]]:
        values = [(place, weight * float(self._arrays["idf"][place])) for place, weight in weights.items()]
        length = max(sum(value * value for _, value in values) ** 0.5, 1e-9)
        return [(place, value / length) for place, value in values]

    def features(self, terms: Terms, bridge: Floats | None = None) -> dict[str, Floats]:
        """Per feature an array of c numbers. ``bridge``: probabilities of the other scheme's occupations."""
        arrays = self._arrays
        official, vacancies = len(arrays["norms"]), len(arrays["vacancy_norms"])
        likeness = np.zeros(official + vacancies)
        linear, profile = np.zeros(self.count), np.zeros(self.count)
        for place, value in terms.exact:
            row = slice(arrays["linear_rows"][place], arrays["linear_rows"][place + 1])
            linear[arrays["linear_classes"][row]] += arrays["linear_weights"][row] * (value * float(arrays["linear_scales"][place]))
        for place, value in terms.widened:
            titles = arrays["title_ids"][arrays["title_rows"][place] : arrays["title_rows"][place + 1]]
            likeness[titles] += value * float(arrays["idf"][place])
            row = slice(arrays["profile_rows"][place], arrays["profile_rows"][place + 1])
            profile[arrays["profile_classes"][row]] += arrays["profile_weights"][row] * value
        nearest = np.maximum.reduceat(likeness[:official] / arrays["norms"], arrays["title_starts"])
        features = {"linear": linear, "profile": profile, "nearest": nearest}
        if vacancies:
            features |= self._vacancies(likeness[official:] / arrays["vacancy_norms"])
        if bridge is not None:
            features["bridge"] = self._bridged(bridge)
        return features

    def _vacancies(self, likeness: Floats) -> dict[str, Floats]:
        arrays, settings = self._arrays, self._settings
        owners, starts = arrays["vacancy_owners"], arrays["vacancy_starts"]
        nearest, votes = np.zeros(self.count), np.zeros(self.count)
        nearest[owners] = np.maximum.reduceat(likeness, starts)
        votes[owners] = np.add.reduceat(likeness**settings.votes_power, starts)
        votes /= votes.sum() + settings.votes_floor
        return {
            "vacancy": nearest,
            "votes": np.log(votes + settings.votes_floor**2),
            "usual": np.asarray(arrays["usual"], np.float64),
        }

    def _bridged(self, probabilities: Floats) -> Floats:
        arrays = self._arrays
        spread = np.repeat(probabilities, np.diff(arrays["bridge_rows"])) * arrays["bridge_weights"]
        return np.bincount(arrays["bridge_classes"], spread, self.count).astype(np.float64)

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
        esco, soc = self._schemes["esco"], self._schemes["soc"]
        weights = self._document["weights"]
        soc_terms = soc.known(words)
        soc_chances = softmax(score(soc.features(soc_terms), weights["soc"]))
        esco_terms = esco.known(words)
        esco_chances = softmax(score(esco.features(esco_terms, bridge=soc_chances), weights["esco"]))
        return Occupations(
            tuple(EscoOccupation(uri, label, isco, p) for (uri, label, isco), p in self._best("esco", esco_chances, esco_terms)),
            tuple(SocOccupation(code, name, p) for (code, name), p in self._best("soc", soc_chances, soc_terms)),
        )

    def _best(self, scheme: str, chances: Floats, terms: Terms) -> list[tuple[Sequence[str], float]]:
        names, confidence = self._document["names"][scheme], self._document["confidence"]
        order = np.argsort(-chances, kind="stable")[: self._document["most"] if terms.exact else 0]
        calibrated = np.interp(chances[order], confidence["knots"], confidence[scheme])
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
        settings = Settings(**self._document["settings"])
        return {s: Scheme(self._mapped(s), self._document["spelled"][s], settings) for s in SCHEMES}

    def _mapped(self, scheme: str) -> dict[str, NDArray[Any]]:
        arrays = {}
        for name in ARRAYS:
            path = self._folder / array_file(scheme, name)
            try:
                arrays[name] = np.load(path, mmap_mode="r", allow_pickle=False)
            except (OSError, ValueError) as error:
                raise ArtefactError(f"{path} cannot be read ({error}); build the model again") from error
        return arrays


def array_file(scheme: str, name: str) -> str:
    """The name of an array's file."""
    return f"{scheme}_{name}.npy"


def files() -> tuple[str, ...]:
    """The names of all files of the folder."""
    return (DOCUMENT, *(array_file(scheme, name) for scheme in SCHEMES for name in ARRAYS))
