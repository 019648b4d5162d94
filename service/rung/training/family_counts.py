"""The words of tasks and of real ads as counts by job family: ``python -m rung.training.family_counts --tasks FILE POSTINGS ...``.

``family_counts.npz`` holds figures and single terms, never a text: the frequency of terms in the tasks of each occupation of O*NET
and in each ad, and the family of each. An occupation has the family of its code. An ad has the family that a reader gave it, or
that of its title if the model is sure of it; if it is not quite sure, the words of the ad must confirm it. Postings on which the
model of family by text is measured are left out.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from rung.errors import InvalidQuery
from rung.grid import UNKNOWN
from rung.normaliser import Normaliser
from rung.text.sentences import readable
from rung.training.blank import blank
from rung.training.counts import Ad, read_ads
from rung.training.families import family_records, longest_prefix, prefixes
from rung.training.family_table import FAMILY_COUNTS, TASKS, FamilyCounts
from rung.training.family_text import FamilyTextSettings, read_apart, telling_terms
from rung.training.labels import ANY_POSTINGS, PRODUCT_ADS, read_ad_labels, read_double_labels
from rung.training.sources import read_yaml
from rung.types import Query, Result

_TITLE = 480


@dataclass(frozen=True, slots=True)
class FamilyCountSettings:
    """The bounds of the table: the record ``family_counts`` of ``weights.yaml``, which explains each."""

    shortest: int
    sure: float
    clear: float
    by_family: int
    by_employer: int
    least_rows: int
    terms: int


def read_tasks(path: Path, data: Path) -> Iterator[tuple[str, str]]:
    """The tasks of each occupation as one text, and the family of its code; ``path`` is O*NET's ``Task Statements`` (.txt.gz)."""
    soc = prefixes(family_records(data), "soc")
    tasks: dict[str, list[str]] = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            tasks.setdefault(row["O*NET-SOC Code"], []).append(row["Task"].lower())
    for code, texts in tasks.items():
        if family := longest_prefix(soc, code):
            yield "\n".join(texts), family


class Chosen(NamedTuple):
    """An ad to count, its family, whether a reader gave that family, and whether it is clear without the ad's words."""

    ad: Ad
    family: str
    by_reading: bool
    clear: bool


def choose(
    ads: Iterable[Ad], normaliser: Normaliser, settings: FamilyCountSettings, read: Mapping[str, str], aside: frozenset[str]
) -> list[Chosen]:
    """The ads to count; their number is bounded by source and family, and by employer.

    ``read`` maps the ids of ads that were labelled by reading to their family; ads with an id in ``aside`` are not counted.
    """
    long = [ad for ad in ads if ad.id not in aside and len(ad.description) >= settings.shortest and ad.title.strip()]
    answers = normaliser.classify_many([Query(title=ad.title[:_TITLE]) for ad in long])
    chosen: list[Chosen] = []
    by_family: Counter[tuple[str, str]] = Counter()
    by_employer: Counter[str] = Counter()
    for ad, answer in zip(long, answers, strict=True):
        by_reading = ad.id in read
        family, confidence = (read[ad.id], 1.0) if by_reading else _told(answer)
        full = by_family[ad.source, family] >= settings.by_family or by_employer[ad.company] >= settings.by_employer
        if family == UNKNOWN or confidence < settings.sure or full:
            continue
        by_family[ad.source, family] += 1
        by_employer[ad.company] += ad.company.lower() not in ("", "none", "na")
        chosen.append(Chosen(ad, family, by_reading, confidence >= settings.clear))
    return chosen


def _told(answer: Result | InvalidQuery) -> tuple[str, float]:
    """The family of a title, and how sure the model is of it."""
    if isinstance(answer, InvalidQuery) or answer.family is None or answer.confidences is None:
        return UNKNOWN, 0.0
    return answer.family.id, answer.confidences.family or 0.0


def count(tasks: Sequence[tuple[str, str]], ads: Sequence[Chosen], least: int) -> FamilyCounts:
    """Count the words and word pairs that occur in at least ``least`` rows (tasks of an occupation, or ads).

    The names of jobs of the graded family are blanked, so that only its duties count.
    """
    texts = [text for text, _ in tasks] + [blank(readable(ad.description)) for ad, *_ in ads]
    vectorizer = CountVectorizer(ngram_range=(1, 2), min_df=least)
    matrix = csr_matrix(vectorizer.fit_transform(texts))
    family = np.array([family for _, family in tasks] + [chosen.family for chosen in ads])
    source = np.array([TASKS] * len(tasks) + [ad.source for ad, *_ in ads])
    by_reading = np.array([False] * len(tasks) + [chosen.by_reading for chosen in ads])
    return FamilyCounts(tuple(vectorizer.get_feature_names_out()), matrix, family, source, by_reading)


def confirmed(counts: FamilyCounts, ads: Sequence[Chosen], settings: FamilyTextSettings) -> FamilyCounts:
    """The tasks, and the ads whose family is clear or is confirmed by a model of their words trained on other sources."""
    clear = np.array([True] * (len(counts.family) - len(ads)) + [chosen.clear for chosen in ads])
    kept = clear | (read_apart(counts, settings) == counts.family)
    rows = (each[kept] for each in (counts.family, counts.source, counts.by_reading))
    return FamilyCounts(counts.terms, csr_matrix(counts.matrix[kept]), *rows)


def families_read(data: Path) -> dict[str, str]:
    """The families of the ads that were labelled by reading and are not used for measuring, by id; the first reading counts."""
    return {id_: label.family for id_, label in read_ad_labels(data, PRODUCT_ADS).items()}


def measured(data: Path) -> frozenset[str]:
    """The ids of the postings that the model of family by text is measured on."""
    return frozenset(read_double_labels(data, ANY_POSTINGS, "id"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Count and write the table."""
    parser = argparse.ArgumentParser(prog="python -m rung.training.family_counts", description=__doc__.splitlines()[0])
    parser.add_argument("postings", nargs="+", type=Path, help="real postings, .jsonl or .jsonl.gz")
    parser.add_argument("--tasks", type=Path, required=True, help="task statements of O*NET, gzipped")
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="the folder of training data")
    parser.add_argument(
        "--model", type=Path, help="folder of the model that reads titles (default: the newest one shipped with Rung)"
    )
    options = parser.parse_args(arguments)
    weights = read_yaml(options.data / "shared" / "weights.yaml")
    settings = FamilyCountSettings(**weights["family_counts"])
    read, aside = families_read(options.data), measured(options.data)
    ads = choose(read_ads(options.postings), Normaliser.load(options.model), settings, read, aside)
    model = FamilyTextSettings(**weights["family_text_model"])
    whole = confirmed(count(list(read_tasks(options.tasks, options.data)), ads, settings.least_rows), ads, model)
    kept = telling_terms(whole.matrix, whole.family, model, settings.terms)
    terms = tuple(whole.terms[at] for at in kept)
    counts = FamilyCounts(terms, csr_matrix(whole.matrix[:, kept]), whole.family, whole.source, whole.by_reading)
    path = options.data / "shared" / FAMILY_COUNTS
    counts.save(path)
    tasks = np.count_nonzero(counts.source == TASKS)
    counted = f"tasks of {tasks:,} occupations, {len(counts.family) - tasks:,} ads, {len(counts.terms):,} terms"
    print(f"{path}: {counted}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
