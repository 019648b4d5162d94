"""Building the occupation model: tables of official and of vacancy titles in, the arrays of ``title/occupation.py`` out.

``build_scheme`` takes any titles, so that measuring can leave some out; ``make`` builds the folder of an artefact from all of them.
The same tables give the same bytes: one thread, a fixed order of rows, and no sum that depends on either.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from rung.artefact import dump
from rung.title.occupation import DOCUMENT, SCHEMES, array_file, label_key
from rung.title.occupation_points import MEANINGS, POINTS, Points, term_key, terms_of
from rung.training.npy import array_bytes
from rung.training.occupation_links import crosswalk, ratios
from rung.training.occupation_meanings import title_meanings, word_meanings
from rung.training.occupation_points import Trained, train_points
from rung.training.occupation_tables import Tables, Title, groups_of, read_tables
from rung.training.quantise import quantise

_BLOCK = 1000
_KINDS = {  # by feature, how the names of the arrays begin that only it needs
    "nearest": "title", "profile": "profile", "centre": "centre", "direction": "direction", "meaning": "meaning",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Built:
    """The arrays of one scheme by name, and the words of its vocabulary."""

    arrays: dict[str, NDArray[Any]]
    spelled: list[str]


def build_scheme(tables: Tables, scheme: str, titles: Sequence[Title], points: Trained) -> Built:
    """The arrays of one scheme from some of its titles; every occupation needs an official one."""
    built = _scheme(tables, scheme, titles)
    layer = points.layers[scheme]
    arrays = {"point_biases": layer["point_biases"]}
    for kind, weights in (("point", layer["point_weights"]), ("direction", layer["directions"])):
        arrays[f"{kind}_weights"], arrays[f"{kind}_scales"] = quantise(weights.T)
    return Built(built.arrays | arrays | crosswalk(tables, scheme, titles, points), built.spelled)


def _cut(tables: Tables, titles: Sequence[Title]) -> list[tuple[Title, list[str]]]:
    return [(title, terms_of(tables.words.cut(title.text))) for title in titles]


def _scheme(tables: Tables, scheme: str, titles: Sequence[Title]) -> Built:
    """Titles become rows of terms, each a unit vector; the official ones first, both kinds by occupation."""
    settings, count = tables.settings, len(tables.names[scheme])
    rows = sorted(_cut(tables, titles), key=lambda row: (row[0].source == "vacancy", row[0].owner))
    vocabulary = _vocabulary([terms for _, terms in rows], settings["terms"]["pairs"])
    owners = np.array([title.owner for title, _ in rows])
    matrix = _matrix([terms for _, terms in rows], vocabulary)
    shares = _shares(vocabulary, tables)
    idf = (np.log((matrix.shape[0] + 1) / (1 + np.bincount(matrix.indices, minlength=matrix.shape[1]))) + 1) * shares
    weighted = (matrix @ sparse.diags(idf)).tocsr()
    norms = np.maximum(np.sqrt(weighted.multiply(weighted).sum(1)).A1, 1e-9)
    official = sum(title.source != "vacancy" for title, _ in rows)
    preferred = np.diff(owners[:official], prepend=-1) > 0  # the first label of each occupation
    counted = np.where(preferred, 1.0, settings["nearest"]["alternative"])
    by_term = matrix[:official].T.tocsr()
    by_term.sort_indices()
    profile = _profiles(matrix[:official], owners[:official], idf, count).tocsc()
    centre = _centres(sparse.diags(1 / norms[official:]) @ weighted[official:], owners[official:], count).tocsc()
    counts = np.where(np.arange(len(rows)) < official, settings["likelihood"]["official"] if official < len(rows) else 1.0, 1.0)
    groups = groups_of(tables, scheme)
    ratio = ratios(sparse.diags(counts) @ matrix, owners, counts, groups, settings["likelihood"])
    arrays = {
        "labels": np.array([label_key(tables.words.cut(row[1])) for row in tables.names[scheme]]),
        "terms": np.array([term_key(term) for term in vocabulary], np.uint64),
        "idf": idf.astype(np.float32),
        "title_rows": by_term.indptr.astype(np.uint32),
        "title_ids": by_term.indices.astype(np.uint32),
        "title_norms": (norms[:official] / counted).astype(np.float32),
        "starts": np.flatnonzero(preferred).astype(np.uint32),
        "centre_rows": centre.indptr.astype(np.uint32),
        "centre_classes": centre.indices.astype(np.uint16),
        "centre_weights": centre.data.astype(np.float32),
        "profile_rows": profile.indptr.astype(np.uint32),
        "profile_classes": profile.indices.astype(np.uint16),
        "profile_weights": profile.data.astype(np.float32),
        "ratio_rows": ratio.indptr.astype(np.uint32),
        "ratio_classes": ratio.indices.astype(np.uint16),
        "ratio_weights": ratio.data.astype(np.float32),
        "term_shares": shares.astype(np.float32),
        "groups": groups.astype(np.uint16),
    }
    words = [tables.words.cut(title.text) for title, _ in rows[:official]]
    arrays |= title_meanings(Points(word_meanings(tables), ()), words, counted)
    similar = _similar(vocabulary, settings["similar"])
    arrays |= {
        "similar_rows": similar.indptr.astype(np.uint32),
        "similar_terms": similar.indices.astype(np.uint32),
        "similar_weights": similar.data.astype(np.float32),
    }
    return Built(arrays, sorted(term for term in vocabulary if " " not in term))


def _vocabulary(titles: Sequence[Sequence[str]], pairs: int) -> dict[str, int]:
    """The terms by the order of their keys: every word, and pairs that stand in enough titles."""
    counts = Counter(term for terms in titles for term in terms)
    kept = sorted((term for term, n in counts.items() if " " not in term or n >= pairs), key=term_key)
    return {term: place for place, term in enumerate(kept)}


def _similar(vocabulary: Mapping[str, int], settings: Mapping[str, float]) -> Any:
    """Per word (row) the words spelled much like it, with the power of their likeness; pairs have none."""
    words = [term for term in vocabulary if " " not in term]
    grams = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True).fit_transform([*words, "xxx"])[:-1]
    places = np.array([vocabulary[word] for word in words])
    rows: list[tuple[int, int, float]] = []
    for start in range(0, len(words), _BLOCK):
        block = (grams[start : start + _BLOCK] @ grams.T).tocsr()
        block.data[block.data < settings["least"]] = 0.0
        block.eliminate_zeros()
        for row in range(block.shape[0]):
            cells = slice(block.indptr[row], block.indptr[row + 1])
            found = [(-v, int(c)) for v, c in zip(block.data[cells], block.indices[cells], strict=True)]
            near = [(c, -v) for v, c in sorted(found) if c != start + row][: int(settings["most"])]
            rows += [(int(places[start + row]), int(places[c]), float(v ** settings["power"])) for c, v in near]
    at, other, share = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0, np.int64),) * 3
    return sparse.csr_matrix((share, (at, other)), shape=(len(vocabulary), len(vocabulary)))


def _matrix(titles: Sequence[Sequence[str]], vocabulary: Mapping[str, int]) -> Any:
    rows = [[vocabulary[term] for term in terms if term in vocabulary] for terms in titles]
    ends = np.cumsum([0, *map(len, rows)])
    places = np.array([place for row in rows for place in row], np.int64)
    return sparse.csr_matrix((np.ones(len(places)), places, ends), shape=(len(titles), len(vocabulary)))


def _shares(vocabulary: Mapping[str, int], tables: Tables) -> NDArray[np.float64]:
    """How much each term counts beside a word."""
    shares = tables.settings["terms"]
    return np.array(
        [shares["pair_share"] if " " in term else shares["light_share"] if term in tables.light else 1.0 for term in vocabulary]
    )


def _profiles(matrix: Any, owners: NDArray[np.int64], idf: NDArray[np.float64], count: int) -> Any:
    """Per occupation (row) the root of the share of its titles that have each term, weighted by idf, as a unit vector."""
    sums = sparse.csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))), shape=(count, len(owners)))
    profile = (sparse.diags(1 / np.maximum(np.bincount(owners, minlength=count), 1)) @ sums @ matrix).sqrt() @ sparse.diags(idf)
    return _unit_rows(profile)


def _centres(titles: Any, owners: NDArray[np.int64], count: int) -> Any:
    """Per occupation (row) the direction of the sum of its titles."""
    return _unit_rows(sparse.csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))), (count, len(owners))) @ titles)


def _unit_rows(matrix: Any) -> Any:
    lengths = np.maximum(np.sqrt(matrix.multiply(matrix).sum(1)).A1, 1e-9)
    return sparse.diags(1 / lengths) @ matrix


def document(tables: Tables, built: Mapping[str, Built]) -> dict[str, Any]:
    """What the arrays do not hold: names, words and figures."""
    return {
        "names": tables.names,
        "spelled": {scheme: built[scheme].spelled for scheme in SCHEMES},
        "words": {"aside": sorted(tables.words.aside), "means": tables.words.means},
        "settings": tables.settings["serving"],
        "weights": {scheme: tables.settings["weights"][scheme] for scheme in SCHEMES},
        "confidence": tables.settings["confidence"],
        "most": tables.settings["most"],
    }


def make(data: Path) -> dict[str, bytes]:
    """The files of the artefact's folder of occupations, by name.

    Raises:
        DataError: a table is wrong; the message says where and what to do.
    """
    tables = read_tables(data)
    points = train_points(tables, tables.titles)
    built = {scheme: build_scheme(tables, scheme, tables.titles[scheme], points) for scheme in SCHEMES}
    contents = {DOCUMENT: dump(document(tables, built))}
    contents |= {array_file(POINTS, name): array_bytes(array) for name, array in points.arrays.items()}
    contents |= {array_file(MEANINGS, name): array_bytes(array) for name, array in word_meanings(tables).items()}
    for scheme in SCHEMES:
        arrays = _used(built[scheme].arrays, tables.settings["weights"][scheme])
        contents |= {array_file(scheme, name): array_bytes(array) for name, array in arrays.items()}
    return contents


def _used(arrays: Mapping[str, NDArray[Any]], features: Container[str]) -> dict[str, NDArray[Any]]:
    """The arrays, empty where they only make features that have no weight."""
    unused = {kind for feature, kind in _KINDS.items() if feature not in features}
    return {name: array[:0] if name.split("_")[0] in unused else array for name, array in arrays.items()}
