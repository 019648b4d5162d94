"""Kernels in one process, by its CPU clock: the sentence scorer beside scikit-learn, a title that is not exact beside one look-up.

Both sides take turns over 512 rotating inputs; a ratio is the median of the turns.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from service import Limits, Normaliser, Query
from service.duties import readable, softmax
from tests.bench.generate import text, titles

UNICODE = (
    "Führung von Produktmanagern, Größe, Łódź",
    "Gestion d’une équipe à Besançon",
    "привет мир roadmap",
    "製品管理 product",
    "",
)
STEPS = 64  # inputs of a turn


def turns(sides: Sequence[Callable[[Any], object]], inputs: Sequence[Any], count: int) -> list[list[float]]:
    """CPU seconds an input of each side, so many turns in ABBA order."""
    found: list[list[float]] = []
    for number in range(count):
        some = [inputs[(number * STEPS + i) % len(inputs)] for i in range(STEPS)]
        order = range(len(sides)) if number % 2 == 0 else range(len(sides) - 1, -1, -1)
        row = [0.0] * len(sides)
        for side in order:
            began = time.process_time()
            for each in some:
                sides[side](each)
            row[side] = (time.process_time() - began) / STEPS
        found.append(row)
    return found


def scorer(normaliser: Normaliser, count: int) -> dict[str, dict[str, float]]:
    """One 4 kB text: scikit-learn's ``predict_proba`` over Rung's own, the same weights; and the largest difference."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    own = normaliser._duties._scorer
    terms = sorted(own._vocabulary, key=own._vocabulary.__getitem__)
    vectorizer = TfidfVectorizer(vocabulary=terms, ngram_range=(1, 2), sublinear_tf=True, lowercase=False)
    vectorizer.idf_ = own._idf
    model = LogisticRegression()
    model.coef_, model.intercept_ = own._weights.T, own._intercepts
    model.classes_ = np.arange(len(own._intercepts))
    rng = random.Random(3)
    texts = [readable(text(rng, 4_000)) for _ in range(512)]

    def theirs(one: str) -> object:
        return model.predict_proba(vectorizer.transform([one]))

    found = turns((theirs, lambda one: softmax(own.score([one]))), texts, count)
    some = [*texts[:64], *UNICODE]
    expected, got = model.decision_function(vectorizer.transform(some)), own.score(some)
    same = float((expected.argmax(axis=1) == got.argmax(axis=1)).mean())
    return {
        "scorer": _ratio([a / b for a, b in found], found),
        "parity": {"ratio": float(np.abs(expected - got).max()), "same_argmax": same},
    }


def fuzzy(normaliser: Normaliser, count: int) -> dict[str, dict[str, float]]:
    """A whole title that is not exact (cleaned, parsed, looked up) over one ``extractOne(ratio)`` of its words in all aliases."""
    known = normaliser._retriever._titles
    rng = random.Random(5)
    made = [_misspelt(title, rng) for title in titles(20_000, seed=21)]
    inexact = [t for t in made if normaliser.weigh(Query(title=t)).found in ("fuzzy", "none", "product")][:512]
    words = {t: " ".join(sorted(normaliser._cleaner.clean(t).text.split())) for t in inexact}

    def look_up(title: str) -> object:
        return process.extractOne(words[title], known, scorer=fuzz.ratio)

    found = turns((normaliser._read_title_afresh, look_up), inexact, count)
    return {"fuzzy": {**_ratio([a / b for a, b in found], found), "aliases": len(known), "titles": len(inexact)}}


def _misspelt(title: str, rng: random.Random) -> str:
    """A title with a letter lost in two of its words."""
    words = title.split()
    for at in rng.sample(range(len(words)), min(2, len(words))):
        if len(words[at]) > 3:
            cut = rng.randrange(1, len(words[at]))
            words[at] = words[at][: cut - 1] + words[at][cut:]
    return " ".join(words)


def _ratio(ratios: Sequence[float], found: Sequence[Sequence[float]]) -> dict[str, float]:
    return {
        "ratio": statistics.median(ratios),
        "low": min(ratios),
        "high": max(ratios),
        "first_us": statistics.median(a for a, _ in found) * 1e6,
        "second_us": statistics.median(b for _, b in found) * 1e6,
    }


def measure(count: int) -> dict[str, dict[str, float]]:
    """Every row of kernels by its name."""
    normaliser = Normaliser.load(limits=Limits(cache=0))
    return {**scorer(normaliser, count), **fuzzy(normaliser, count)}
