"""Building the occupation model: tables of official and of vacancy titles in, the arrays of ``title/occupation.py`` out.

``build_scheme`` takes any titles, so that measuring can leave some out; ``make`` builds the folder of an artefact from all of them.
The same tables give the same bytes: one thread, a fixed order of rows, and no sum that depends on either.
"""

from __future__ import annotations

import gzip
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from rung.artefact import dump
from rung.errors import DataError
from rung.title.occupation import DOCUMENT, SCHEMES, Words, array_file, term_key, terms_of
from rung.training.linear import train_linear
from rung.training.sources import plain, read_yaml

FOLDER = "occupations"
_USUAL_FLOOR = 0.3
_BLOCK = 1000


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the place of its occupation in the table; ``source`` is ``official``, ``reported`` or ``vacancy``."""

    owner: int
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Tables:
    """What the tables say: per scheme the names of its occupations (``uri, label, isco`` or ``code, title``) and its titles."""

    names: Mapping[str, list[list[str]]]
    titles: Mapping[str, list[Title]]
    words: Words
    light: frozenset[str]
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Built:
    """The arrays of one scheme by name, and the words of its vocabulary."""

    arrays: dict[str, NDArray[Any]]
    spelled: list[str]


def read_tables(data: Path) -> Tables:
    """The tables of ``data/occupations``.

    Raises:
        DataError: a row does not have the columns that its file needs, or names no occupation of ESCO.
    """
    folder = data / FOLDER
    words, settings = read_yaml(folder / "words.yaml"), plain(read_yaml(folder / "settings.yaml"))
    esco = [row for _, row in read_table(folder / "esco.tsv.gz", 4)]
    onet = [row for _, row in read_table(folder / "onet.tsv.gz", 4)]
    places = {row[0]: place for place, row in enumerate(esco)}
    vacancies = []
    for number, (title, uri) in read_table(folder / "jobbert.tsv.gz", 2):
        if uri not in places:
            raise DataError(f"{folder / 'jobbert.tsv.gz'}:{number}: {uri} is no occupation of esco.tsv.gz; take the row out")
        vacancies.append(Title(places[uri], title, "vacancy"))
    official = [Title(i, text, "official") for i, row in enumerate(esco) for text in (row[2], *_split(row[3]))]
    codes = [Title(i, text, kind) for i, row in enumerate(onet) for text, kind in _titles_of(row)]
    return Tables(
        names={"esco": [[uri, label, isco] for uri, isco, label, _ in esco], "soc": [row[:2] for row in onet]},
        titles={"esco": [*official, *vacancies], "soc": codes},
        words=Words(frozenset(words["aside"]), plain(words["means"])),
        light=frozenset(words["light"]),
        settings=settings,
    )


def read_table(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a gzipped table with their line numbers, below its opening comment and its line of names.

    Raises:
        DataError: the file is missing, or a row has another number of columns.
    """
    try:
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: cannot be read ({error}); training_data/README.md lists what is needed") from error
    named = False
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        row = line.split("\t")
        if len(row) != columns:
            raise DataError(f"{path}:{number}: {columns} columns are needed, found {len(row)}")
        if named:
            yield number, row
        named = True


def _split(titles: str) -> list[str]:
    return [title for title in titles.split("|") if title]


