"""The words of real ads as counts: the frequency of terms in each ad, the level of its title, and the years that it requires.

``postings_counts.npz`` holds figures and single terms, never a text. ``rung corpus count`` makes it from files of real postings,
which do not belong to the project; training reads it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from rung.errors import DataError
from rung.text.sentences import readable
from rung.training.blank import blank
from rung.training.sources import read_jsonl
from rung.training.title_levels import TitleLevels

_PARTS = re.compile(r"[,(\-–|/:@]| at ")
_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of terms: ``matrix`` has the shape (ads, terms); the other arrays have one row for each ad.

    ``rank`` is 1 to 7, ``years`` are the years required, ``pay`` is the yearly pay in thousands of dollars; 0 means not stated.
    ``signs`` (ads, names) says which cues match.
    """

    terms: tuple[str, ...]
    matrix: csr_matrix
    rank: NDArray[np.int64]
    manager: NDArray[np.bool_]
    years: NDArray[np.int64]
    pay: NDArray[np.int64]
    source: NDArray[np.str_]
    ids: NDArray[np.str_]
    signs: NDArray[np.bool_]
    names: tuple[str, ...]

    def save(self, path: Path) -> None:
        """Write the table; equal counts give equal bytes."""
        sources, source = np.unique(self.source, return_inverse=True)
        arrays = {
            "terms": packed(self.terms),
            "ids": packed(self.ids),
            "sources": packed(sources),
            "source": source.astype(np.uint8),
            **packed_counts(self.matrix),
            "rank": self.rank.astype(np.uint8),
            "manager": self.manager,
            "years": self.years.astype(np.uint8),
            "pay": self.pay.astype(np.uint16),
            "signs": self.signs,
            "names": packed(self.names),
        }
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path) -> Counts:
        """Read the table.

        Raises:
            DataError: there is no such file, or it is of another form.
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                terms, ids, sources, names = (unpacked(kept[name]) for name in ("terms", "ids", "sources", "names"))
                matrix = unpacked_counts(kept, len(ids), len(terms))
                rank, years, pay = (kept[name].astype(np.int64) for name in ("rank", "years", "pay"))
                source = np.array(sources)[kept["source"]]
                return cls(terms, matrix, rank, kept["manager"], years, pay, source, np.array(ids), kept["signs"], names)
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise DataError(f"{path}: no table of counts ({error}); `rung corpus count` makes it") from error


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays into one compressed archive; equal arrays give equal bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.save(content, array, allow_pickle=False)
            # ``np.savez`` would write the time into the archive.
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, compresslevel=9)


def packed_counts(matrix: csr_matrix) -> dict[str, NDArray[Any]]:
    """The arrays of a sparse matrix of counts; counts over 255 become 255."""
    return {
        "indptr": matrix.indptr.astype(np.int32),
        "indices": matrix.indices.astype(np.uint16),
        "counts": np.minimum(matrix.data, 255).astype(np.uint8),
    }


def unpacked_counts(kept: Mapping[str, NDArray[Any]], rows: int, columns: int) -> csr_matrix:
    """The matrix that ``packed_counts`` packed."""
    figures = (kept["counts"].astype(np.float64), kept["indices"].astype(np.int32), kept["indptr"])
    return csr_matrix(figures, shape=(rows, columns))


def packed(words: Iterable[str]) -> NDArray[np.uint8]:
    """Words as one array of bytes."""
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def unpacked(words: NDArray[np.uint8]) -> tuple[str, ...]:
    """The words that ``packed`` packed."""
    return tuple(words.tobytes().decode().split("\n"))


@dataclass(frozen=True, slots=True)
class Ad:
    """A real ad: its id, where it is from, and its title and text."""

    id: str
    source: str
    company: str
    title: str
    description: str
    lang: str


@dataclass(frozen=True, slots=True)
class CountSettings:
    """The bounds of the table: the record ``training.counts`` of ``weights.yaml``, which explains each."""

    shortest: int
    by_label: int
    by_employer: int
    least_ads: int
    least_sources: int
    terms: int


def read_ads(paths: Sequence[Path]) -> list[Ad]:
    """Every ad of some files (JSONL, plain or gzipped), in order of their ids.

    Raises:
        DataError: a file cannot be read, or a row lacks a field.
    """
    return sorted((ad for path in paths for ad in _ads(path)), key=lambda ad: ad.id)


def _ads(path: Path) -> Iterator[Ad]:
    for number, row in read_jsonl(path):
        source = row.get("repo") or row.get("source")
        if not source or "id" not in row or "title" not in row:
            raise DataError(f"{path}:{number}: not a posting; it needs id, title, description, lang, and repo or source")
        company, text, language = (row.get(name) or "" for name in ("company", "description", "lang"))
        yield Ad(row["id"], source, company, row["title"], text, language)


class DutyText:
    """Blanks the title of an ad and the names of ranks and jobs in its text, so that only the duties remain."""

    def __init__(self, ranks: Sequence[str], jobs: Sequence[str]) -> None:
        between = r"[ -]+(?:\w+[ -]+){0,2}"
        self._names = re.compile(rf"\b(?:{'|'.join(ranks)}){between}(?:{'|'.join(jobs)})s?\b")

    def of(self, ad: Ad) -> str:
        """The readable text of an ad, with these names blanked."""
        text = readable(ad.description)
        parts = {ad.title.lower(), *(part.strip(" )") for part in _PARTS.split(ad.title.lower()))}
        for part in sorted(parts, key=lambda p: (-len(p), p)):
            if " " in part:
                text = text.replace(part, " ")
        return blank(self._names.sub(" ", text))


def choose(
    ads: Iterable[Ad],
    levels: TitleLevels,
    family: Callable[[str], str],
    settings: CountSettings,
    aside: frozenset[str],
    graded: str,
) -> list[tuple[Ad, str, str]]:
    """The ads to count, with level and track; their number is bounded by source and label, and by employer.

    A label is a level and a track of one family, which ``family`` reads from the title. Ads of the graded family and those whose id
    is in ``aside`` are not counted.
    """
    chosen: list[tuple[Ad, str, str]] = []
    by_label: Counter[tuple[str, str, tuple[str, str]]] = Counter()
    by_employer: Counter[str] = Counter()
    for ad in ads:
        if ad.id in aside or ad.lang != _LANGUAGE or len(ad.description) < settings.shortest:
            continue
        label = levels.read(ad.title)
        if label is None or by_employer[ad.company] >= settings.by_employer:
            continue
        named = family(ad.title)
        if named == graded or by_label[ad.source, named, label] >= settings.by_label:
            continue
        by_label[ad.source, named, label] += 1
        by_employer[ad.company] += ad.company.lower() not in ("", "none", "na")
        chosen.append((ad, *label))
    return chosen


class Figures(NamedTuple):
    """The years required, the yearly pay (0: not stated) and the signs of a text."""

    years: float
    pay: float
    signs: Sequence[bool]


def count(
    chosen: Sequence[tuple[Ad, str, str]],
    ranks: Sequence[str],
    duties: DutyText,
    figures: Callable[[str], Figures],
    names: Sequence[str],
    settings: CountSettings,
) -> Counts:
    """Count the terms that occur in enough ads and sources; ``ranks`` are the levels in order.

    ``figures`` reads years, pay and signs of a text; ``names`` are the names of the signs.
    """
    texts = [duties.of(ad) for ad, _, _ in chosen]
    stated = [figures(text) for text in texts]
    source = np.array([ad.source for ad, _, _ in chosen])
    vectorizer = CountVectorizer(ngram_range=(1, 2), min_df=settings.least_ads)
    matrix = csr_matrix(vectorizer.fit_transform(texts))
    sources = sum((np.asarray((matrix[source == name] > 0).sum(axis=0)).ravel() > 0).astype(int) for name in np.unique(source))
    kept = np.flatnonzero(sources >= settings.least_sources)
    return Counts(
        tuple(vectorizer.get_feature_names_out()[kept]),
        csr_matrix(matrix[:, kept]),
        np.array([ranks.index(level) + 1 for _, level, _ in chosen]),
        np.array([track == "manager" for _, _, track in chosen]),
        np.array([round(each.years) for each in stated]),
        np.array([round(each.pay) for each in stated]),
        source,
        np.array([ad.id for ad, _, _ in chosen]),
        np.array([each.signs for each in stated], dtype=bool),
        tuple(names),
    )


def narrowed(counts: Counts, terms: NDArray[np.int64]) -> Counts:
    """The same ads with some of the terms."""
    return replace(counts, terms=tuple(counts.terms[term] for term in terms), matrix=csr_matrix(counts.matrix[:, terms]))


def rows_of(counts: Counts, kept: NDArray[np.bool_]) -> Counts:
    """Some of the ads with the same terms."""
    rows = ("rank", "manager", "years", "pay", "source", "ids", "signs")
    return replace(counts, matrix=csr_matrix(counts.matrix[kept]), **{name: getattr(counts, name)[kept] for name in rows})
