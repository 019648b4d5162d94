"""What Rung answers to rows that were labelled twice: real postings of any job, and titles that two families claim.

Each has a file ``_a`` and a file ``_b``: the same rows, read twice, the second time without a look at the first. Both labels are
accepted. A row is sure if both readings are sure and agree. Beside them, what more postings say of people management, read once.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rung.errors import DataError, InvalidQuery
from rung.normaliser import Normaliser
from rung.training import metrics, text_alone
from rung.training.counts import Ad, read_ads
from rung.training.metrics import Figure, figure
from rung.training.report import Cell, Section
from rung.types import Query, Result

POSTINGS = "any_postings"
TITLES = "two_families"
CLAIMS = "management_claims"
_UNKNOWN = "unknown"
_COLUMNS = ("figure", "sure", "accepted")


@dataclass(frozen=True, slots=True)
class Row:
    """Both readings of a row: for each part of the label what is accepted, and whether both readers are sure and agree."""

    accepted: Mapping[str, frozenset[str]]
    sure: bool


def read_rows(data: Path, name: str, key: str) -> dict[str, Row]:
    """The rows of a file that was read twice, by their key.

    Raises:
        DataError: a file is missing or lacks a field, or the readings do not label the same rows.
    """
    first, second = (_read(data / "shared" / "labels" / f"{name}_{reading}.csv", key) for reading in "ab")
    if alone := first.keys() ^ second.keys():
        raise DataError(f"{name}_a.csv and {name}_b.csv label different rows; only one has {sorted(alone)[0]!r}")
    return {each: _row(label, second[each]) for each, label in first.items()}


def _read(path: Path, key: str) -> dict[str, dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            found = {row.pop(key): row for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
    except (OSError, KeyError) as error:
        raise DataError(f"{path}: not a file of labels ({error!r}); it needs the columns {key}, family and sure") from error
    if lacking := [name for name, row in found.items() if not {"family", "sure"} <= row.keys()]:
        raise DataError(f"{path}: {lacking[0]!r} has no family or no sure; its opening comment defines the fields")
    return found


def _row(first: Mapping[str, str], second: Mapping[str, str]) -> Row:
    parts = [part for part in first if part not in ("also", "sure", "people_management")]
    accepted = {part: frozenset({first[part], second[part]}) for part in first if part not in ("also", "sure")}
    also = {reading["also"] for reading in (first, second) if reading.get("also")}
    sure = all(reading["sure"] == "yes" for reading in (first, second)) and all(first[part] == second[part] for part in parts)
    return Row({**accepted, "family": accepted["family"] | also}, sure)


def postings(data: Path, files: Sequence[Path], normaliser: Normaliser) -> Section:
    """Family, level, track and people management of the labelled postings of any job among some files.

    Raises:
        DataError: none of the labelled postings is among them.
    """
    labels, every = read_rows(data, POSTINGS, "id"), read_ads(files)
    ads = [ad for ad in every if ad.id in labels]
    if not ads:
        raise DataError(f"none of the postings labelled in {POSTINGS}_a.csv is among these files; name the files that hold them")
    wanted = [labels[ad.id] for ad in ads]
    whole = [_query(ad) for ad in ads]
    answers = answer(normaliser, whole)
    families = {
        "family by title and text": answers,
        "family by the text alone": answer(normaliser, [replace(query, title="") for query in whole]),
        "the same, the title blanked in the text": answer(normaliser, [_without_title(ad) for ad in ads]),
    }
    rows: list[tuple[Cell, ...]] = [(name, *_scored(wanted, "family", found)) for name, found in families.items()]
    sure = {ad.id: labels[ad.id].accepted["family"] for ad in ads if labels[ad.id].sure}
    rows.append(("family by the text alone, read by a person", text_alone.family_figure(data, sure), None))
    rows += [(f"{part} by title and text", *_scored(wanted, part, answers)) for part in ("level", "track")]
    says = np.array([found["people_management"] == "yes" for found in answers])
    either = np.array(["yes" in row.accepted["people_management"] for row in wanted])
    both = np.array([row.accepted["people_management"] == {"yes"} for row in wanted])
    rows.append((f"statements of management, precision ({says.sum()} stated)", None, figure(metrics.share_of, either, says)))
    rows.append((f"statements of management, recall ({both.sum()} labelled)", None, figure(metrics.share_of, says, both)))
    rows += _claims(data, every, normaliser)
    about = (
        f"{len(ads)} real postings of many trades, sources and languages, read twice. Sure: both readers are sure and agree. "
        "Accepted: at least one reader gave this label. Precision asks whether a reader found such a statement in the text, recall "
        "whether Rung found it where both did. The postings of a claim were read once and wordings were mended by them; some "
        "weights of the model of family by text were chosen with the 300 in view. A person read the sure ones without titles, once."
    )
    return Section(POSTINGS, "Real postings of any job", about, _COLUMNS, tuple(rows))


def _claims(data: Path, ads: Sequence[Ad], normaliser: Normaliser) -> list[tuple[Cell, ...]]:
    """How often a claim of people management is right, and how often what a text says is claimed, of postings read once."""
    path = data / "shared" / "labels" / f"{CLAIMS}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            labels = {row["id"]: row["right"] for row in csv.DictReader(line for line in lines if not line.startswith("#"))}
    except (OSError, KeyError) as error:
        raise DataError(f"{path}: not a file of claims ({error!r}); it needs the columns id and right") from error
    read = [ad for ad in ads if ad.id in labels]
    right = np.array([labels[ad.id] for ad in read], dtype=object)
    said = np.array([found["people_management"] for found in answer(normaliser, map(_query, read))], dtype=object)
    hits = right == said
    rows: list[tuple[Cell, ...]] = []
    for claim in ("yes", "no"):
        claimed, labelled = said == claim, right == claim
        rows.append((f"claims of {claim!r}, precision ({claimed.sum()} stated)", None, figure(metrics.share_of, hits, claimed)))
        rows.append((f"claims of {claim!r}, recall ({labelled.sum()} labelled)", None, figure(metrics.share_of, hits, labelled)))
    return rows


def titles(data: Path, normaliser: Normaliser) -> Section:
    """The family of titles that two families claim."""
    labels = read_rows(data, TITLES, "title")
    answers = answer(normaliser, [Query(title=title) for title in labels])
    about = (
        f"{len(labels)} real titles that hold words of two families, for example the job of one and the subject of another, read "
        "twice. Sure: both readings are sure and agree. Accepted: a reading gave this family as its first or second."
    )
    rows = (("family", *_scored(list(labels.values()), "family", answers)),)
    return Section(TITLES, "Titles that two families claim", about, _COLUMNS, rows)


def answer(normaliser: Normaliser, queries: Iterable[Query]) -> list[dict[str, str]]:
    """The answers as labels: ``unknown``, without level and track, where nothing can be read."""
    return [_answer(normaliser, query) for query in queries]


def _answer(normaliser: Normaliser, query: Query) -> dict[str, str]:
    try:
        result: Result | None = normaliser.classify(query)
    except InvalidQuery:
        result = None
    if result is None or result.family is None:
        return {"family": _UNKNOWN, "level": "", "track": "", "people_management": _UNKNOWN}
    found = {"family": result.family.id, "level": result.level.id if result.level else "", "track": result.track or ""}
    return {**found, "people_management": result.people_management}


def _query(ad: Ad) -> Query:
    return Query(title=ad.title, description=ad.description, company=ad.company or None)


def _without_title(ad: Ad) -> Query:
    """The text of an ad as a query, without the words of its title where they stand together."""
    return Query(description=re.sub(re.escape(ad.title), " ", ad.description, flags=re.IGNORECASE), company=ad.company or None)


def _scored(rows: Sequence[Row], part: str, answers: Sequence[Mapping[str, str]]) -> tuple[Figure, Figure]:
    """The share of right answers on sure rows, and of accepted ones on all."""
    sure = np.array([row.sure for row in rows])
    hits = np.array([found[part] in row.accepted[part] for row, found in zip(rows, answers, strict=True)])
    return figure(metrics.share, hits[sure]), figure(metrics.share, hits)