def _titles_of(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield row[1], "official"
    yield from ((title, "official") for title in _split(row[2]))
    yield from ((title, "reported") for title in _split(row[3]))


def build_schemes(tables: Tables) -> dict[str, Built]:
    """The arrays of both schemes from all titles."""
    bridge = build_bridge(tables, tables.titles)
    return {
        "esco": build_scheme(tables, "esco", tables.titles["esco"], bridge),
        "soc": build_scheme(tables, "soc", tables.titles["soc"]),
    }


def build_scheme(tables: Tables, scheme: str, titles: Sequence[Title], bridge: Any = None) -> Built:
    """The arrays of one scheme from some of its titles; every occupation needs an official one. ``bridge``: of ``build_bridge``."""
    count = len(tables.names[scheme])
    none = sparse.csr_matrix((count, 0))
    return _scheme(tables, titles, count, none if bridge is None else bridge)


def build_bridge(tables: Tables, titles: Mapping[str, Sequence[Title]]) -> Any:
    """How like each occupation of ESCO (row) is to one of O*NET (column), by their official titles among those given."""
    official = {s: _cut(tables, [title for title in titles[s] if title.source != "vacancy"]) for s in SCHEMES}
    vocabulary = _vocabulary([terms for s in SCHEMES for _, terms in official[s]], 1)
    esco, soc = (_official_profiles(tables, official[s], vocabulary, len(tables.names[s])) for s in SCHEMES)
    settings = tables.settings["bridge"]
    likeness = np.asarray((esco @ soc.T).todense()) ** settings["power"]
    likeness /= np.maximum(np.linalg.norm(likeness, axis=1, keepdims=True), 1e-9)
    floor = np.partition(likeness, -int(settings["most"]), axis=0)[-int(settings["most"])]
    likeness[likeness < floor] = 0.0
    return sparse.csr_matrix(likeness)


def _cut(tables: Tables, titles: Sequence[Title]) -> list[tuple[Title, list[str]]]:
    return [(title, terms_of(tables.words.cut(title.text))) for title in titles]


def _scheme(tables: Tables, titles: Sequence[Title], count: int, bridge: Any) -> Built:
    """Titles become rows of terms, each a unit vector; the official ones first, both kinds by occupation."""
    settings = tables.settings
    rows = sorted(_cut(tables, titles), key=lambda row: (row[0].source == "vacancy", row[0].owner))
    vocabulary = _vocabulary([terms for _, terms in rows], settings["terms"]["pairs"])
    owners = np.array([title.owner for title, _ in rows])
    matrix = _matrix([terms for _, terms in rows], vocabulary)
    idf = _idf(matrix, vocabulary, tables)
    weighted = (matrix @ sparse.diags(idf)).tocsr()
    norms = np.maximum(np.sqrt(weighted.multiply(weighted).sum(1)).A1, 1e-9)
    official = sum(title.source != "vacancy" for title, _ in rows)
    by_term = matrix.T.tocsr()
    by_term.sort_indices()
    shares = np.where(np.arange(len(rows)) < official, settings["linear"]["official_share"], 1.0)
    linear = train_linear(sparse.diags(1 / norms) @ weighted, owners, count, shares, settings["linear"])
    profile = _profiles(matrix[:official], owners[:official], idf, count).tocsc()
    vacancy_owners, vacancy_starts = np.unique(owners[official:], return_index=True)
    arrays = {
        "terms": np.array([term_key(term) for term in vocabulary], np.uint64),
        "idf": idf.astype(np.float32),
        "title_rows": by_term.indptr.astype(np.uint32),
        "title_ids": by_term.indices.astype(np.uint32),
        "norms": norms[:official].astype(np.float32),
        "title_starts": np.unique(owners[:official], return_index=True)[1].astype(np.uint32),
        "vacancy_norms": norms[official:].astype(np.float32),
        "vacancy_starts": vacancy_starts.astype(np.uint32),
        "vacancy_owners": vacancy_owners.astype(np.uint16),
        "usual": np.log(_USUAL_FLOOR + np.bincount(owners[official:], minlength=count)).astype(np.float32),
        "profile_rows": profile.indptr.astype(np.uint32),
        "profile_classes": profile.indices.astype(np.uint16),
        "profile_weights": profile.data.astype(np.float32),
        "bridge_rows": bridge.tocsc().indptr.astype(np.uint32),
        "bridge_classes": bridge.tocsc().indices.astype(np.uint16),
        "bridge_weights": bridge.tocsc().data.astype(np.float32),
    }
    similar = _similar(vocabulary, settings["similar"])
    arrays |= {
        "similar_rows": similar.indptr.astype(np.uint32),
        "similar_terms": similar.indices.astype(np.uint32),
        "similar_weights": similar.data.astype(np.float32),
    }
    return Built(arrays | linear.arrays(), sorted(term for term in vocabulary if " " not in term))


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


def _idf(matrix: Any, vocabulary: Mapping[str, int], tables: Tables) -> NDArray[np.float64]:
    shares = tables.settings["terms"]
    counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
    share = [shares["pair_share"] if " " in term else shares["light_share"] if term in tables.light else 1.0 for term in vocabulary]
    return np.asarray((np.log((matrix.shape[0] + 1) / (1 + counts)) + 1) * share)


def _official_profiles(tables: Tables, rows: Sequence[tuple[Title, list[str]]], vocabulary: Mapping[str, int], count: int) -> Any:
    matrix = _matrix([terms for _, terms in rows], vocabulary)
    return _profiles(matrix, np.array([title.owner for title, _ in rows]), _idf(matrix, vocabulary, tables), count)


def _profiles(matrix: Any, owners: NDArray[np.int64], idf: NDArray[np.float64], count: int) -> Any:
    """Per occupation (row) the root of the share of its titles that have each term, weighted by idf, as a unit vector."""
    sums = sparse.csr_matrix((np.ones(len(owners)), (owners, np.arange(len(owners)))), shape=(count, len(owners)))
    profile = (sparse.diags(1 / np.maximum(np.bincount(owners, minlength=count), 1)) @ sums @ matrix).sqrt() @ sparse.diags(idf)
    lengths = np.maximum(np.sqrt(profile.multiply(profile).sum(1)).A1, 1e-9)
    return sparse.diags(1 / lengths) @ profile


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
    built = build_schemes(tables)
    contents = {DOCUMENT: dump(document(tables, built))}
    for scheme in SCHEMES:
        contents |= {array_file(scheme, name): array_bytes(array) for name, array in built[scheme].arrays.items()}
    return contents


def array_bytes(array: NDArray[Any]) -> bytes:
    """An array as the bytes of a ``.npy`` file."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()
