"""Measuring occupation codes: ``python -m rung.training.occupation_scores [--fit]``.

ESCO is measured on vacancy titles: zero-shot (no vacancy title is used; the three weights for it stand in ``settings.yaml``) and
cross-validated, in folds by the words of the title. O*NET-SOC is measured on reported titles, held out with every row of the same
title. The rank of an occupation is its place among all. ``macro`` figures are the mean over occupations of the mean over their
titles. ``--fit`` writes the weights that maximise the likelihood of the held-out titles into ``settings.yaml``.
"""

from __future__ import annotations

import argparse
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from threadpoolctl import threadpool_limits

from rung.errors import DataError
from rung.numeric import softmax
from rung.title.occupation import OccupationSettings, Scheme, score
from rung.title.occupation_points import Points
from rung.training import metrics
from rung.training.occupation_meanings import word_meanings
from rung.training.occupation_points import Trained, train_points
from rung.training.occupation_tables import FOLDER, Tables, Title, read_tables
from rung.training.occupations import Built, build_scheme

FOLDS = 5
_CANDIDATES = 100
_SEED = 20
_EVENNESS = 0.3
_HELD = ("label",)
_RIDGE = 1e-4
_PRIOR_TITLES = 5.0
_LISTED = 10


@dataclass(frozen=True, slots=True)
class Observed:
    """Titles that were held out: their features (n × occupations, by name), true occupations, and folds."""

    features: Mapping[str, NDArray[np.float32]]
    owners: NDArray[np.int64]
    folds: NDArray[np.int64]

    def where(self, chosen: NDArray[np.bool_]) -> Observed:
        """The titles that are chosen."""
        return Observed({name: array[chosen] for name, array in self.features.items()}, self.owners[chosen], self.folds[chosen])

    def scores(self, weights: Mapping[str, float]) -> NDArray[np.float32]:
        """The weighted sum of the features."""
        return np.asarray(sum(np.float32(weight) * self.features[name] for name, weight in weights.items()))


def fold_of(tables: Tables, text: str) -> int:
    """The fold of a title: titles of the same words share it."""
    return zlib.crc32(" ".join(sorted(tables.words.cut(text))).encode()) % FOLDS


