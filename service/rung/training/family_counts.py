"""The words of tasks and of real ads as counts by job family: ``python -m rung.training.family_counts --tasks FILE POSTINGS ...``.

``family_counts.npz`` holds figures and single terms, never a text: which terms stand how often in which task of O*NET and in which
ad, and the family of each. A task has the family of its occupation's code, an ad that of its title, where the model is sure of it.
Ads that were labelled by reading are left out: they are what the model of family by text is measured on.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from rung.normaliser import Normaliser
from rung.training.counts import Ad, DutyText, read_ads
from rung.training.families import family_records, longest_prefix, prefixes
from rung.training.family_table import FAMILY_COUNTS, TASKS, FamilyCounts
from rung.training.family_text import FamilyTextSettings, telling_terms
from rung.training.sources import plain, read_yaml
from rung.types import Query

_TITLE = 480


@dataclass(frozen=True, slots=True)
class FamilyCountSettings:
    """The bounds of the table: the ``family_counts`` record of ``weights.yaml``, which says what each is."""

    shortest: int
    sure: float
    by_family: int
    by_employer: int
    least_rows: int
    terms: int


def read_tasks(path: Path, data: Path) -> Iterator[tuple[str, str]]:
    """Each task of O*NET's ``Task Statements`` (gzipped, parted by tabs) with the family of its occupation's code."""
    soc = prefixes(family_records(data), "soc")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if family := longest_prefix(soc, row["O*NET-SOC Code"]):
                yield row["Task"].lower(), family


def choose(ads: Iterable[Ad], normaliser: Normaliser, settings: FamilyCountSettings, aside: frozenset[str]) -> list[tuple[Ad, str]]:
    """The ads that are counted, with the family of the title: no source has more than its share of one family, no employer many."""
    long = [ad for ad in ads if ad.id not in aside and len(ad.description) >= settings.shortest and ad.title.strip()]
    answers = normaliser.classify_many([Query(title=ad.title[:_TITLE]) for ad in long])
    chosen: list[tuple[Ad, str]] = []
    by_family: Counter[tuple[str, str]] = Counter()
    by_employer: Counter[str] = Counter()
    for ad, answer in zip(long, answers, strict=True):
        if isinstance(answer, Exception) or answer.family is None or answer.confidences is None:
            continue
        if (answer.confidences.family or 0.0) < settings.sure:
            continue
        family = answer.family.id
        full = by_family[ad.source, family] >= settings.by_family or by_employer[ad.company] >= settings.by_employer
        if family == "unknown" or full:
            continue
        by_family[ad.source, family] += 1
        by_employer[ad.company] += ad.company.lower() not in ("", "none", "na")
        chosen.append((ad, family))
    return chosen


def count(tasks: Sequence[tuple[str, str]], ads: Sequence[tuple[Ad, str]], duties: DutyText, least: int) -> FamilyCounts:
    """Count the words and word pairs that stand in enough tasks and ads."""
    texts = [text for text, _ in tasks] + [duties.of(ad) for ad, _ in ads]
    vectorizer = CountVectorizer(ngram_range=(1, 2), min_df=least)
    matrix = csr_matrix(vectorizer.fit_transform(texts))
    family = np.array([family for _, family in (*tasks, *ads)])
    source = np.array([TASKS] * len(tasks) + [ad.source for ad, _ in ads])
    return FamilyCounts(tuple(vectorizer.get_feature_names_out()), matrix, family, source)


def labelled(data: Path) -> frozenset[str]:
    """The ids of all ads that were labelled by reading; files of titles have none."""
    ids: set[str] = set()
    for path in sorted((data / "shared" / "labels").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            ids |= {row["id"] for row in csv.DictReader(line for line in lines if not line.startswith("#")) if "id" in row}
    return frozenset(ids)


def main(arguments: Sequence[str] | None = None) -> None:
    """Count and write the table."""
    parser = argparse.ArgumentParser(prog="python -m rung.training.family_counts", description=__doc__.splitlines()[0])
    parser.add_argument("postings", nargs="+", type=Path, help="real postings, .jsonl or .jsonl.gz")
    parser.add_argument("--tasks", type=Path, required=True, help="task statements of O*NET, gzipped")
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="the folder of training data")
    parser.add_argument("--model", type=Path, help="folder of the model that reads titles; the newest one where none is named")
    options = parser.parse_args(arguments)
    weights = plain(read_yaml(options.data / "shared" / "weights.yaml"))
    settings = FamilyCountSettings(**weights["family_counts"])
    levels = plain(read_yaml(options.data / "shared" / "title_levels.yaml"))
    ads = choose(read_ads(options.postings), Normaliser.load(options.model), settings, labelled(options.data))
    whole = count(list(read_tasks(options.tasks, options.data)), ads, DutyText(**levels["blank"]), settings.least_rows)
    kept = telling_terms(whole.matrix, whole.family, FamilyTextSettings(**weights["family_text_model"]), settings.terms)
    counts = FamilyCounts(tuple(whole.terms[at] for at in kept), csr_matrix(whole.matrix[:, kept]), whole.family, whole.source)
    path = options.data / "shared" / FAMILY_COUNTS
    counts.save(path)
    tasks = len(counts.family) - len(ads)
    print(f"{path}: {tasks:,} tasks, {len(ads):,} ads, {len(counts.terms):,} terms, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
