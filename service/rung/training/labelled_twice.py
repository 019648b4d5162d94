"""Sections of a report on rows that were labelled twice: real postings of any job, and titles that two families claim.

Each has a file ``_a`` and a file ``_b``: the same rows, labelled independently. Both labels are accepted. A row is sure if both
readers are sure and agree. Claims of people management are measured on further postings, labelled once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rung.errors import DataError, InvalidQuery
from rung.normaliser import Normaliser
from rung.training import metrics, text_alone
from rung.training.counts import Ad, read_ads
from rung.training.labels import (
    ANY_POSTINGS,
    CLAIMS,
    PRODUCT_ADS,
    TWO_FAMILIES,
    DoubleLabel,
    read_ad_labels,
    read_double_labels,
    read_label_rows,
)
from rung.training.metrics import Figure, figure
from rung.training.report import Cell, Section
from rung.training.sources import graded_family
from rung.types import Query, Result

_UNKNOWN = "unknown"
_COLUMNS = ("figure", "sure", "accepted")


def postings(data: Path, files: Sequence[Path], normaliser: Normaliser) -> Section:
    """Family, level, track and people management of the labelled postings of any job among some files.

    Raises:
        DataError: none of the labelled postings is among them.
    """
    labels, every = read_double_labels(data, ANY_POSTINGS, "id"), read_ads(files)
    ads = [ad for ad in every if ad.id in labels]
    if not ads:
        raise DataError(
            f"none of the postings labelled in {ANY_POSTINGS}_a.csv is among these files; name the files that hold them"
        )
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
    return Section(ANY_POSTINGS, "Real postings of any job", about, _COLUMNS, tuple(rows))


def _claims(data: Path, ads: Sequence[Ad], normaliser: Normaliser) -> list[tuple[Cell, ...]]:
    """Precision and recall of claims of people management, on postings labelled once."""
    labels = read_label_rows(data, CLAIMS, "id", "right")
    read = [ad for ad in ads if ad.id in labels]
    right = np.array([labels[ad.id]["right"] for ad in read], dtype=object)
    said = np.array([found["people_management"] for found in answer(normaliser, map(_query, read))], dtype=object)
    hits = right == said
    rows: list[tuple[Cell, ...]] = []
    for claim in ("yes", "no"):
        claimed, labelled = said == claim, right == claim
        rows.append((f"claims of {claim!r}, precision ({claimed.sum()} stated)", None, figure(metrics.share_of, hits, claimed)))
        rows.append((f"claims of {claim!r}, recall ({labelled.sum()} labelled)", None, figure(metrics.share_of, hits, labelled)))
    return rows


def product_ads(data: Path, files: Sequence[Path], normaliser: Normaliser) -> Section:
    """F1 of the manager track on the ads that were read for product management."""
    graded, labels = graded_family(data), read_ad_labels(data, PRODUCT_ADS)
    ads = [ad for ad in read_ads(files) if ad.id in labels and labels[ad.id].track]
    right = np.array([labels[ad.id].track == "manager" for ad in ads])
    said = np.array([found["track"] == "manager" for found in answer(normaliser, map(_query, ads))])
    product = np.array([labels[ad.id].family == graded for ad in ads])
    chosen = (("ads of the family with ladders", product), ("these and their neighbours", np.ones_like(product)))
    rows = tuple((name, int(rows.sum()), figure(metrics.f1, right[rows], said[rows])) for name, rows in chosen)
    about = "Real ads of the family with ladders and of those beside it, with their titles, as Rung answers them."
    return Section(PRODUCT_ADS, "Product ads: who manages people", about, ("ads", "rows", "F1 manager"), rows)


def titles(data: Path, normaliser: Normaliser) -> Section:
    """The family of titles that two families claim."""
    labels = read_double_labels(data, TWO_FAMILIES, "title")
    answers = answer(normaliser, [Query(title=title) for title in labels])
    about = (
        f"{len(labels)} real titles that hold words of two families, for example the job of one and the subject of another, read "
        "twice. Sure: both readings are sure and agree. Accepted: a reading gave this family as its first or second."
    )
    rows = (("family", *_scored(list(labels.values()), "family", answers)),)
    return Section(TWO_FAMILIES, "Titles that two families claim", about, _COLUMNS, rows)


def answer(normaliser: Normaliser, queries: Iterable[Query]) -> list[dict[str, str]]:
    """The answers as labels; an unreadable query gives ``unknown`` without level and track."""
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
    """The text of an ad as a query, with its title removed wherever it is written in full."""
    return Query(description=re.sub(re.escape(ad.title), " ", ad.description, flags=re.IGNORECASE), company=ad.company or None)


def _scored(rows: Sequence[DoubleLabel], part: str, answers: Sequence[Mapping[str, str]]) -> tuple[Figure, Figure]:
    """The share of right answers on sure rows, and of accepted ones on all."""
    sure = np.array([row.sure for row in rows])
    hits = np.array([found[part] in row.accepted[part] for row, found in zip(rows, answers, strict=True)])
    return figure(metrics.share, hits[sure]), figure(metrics.share, hits)
