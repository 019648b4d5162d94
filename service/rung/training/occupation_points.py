"""Training of ``title/occupation_points.py``: vectors of terms and pieces, and a linear model of each scheme over their sums.

Both schemes share the vectors. Gradient descent with a rate per row; a share of the terms is dropped from each title while
training, so that no single one is relied on, and an occupation takes part of the steps of its groups, which helps those with few
titles. Several models are trained, each from other random numbers. Their vectors stand side by side, which averages their scores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rung.numeric import unit
from rung.title.occupation import SCHEMES
from rung.title.occupation_points import pieces_of, term_key, terms_of, weigh
from rung.training.occupation_tables import Tables, Title, groups_of

_SEED = 20
_FIRST_SQUARE = 1e-6
_SPREAD = 0.3
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trained:
    """The arrays of ``Points``, and for each scheme those of its linear model and directions, and the points of its titles."""

    arrays: dict[str, NDArray[Any]]
    layers: dict[str, dict[str, NDArray[Any]]]
    titles: dict[str, Array]


@dataclass(slots=True)
class _Layer:
    """The linear model of a scheme, with its titles (rows of ``matrix``) and how much each counts.

    ``groups``: per group (row) the root of the share of its mean step that each of its occupations takes.
    """

    matrix: Any
    groups: Any
    owners: NDArray[np.int64]
    shares: Array
    weights: Array
    biases: Array
    squares: Array


def train_points(tables: Tables, titles: Mapping[str, Sequence[Title]]) -> Trained:
    """Train on some titles of both schemes; deterministic."""
    settings = tables.settings["points"]
    words = {scheme: [tables.words.cut(title.text) for title in titles[scheme]] for scheme in SCHEMES}
    vocabulary, idf = _vocabulary(tables, [cut for scheme in SCHEMES for cut in words[scheme]])
    matrices = {s: _matrix(tables, words[s], vocabulary, idf) for s in SCHEMES}
    models = [{s: _layer(tables, s, titles[s], matrices[s]) for s in SCHEMES} for _ in range(int(settings["models"]))]
    parts = [_descend(list(one.values()), len(vocabulary), settings, _SEED + number) for number, one in enumerate(models)]
    vectors, layers = np.concatenate(parts, 1), {s: _side_by_side([one[s] for one in models]) for s in SCHEMES}
    scales = np.maximum(np.abs(vectors).max(1), 1e-9) / 127
    arrays = {
        "keys": np.array([term_key(text) for text in vocabulary], np.uint64),
        "idf": idf.astype(np.float32),
        "vectors": np.round(vectors / scales[:, None]).astype(np.int8),
        "scales": scales.astype(np.float32),
    }
    points = {scheme: np.asarray(layer.matrix @ vectors) for scheme, layer in layers.items()}
    return Trained(arrays, {s: _arrays(layer, titles[s], points[s]) for s, layer in layers.items()}, points)


def _vocabulary(tables: Tables, cuts: Sequence[Sequence[str]]) -> tuple[dict[str, int], NDArray[np.float64]]:
    """The terms and pieces that stand in enough titles, by the order of their keys, and how much each counts."""
    shares, lengths = tables.settings["terms"], tables.settings["serving"]["piece_lengths"]
    settings = tables.settings["points"]
    counts = Counter(text for words in cuts for text in (*terms_of(words), *pieces_of(words, lengths)))
    kept = (text for text, n in counts.items() if n >= _least(text, shares["pairs"], settings["pieces"]))
    vocabulary = {text: place for place, text in enumerate(sorted(kept, key=term_key))}
    share = [
        settings["piece_share"] if text.startswith("#") else shares["pair_share"] if " " in text
        else shares["light_share"] if text in tables.light else 1.0
        for text in vocabulary
    ]  # fmt: skip
    seen = np.array([counts[text] for text in vocabulary])
    return vocabulary, (np.log((len(cuts) + 1) / (1 + seen)) + 1) * share


def _least(text: str, pairs: int, pieces: int) -> int:
    return pieces if text.startswith("#") else pairs if " " in text else 1


def _matrix(tables: Tables, cuts: Sequence[Sequence[str]], vocabulary: Mapping[str, int], idf: NDArray[np.float64]) -> Any:
    lengths = tables.settings["serving"]["piece_lengths"]

    def places(texts: Sequence[str]) -> list[int]:
        return [vocabulary[text] for text in texts if text in vocabulary]

    rows = [weigh(words, places, idf, lengths) for words in cuts]
    ends = np.cumsum([0, *(len(found) for found, _ in rows)])
    found, values = (np.concatenate([row[part] for row in rows]) for part in (0, 1))
    return sparse.csr_matrix((values.astype(np.float32), found, ends), shape=(len(rows), len(vocabulary)))


def _layer(tables: Tables, scheme: str, titles: Sequence[Title], matrix: Any) -> _Layer:
    owners = np.array([title.owner for title in titles])
    mixed = any(title.source == "vacancy" for title in titles)
    official = tables.settings["points"]["official_share"] if mixed else 1.0
    shares = np.array([1.0 if title.source == "vacancy" else official for title in titles], np.float32)
    count, size = len(tables.names[scheme]), int(tables.settings["points"]["dimensions"])
    return _Layer(
        matrix,
        _groups(groups_of(tables, scheme), tables.settings["points"]["shared"]),
        owners,
        shares,
        weights=np.zeros((count, size), np.float32),
        biases=np.zeros(count, np.float32),
        squares=np.full((count, 1), _FIRST_SQUARE, np.float32),
    )


def _groups(groups: NDArray[np.int64], shared: Sequence[float]) -> Any:
    levels, count = groups.shape
    members = np.bincount(groups.ravel())[groups]
    shares = np.sqrt(np.array(shared)[:, None] / members).astype(np.float32)
    return sparse.csr_matrix((shares.ravel(), (groups.ravel() - count, np.tile(np.arange(count), levels))))


def _side_by_side(layers: Sequence[_Layer]) -> _Layer:
    """A layer over the points of several models, which has the mean of their scores."""
    weights = (np.concatenate([layer.weights for layer in layers], 1) / len(layers)).astype(np.float32)
    return replace(layers[0], weights=weights, biases=np.mean([layer.biases for layer in layers], axis=0).astype(np.float32))


def _descend(layers: Sequence[_Layer], count: int, settings: Mapping[str, Any], seed: int) -> Array:
    """The vectors of one model; its layers are trained in place."""
    random, size, batch = np.random.default_rng(seed), int(settings["dimensions"]), int(settings["batch"])
    vectors = (random.standard_normal((count, size)) * _SPREAD * size**-0.5).astype(np.float32)
    squares = np.full((count, 1), _FIRST_SQUARE, np.float32)
    for epoch in range(int(settings["epochs"])):
        rate = np.float32(settings["rate"] * (1 - (1 - settings["last"]) * epoch / int(settings["epochs"])))
        orders = [random.permutation(layer.matrix.shape[0]) for layer in layers]
        batches = [(number, order[at : at + batch]) for number, order in enumerate(orders) for at in range(0, len(order), batch)]
        for at in random.permutation(len(batches)):
            number, rows = batches[at]
            drawn = layers[number].matrix[rows]
            drawn.data *= (random.random(len(drawn.data)) > settings["drop"]) / np.float32(1 - settings["drop"])
            _step(layers[number], rows, drawn, vectors, squares, rate, np.float32(settings["scale"]))
    return np.asarray(vectors * np.float32(settings["scale"]))


def _step(layer: _Layer, rows: Any, drawn: Any, vectors: Array, squares: Array, rate: np.float32, scale: np.float32) -> None:
    """One step down the gradient of a batch."""
    used, places = np.unique(drawn.indices, return_inverse=True)
    part = sparse.csr_matrix((drawn.data * scale, places, drawn.indptr), shape=(len(rows), len(used)))
    points = part @ vectors[used]
    error = points @ layer.weights.T + layer.biases
    error -= error.max(1, keepdims=True)
    np.exp(error, out=error)
    error /= error.sum(1, keepdims=True)
    error[np.arange(len(rows)), layer.owners[rows]] -= 1.0
    error *= layer.shares[rows][:, None] / np.float32(len(rows))
    back, slope = part.T @ (error @ layer.weights), error.T @ points
    slope += layer.groups.T @ (layer.groups @ slope)
    layer.squares += (slope**2).mean(1, keepdims=True)
    step = rate / np.sqrt(layer.squares)
    layer.weights -= step * slope
    layer.biases -= step[:, 0] * error.sum(0)
    squares[used] += (back**2).mean(1, keepdims=True)
    vectors[used] -= rate * back / np.sqrt(squares[used])


def _arrays(layer: _Layer, titles: Sequence[Title], points: Array) -> dict[str, NDArray[Any]]:
    official = np.array([title.source != "vacancy" for title in titles])
    directions = unit(points[official].astype(np.float64))
    owners = layer.owners[official]
    sums = sparse.csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))), shape=(len(layer.biases), len(owners)))
    return {
        "point_weights": layer.weights,
        "point_biases": layer.biases,
        "directions": unit(sums @ directions).astype(np.float32),
    }
