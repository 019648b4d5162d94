"""Reads ``training_data/occupations``: the occupations of ESCO and O*NET-SOC with their titles, and the words and settings."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rung.errors import DataError
from rung.title.occupation import Words
from rung.training.sources import read_yaml

FOLDER = "occupations"
MEANINGS_FILE = "meanings.tsv.gz"
_CODES = {"esco": 2, "soc": 0}  # index of the code in the names of an occupation


@dataclass(frozen=True, slots=True)
class Title:
    """A title, the row of its occupation in the scheme's table, and its ``source``: ``official``, ``reported`` or ``vacancy``."""

    owner: int
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables. ``names`` and ``titles`` are by scheme (``esco``, ``soc``).

    ``names`` has one row for each occupation: ``uri, label, isco`` of ESCO, ``code, title`` of O*NET-SOC. ``light`` are words that
    weigh little, ``settings`` is ``settings.yaml``. ``meanings`` has
    the numbers that say what each word means.
    """

    names: Mapping[str, list[list[str]]]
    titles: Mapping[str, list[Title]]
    words: Words
    light: frozenset[str]
    meanings: Mapping[str, NDArray[np.int8]]
    settings: Mapping[str, Any]


def read_tables(data: Path) -> Tables:
    """Read the tables of ``data/occupations``.

    Raises:
        DataError: a file cannot be read, a row has the wrong number of columns or a wrong number, or a vacancy names no occupation
            of ESCO.
    """
    folder = data / FOLDER
    words, settings = read_yaml(folder / "words.yaml"), read_yaml(folder / "settings.yaml")
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
        words=Words(frozenset(words["aside"]), words["means"]),
        light=frozenset(words["light"]),
        meanings=_read_meanings(folder / MEANINGS_FILE),
        settings=settings,
    )


def _read_meanings(path: Path) -> dict[str, NDArray[np.int8]]:
    meanings: dict[str, NDArray[np.int8]] = {}
    for number, (word, text) in read_table(path, 2):
        try:
            meanings[word] = np.array([int(part) for part in text.split(" ")], np.int8)
        except (ValueError, OverflowError) as error:
            raise DataError(f"{path}:{number}: whole numbers from -127 to 127 are needed ({error})") from error
        if len(meanings[word]) != len(next(iter(meanings.values()))):
            raise DataError(f"{path}:{number}: as many numbers are needed as in the rows above")
    return meanings


def read_table(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a gzipped TSV file with their line numbers, without comments (``#``) and the line of column names.

    Raises:
        DataError: the file cannot be read, or a row does not have ``columns`` columns.
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


def groups_of(tables: Tables, scheme: str) -> NDArray[np.int64]:
    """The groups of each occupation, as an array of grouping levels × occupations.

    A group is the occupations whose codes share a prefix; groups are numbered from the number of occupations on.
    """
    rows, first = [], len(tables.names[scheme])
    for length in tables.settings["groups"][scheme]:
        names, found = np.unique([row[_CODES[scheme]][:length] for row in tables.names[scheme]], return_inverse=True)
        rows.append(first + found)
        first += len(names)
    return np.stack(rows)


def _split(titles: str) -> list[str]:
    return [title for title in titles.split("|") if title]


def _titles_of(row: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield row[1], "official"
    yield from ((title, "official") for title in _split(row[2]))
    yield from ((title, "reported") for title in _split(row[3]))