def observe(
    tables: Tables, points: Trained, built: Mapping[str, Built], titles: Mapping[str, Sequence[Title]], weights: Mapping[str, str]
) -> dict[str, Observed]:
    """The features of held-out titles of some schemes; ``weights``: per scheme the name of the weights to have features for."""
    settings, every = OccupationSettings(**tables.settings["serving"]), tables.settings["weights"]
    places, meanings = Points(points.arrays, settings.piece_lengths), Points(word_meanings(tables), ())
    schemes = {name: Scheme(one.arrays, one.spelled, settings) for name, one in built.items()}

    def features(name: str, words: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        point, meaning = places.of(words), meanings.of(words)
        others = softmax(score(features("soc", words), every["soc"])) if name == "esco" else None
        return schemes[name].features(every[weights.get(name, name)], words, point, meaning, others)

    return {
        name: _observed(tables, titles[name], schemes[name].count, tuple(every[weights[name]]), partial(features, name))
        for name in titles
    }


def _observed(
    tables: Tables, titles: Sequence[Title], count: int, names: Sequence[str], read: Callable[[Sequence[str]], Mapping[str, Any]]
) -> Observed:
    features = {name: np.zeros((len(titles), count), np.float32) for name in names}
    for place, title in enumerate(titles):
        found = read(tables.words.cut(title.text))
        for name in names:
            features[name][place] = found[name]
    owners = np.array([title.owner for title in titles], np.int64)
    return Observed(features, owners, np.array([fold_of(tables, title.text) for title in titles], np.int64))


def together(parts: Sequence[Observed]) -> Observed:
    """Several lots of observed titles as one."""
    return Observed(
        {name: np.concatenate([part.features[name] for part in parts]) for name in parts[0].features},
        np.concatenate([part.owners for part in parts]),
        np.concatenate([part.folds for part in parts]),
    )


def fit(observed: Observed, start: Mapping[str, float], evenness: float = _EVENNESS) -> dict[str, float]:
    """The weights that maximise the likelihood of the true occupations calibrated over titles.

    ``evenness``: 0 counts each title alike, 1 each occupation. The weights of ``_HELD`` stay as they are.
    """
    held = {name: weight for name, weight in start.items() if name in _HELD}
    names = [name for name in start if name not in _HELD]
    rows = np.arange(len(observed.owners))
    first = observed.scores(start)
    first[rows, observed.owners] = np.inf
    candidates, offsets = _candidates(first)
    true = (candidates == observed.owners[:, None]).argmax(1)
    values = np.stack([np.take_along_axis(observed.features[name], candidates, 1) for name in names], -1).astype(np.float64)
    counts = np.bincount(observed.owners)[observed.owners]
    shares = counts**-evenness / (counts**-evenness).sum()

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = values @ weights + offsets
        scores -= scores.max(1, keepdims=True)
        chances = np.exp(scores)
        totals = chances.sum(1)
        chances /= totals[:, None]
        likelihood = scores[rows, true] - np.log(totals)
        slope = values[rows, true] - np.einsum("nc,nck->nk", chances, values)
        return float(_RIDGE * weights @ weights - shares @ likelihood), 2 * _RIDGE * weights - shares @ slope

    found = minimize(loss, np.array([start[name] for name in names]), jac=True, method="L-BFGS-B", options={"maxiter": 80})
    scale = _scale(observed.scores(dict(zip(names, found.x, strict=True))), observed.owners)
    return held | {name: round(float(weight * scale), 3) for name, weight in zip(names, found.x, strict=True)}


def _candidates(scores: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Per row the likeliest occupations, and others drawn at random, each standing for as many as were not drawn (a log weight)."""
    rows, count = scores.shape
    most = min(_CANDIDATES, count)
    order = np.argpartition(-scores, most - 1, axis=1)
    if most == count:
        return order, np.zeros(count)
    drawn = np.random.default_rng(_SEED).integers(most, count, (rows, _CANDIDATES))
    offsets = np.concatenate([np.zeros(most), np.full(_CANDIDATES, np.log((count - most) / _CANDIDATES))])
    return np.concatenate([order[:, :most], np.take_along_axis(order, drawn, 1)], 1), offsets


def _scale(scores: NDArray[np.float32], owners: NDArray[np.int64]) -> float:
    """What all weights are multiplied by, so that confidences are calibrated over titles; ranks stay as they are."""

    def loss(scale: float) -> float:
        scaled = scores * np.float32(scale)
        most = scaled.max(1, keepdims=True)
        totals = np.log(np.exp(scaled - most).sum(1)) + most[:, 0]
        return float((totals - scaled[np.arange(len(owners)), owners]).mean())

    return float(minimize_scalar(loss, bounds=(0.2, 3.0), method="bounded", options={"xatol": 0.02}).x)


def ranks(scores: NDArray[np.float32], owners: NDArray[np.int64]) -> NDArray[np.float64]:
    """The place of each title's true occupation, from 1; those that tie share their mean place."""
    own = scores[np.arange(len(owners)), owners][:, None]
    return np.asarray(1 + (scores > own).sum(1) + ((scores == own).sum(1) - 1) / 2)


def figures(places: NDArray[np.float64], owners: NDArray[np.int64]) -> dict[str, float]:
    """Mean reciprocal rank and recall, over titles (micro) and over occupations (macro)."""
    counts = np.bincount(owners)
    shown = {"MRR": 1 / places} | {f"recall@{k}": (places <= k).astype(float) for k in (1, 5, 10)}
    out: dict[str, float] = {}
    for name, values in shown.items():
        out[f"micro {name}"] = float(values.mean())
        out[f"macro {name}"] = float((np.bincount(owners, values) / np.maximum(counts, 1))[counts > 0].mean())
    return out


def cross_fitted(
    observed: Observed, start: Mapping[str, float], knots: Sequence[float]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The scores of each fold, and the confidence of its first answers, by weights and tables that were fitted on the others."""
    scores = np.zeros((len(observed.owners), next(iter(observed.features.values())).shape[1]), np.float32)
    confidences = np.zeros(len(observed.owners))
    for fold in np.unique(observed.folds):
        inside = observed.folds == fold
        others = observed.where(~inside)
        weights = fit(others, start)
        scores[inside] = observed.where(inside).scores(weights)
        table = fit_confidence(others.scores(weights), others.owners, knots)
        confidences[inside] = np.interp(probabilities(scores[inside]).max(1), knots, table)
    return scores, confidences


def probabilities(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    """The softmax of each row."""
    raised = np.exp((scores - scores.max(1, keepdims=True)).astype(np.float64))
    return np.asarray(raised / raised.sum(1, keepdims=True))


def fit_confidence(scores: NDArray[np.float32], owners: NDArray[np.int64], knots: Sequence[float]) -> list[float]:
    """How often the first ten answers are right where the softmax says a knot's probability; never falling."""
    most = min(_LISTED, scores.shape[1])
    listed = np.argpartition(-scores, most - 1, axis=1)[:, :most]
    right = (listed == owners[:, None]).astype(float).ravel()
    said = np.take_along_axis(probabilities(scores), listed, 1).ravel()
    hats = np.stack([np.interp(said, knots, unit) for unit in np.eye(len(knots))], 1)
    # Least squares of the broken line, with a few imaginary titles at each knot that are as right as it says.
    prior = np.eye(len(knots)) * _PRIOR_TITLES**0.5
    table, *_ = np.linalg.lstsq(np.concatenate([hats, prior]), np.concatenate([right, prior @ np.array(knots)]), rcond=None)
    table[0] = 0.0
    return [round(float(value), 4) for value in np.clip(np.maximum.accumulate(table), 0.0, 1.0)]


def observe_fold(tables: Tables, fold: int) -> tuple[Observed, Observed]:
    """Reported titles and vacancy titles of a fold, read by models that have none of them.

    A reported title is held out with every row of the same title, in any occupation.
    """
    out = {_same(t.text) for t in tables.titles["soc"] if t.source == "reported" and fold_of(tables, t.text) == fold}
    reported = [title for title in tables.titles["soc"] if title.source == "reported" and _same(title.text) in out]
    vacancies = [title for title in tables.titles["esco"] if title.source == "vacancy" and fold_of(tables, title.text) == fold]
    kept = {
        "esco": [title for title in tables.titles["esco"] if title.source != "vacancy" or fold_of(tables, title.text) != fold],
        "soc": _with_an_official_title(tables, [title for title in tables.titles["soc"] if _same(title.text) not in out]),
    }
    seen = observe(tables, *_trained(tables, kept), {"soc": reported, "esco": vacancies}, {"soc": "soc", "esco": "esco"})
    return seen["soc"], seen["esco"]


def _trained(tables: Tables, kept: Mapping[str, Sequence[Title]]) -> tuple[Trained, dict[str, Built]]:
    points = train_points(tables, kept)
    return points, {scheme: build_scheme(tables, scheme, kept[scheme], points) for scheme in kept}


def _with_an_official_title(tables: Tables, kept: list[Title]) -> list[Title]:
    """The titles, and the name of each occupation that has none left."""
    missing = sorted(set(range(len(tables.names["soc"]))) - {title.owner for title in kept})
    return [*kept, *(Title(owner, tables.names["soc"][owner][1], "official") for owner in missing)]


def _same(text: str) -> str:
    return " ".join(text.lower().split())


def observe_zero_shot(tables: Tables) -> Observed:
    """Vacancy titles, read by a model that has no vacancy title."""
    kept = {"esco": [title for title in tables.titles["esco"] if title.source != "vacancy"], "soc": tables.titles["soc"]}
    vacancies = [title for title in tables.titles["esco"] if title.source == "vacancy"]
    return observe(tables, *_trained(tables, kept), {"esco": vacancies}, {"esco": "zero_shot"})["esco"]


def show(name: str, observed: Observed, scores: NDArray[np.float32], confidences: NDArray[np.float64] | None = None) -> None:
    """Print the figures of one measurement; ``confidences``: of the first answers."""
    found = figures(ranks(scores, observed.owners), observed.owners)
    print(f"{name} ({len(observed.owners)} titles, {len(np.unique(observed.owners))} occupations)")
    for kind in ("micro", "macro"):
        print(f"  {kind}: " + ", ".join(f"{k.split()[1]} {v:.3f}" for k, v in found.items() if k.startswith(kind)))
    if confidences is not None:
        right = (scores.argmax(1) == observed.owners).astype(float)
        error, chance = metrics.ece(confidences, right), metrics.ece_by_chance(confidences, right)
        print(f"  ECE of the first answer's confidence {error:.3f} (chance alone {chance:.3f})")


def write_fitted(path: Path, weights: Mapping[str, Mapping[str, float]], confidence: Mapping[str, Sequence[float]]) -> None:
    """Replace the lines of the fitted weights and of the confidences in ``settings.yaml``."""
    text = path.read_text(encoding="utf-8")
    for scheme in weights:
        line = ", ".join(f"{name}: {weight}" for name, weight in weights[scheme].items())
        text, first = re.subn(rf"(?m)^  {scheme}: \{{.*\}}$", f"  {scheme}: {{{line}}}", text)
        text, second = re.subn(rf"(?m)^  {scheme}: \[.*\]$", f"  {scheme}: {[*confidence[scheme]]}", text)
        if (first, second) != (1, 1):
            raise DataError(f"{path}: a line of weights and one of confidence are needed for {scheme}")
    path.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print, and write the fitted figures where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="folder of the training data")
    parser.add_argument("--fit", action="store_true", help="write the fitted figures into settings.yaml")
    options = parser.parse_args(arguments)
    tables = read_tables(options.data)
    start, knots = tables.settings["weights"], tables.settings["confidence"]["knots"]
    with threadpool_limits(limits=1):
        bare = observe_zero_shot(tables)
        show("ESCO, zero-shot", bare, bare.scores(start["zero_shot"]))
        folds = [observe_fold(tables, fold) for fold in range(FOLDS)]
        reported, vacancies = (together(parts) for parts in zip(*folds, strict=True))
        show("O*NET-SOC, reported titles held out by title", reported, *cross_fitted(reported, start["soc"], knots))
        show("ESCO, cross-validated by title", vacancies, *cross_fitted(vacancies, start["esco"], knots))
        if options.fit:
            fitted = {"esco": (vacancies, fit(vacancies, start["esco"])), "soc": (reported, fit(reported, start["soc"]))}
            tables_of = {s: fit_confidence(seen.scores(w), seen.owners, knots) for s, (seen, w) in fitted.items()}
            write_fitted(options.data / FOLDER / "settings.yaml", {s: w for s, (_, w) in fitted.items()}, tables_of)


if __name__ == "__main__":
    main()
