"""Inner loops in one process, in CPU time: the sentence scorer against scikit-learn, fuzzy look-up against one rapidfuzz call.

The two sides alternate over rotating inputs; a ratio is the median over the turns.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process

from bench.generate import text, titles
from rung import Limits, Normaliser, Query
from rung import artefact as artefacts
from rung.arrays import doubles
from rung.kernel import functions
from rung.normaliser import newest_model
from rung.text import sentences
from rung.text.plain_scorer import PlainScorer
from rung.text.sentences import readable
from rung.title.words import ParsedTitle

UNICODE = (
    "Führung von Produktmanagern, Größe, Łódź",
    "Gestion d’une équipe à Besançon",
    "привет мир roadmap",
    "製品管理 product",
    "",
)
STEPS = 64  # inputs of one turn


@dataclass(frozen=True, slots=True)
class Inexact:
    """A title without a known job: as written, parsed, and the sorted words that are looked up."""

    raw: str
    parsed: ParsedTitle
    words: str


def turns(sides: Sequence[Callable[[Any], object]], inputs: Sequence[Any], count: int) -> list[list[float]]:
    """CPU seconds per input of each side (columns), for ``count`` turns (rows) in ABBA order."""
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


def scorer(count: int) -> dict[str, dict[str, float]]:
    """scikit-learn's ``predict_proba`` ÷ Rung's scorers, for texts of 4 kB and equal weights; and how far their scores differ."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    artefact = artefacts.load(newest_model())
    terms = artefact.documents["vocabulary"]["terms"].split("\n")
    parts = [artefact.arrays[name] for name in ("idf", "sentence_weights", "sentence_scales", "sentence_intercepts")]
    own, plain = (make(terms, *parts) for make in (sentences.scorer, PlainScorer))
    idf, weights, scales, intercepts = map(np.asarray, parts)
    vectorizer = TfidfVectorizer(vocabulary=terms, ngram_range=(1, 2), sublinear_tf=True, lowercase=False)
    vectorizer.idf_ = idf
    model = LogisticRegression()
    model.coef_, model.intercept_ = (weights * scales.astype(np.float64)).T, intercepts
    model.classes_ = np.arange(len(intercepts))
    mean_shares = functions().mean_shares
    rng = random.Random(3)
    texts = [readable(text(rng, 4_000)) for _ in range(512)]

    def theirs(one: str) -> object:
        return model.predict_proba(vectorizer.transform([one]))

    found = turns(
        (theirs, lambda one: mean_shares(own.score(one), len(scales)), lambda one: mean_shares(plain.score(one), len(scales))),
        texts,
        count,
    )
    compiled, without = [(a, b) for a, b, _ in found], [(a, c) for a, _, c in found]
    some = [*texts[:64], *UNICODE]
    expected, got = model.decision_function(vectorizer.transform(some)), np.array([doubles(own.score(one)) for one in some])
    same = float((expected.argmax(axis=1) == got.argmax(axis=1)).mean())
    return {
        "scorer": _ratio([a / b for a, b in compiled], compiled),
        "scorer-plain": _ratio([a / b for a, b in without], without),
        "parity": {"ratio": float(np.abs(expected - got).max()), "same_argmax": same},
    }


def fuzzy(normaliser: Normaliser, count: int, titles_inexact: int) -> dict[str, dict[str, float]]:
    """Fuzzy look-up, and reading the whole title, each ÷ one ``extractOne(ratio)`` over all aliases."""
    known = normaliser.pipeline.retriever._titles
    inexact = _inexact(normaliser, titles_inexact)

    def best(one: Inexact) -> tuple[str, float, int]:
        return process.extractOne(one.words, known, scorer=fuzz.ratio)

    def look_up(one: Inexact) -> object:
        return normaliser.pipeline.retriever.read(one.parsed)

    def whole(one: Inexact) -> object:
        return normaliser._titles.read([Query(title=one.raw)])

    found = turns((look_up, best), inexact, count)
    titles_whole = turns((whole, best), inexact, count)
    about = {"aliases": len(known), "titles": len(inexact)}
    return {
        "fuzzy": {**_ratio([a / b for a, b in found], found), **about},
        "fuzzy-same": {"ratio": statistics.mean(_same(normaliser, one, best(one)) for one in inexact), **about},
        "fuzzy-title": {**_ratio([a / b for a, b in titles_whole], titles_whole), **about},
    }


def _inexact(normaliser: Normaliser, count: int) -> list[Inexact]:
    """At most ``count`` titles without a known job: misspelt titles of the generator and misspelt aliases."""
    rng = random.Random(5)
    aliases = [alias for alias in normaliser.lexicon.titles if " " in alias]
    found: list[Inexact] = []
    for number, title in enumerate(titles(20 * count, seed=21)):
        raw = _misspelt(rng.choice(aliases) if number % 2 else title, rng)
        parsed = normaliser.pipeline.parser.parse(normaliser.pipeline.cleaner.clean(raw))
        words = sorted(w for w in parsed.view.cleaned.split() if (w,) not in normaliser.lexicon.specialisms)
        if words and not parsed.roles:
            found.append(Inexact(raw, parsed, " ".join(words)))
        if len(found) == count:
            break
    return found


def _same(normaliser: Normaliser, one: Inexact, best: tuple[str, float, int]) -> bool:
    """Whether the look-up finds an alias as near as the baseline's best, or both find none that is near enough.

    A near alias is no answer if it means nothing even when spelled correctly ("product organisation"), or if the title has a word
    more ("senior manager pm" for "Senior Manager").
    """
    retriever = normaliser.pipeline.retriever
    look_up = retriever.read
    near = best[1] >= retriever._weights.cutoff and retriever._has_words(best[0], one.words.split())
    alias = look_up(one.parsed).alias
    if alias:
        return fuzz.ratio(one.words, " ".join(sorted(alias.split()))) >= best[1]
    right = one.parsed._replace(view=replace(one.parsed.view, cleaned=best[0]))
    return not near or not look_up(right).alias


def _misspelt(title: str, rng: random.Random) -> str:
    """A title with one letter left out of up to two of its words."""
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


def measure(count: int, titles_inexact: int) -> dict[str, dict[str, float]]:
    """All rows of this group by name."""
    normaliser = Normaliser.load(limits=Limits(cache=0))
    return {**scorer(count), **fuzzy(normaliser, count, titles_inexact)}
