"""Reading the label files ``training_data/shared/labels/*.csv``: labels of real ads and titles by careful readers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rung.errors import DataError

PRODUCT_ADS = "product_ads"
ANY_POSTINGS = "any_postings"
TWO_FAMILIES = "two_families"
CLAIMS = "management_claims"
LEVELS_BY_TEXT, FAMILIES_BY_TEXT = "text_alone_levels", "text_alone_families"

_READINGS = ("a", "b")
_NOT_COMPARED = ("also", "sure", "people_management")  # columns in which two sure readings may differ


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a real ad by one reader; level and track are "" if it names no job."""

    family: str
    level: str
    track: str
    people_management: str
    sure: bool


@dataclass(frozen=True, slots=True)
class DoubleLabel:
    """Both readings of a row: the values accepted for each column, and whether both readers are sure and agree."""

    accepted: Mapping[str, frozenset[str]]
    sure: bool


def read_label_rows(data: Path, name: str, key: str, *columns: str) -> dict[str, dict[str, str]]:
    """The rows of one label file by its key column, which is taken out of them; lines that start with ``#`` are comments.

    Raises:
        DataError: the file cannot be read, or a row lacks the key or one of the columns.
    """
    path = data / "shared" / "labels" / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}; it holds labels of real ads or titles") from error
    for number, row in enumerate(rows, 1):
        if lacking := next((column for column in (key, *columns) if row.get(column) is None), None):
            raise DataError(f"{path}: row {number} has no {lacking!r}; the comment at the top of the file defines the columns")
    return {row.pop(key): row for row in rows}


def read_ad_labels(data: Path, name: str) -> dict[str, Label]:
    """Labels by the id of the ad, from both readings; of an ad that was read twice, the first counts.

    Raises:
        DataError: a file cannot be read, or a row lacks a column.
    """
    columns = ("family", "level", "track", "people_management", "sure")
    first, second = (read_label_rows(data, f"{name}_{reading}", "id", *columns) for reading in _READINGS)
    return {
        id_: Label(row["family"], row["level"], row["track"], row["people_management"], row["sure"] == "yes")
        for id_, row in (second | first).items()
    }


def read_double_labels(data: Path, name: str, key: str) -> dict[str, DoubleLabel]:
    """The rows that were labelled twice, by their key.

    Raises:
        DataError: a file cannot be read, a row lacks a column, or the readings do not label the same rows.
    """
    first, second = (read_label_rows(data, f"{name}_{reading}", key, "family", "sure") for reading in _READINGS)
    if alone := first.keys() ^ second.keys():
        raise DataError(f"{name}_a.csv and {name}_b.csv label different rows; only one has {sorted(alone)[0]!r}")
    return {each: _double(label, second[each]) for each, label in first.items()}


def _double(first: Mapping[str, str], second: Mapping[str, str]) -> DoubleLabel:
    accepted = {column: frozenset({first[column], second[column]}) for column in first if column not in ("also", "sure")}
    also = {reading["also"] for reading in (first, second) if reading.get("also")}
    agree = all(first[column] == second[column] for column in first if column not in _NOT_COMPARED)
    sure = agree and all(reading["sure"] == "yes" for reading in (first, second))
    return DoubleLabel({**accepted, "family": accepted["family"] | also}, sure)
