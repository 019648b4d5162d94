"""Carrying over: what real ads of all families say of the level, counted, and fitted beside the graded family's own sentences.

Product ads are never counted: they are what the fit is made on and measured with, whole sources left out.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer

from rung.assemble import text_reader
from rung.errors import DataError
from rung.normaliser import Normaliser
from rung.text.cues import compile_cues, count_cues
from rung.text.general import YEARS, Language, YearBuckets
from rung.text.patterns import Patterns
from rung.text.sentences import Floats
from rung.training import general, metrics
from rung.training.counts import Ad, Counts, CountSettings, DutyText, choose, count, narrowed, read_ads
from rung.training.general import GeneralSettings
from rung.training.make import COUNTS, compile_wordings, taxonomy
from rung.training.report import Section
from rung.training.sources import graded_family, plain, read_yaml
from rung.training.title_levels import TitleLevels
from rung.types import Query

LABELS = "labels/product_ads_a.csv"
_START = np.array([0.3, 0.75, 0.7])  # own, years, general: what an earlier study of other sources gave; the ridge pulls there
_RIDGE = 2.0
_BLEND = re.compile(r"^  blend: \{.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Label:
    """What a careful reader wrote down of a real ad, by its id."""

    family: str
    level: str
    track: str
    people_management: str
    sure: bool


def read_labels(path: Path) -> dict[str, Label]:
    """Labels by the id of the ad; raises ``DataError`` where a row lacks a field."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(line for line in lines if not line.startswith("#"))
            return {r["id"]: Label(r["family"], r["level"], r["track"], r["people_management"], r["sure"] == "yes") for r in rows}
    except (OSError, KeyError) as error:
        raise DataError(f"{path}: no file of labels ({error!r}); its opening comment defines the fields") from error


def count_postings(data: Path, postings: Sequence[Path]) -> list[str]:
    """Count the ads of all other families and write the table; returns what came out, line by line."""
    shared = data / "shared"
    settings, learning = _settings(data)
    labels = read_labels(shared / LABELS)
    graded = graded_family(data)
    aside = frozenset(id_ for id_, label in labels.items() if label.family == graded)
    chosen = choose(read_ads(postings), TitleLevels.load(shared / "title_levels.yaml"), settings, aside)
    whole = count(chosen, _levels(data), _duty_text(data), _years_asked(data), settings)
    counts = narrowed(whole, general.telling_terms(whole, learning, settings.terms))
    path = shared / COUNTS
    counts.save(path)
    told = metrics.figure(metrics.spearman, whole.rank, general.held_out_scores(whole, learning, settings.terms), draws=200)
    return [
        f"{path} written: {len(counts.rank):,} ads of {len(set(counts.source))} sources, {len(counts.terms):,} terms, "
        f"{path.stat().st_size:,} bytes",
        f"the words tell the rank of an ad whose source they were not learned from: Spearman {told}",
    ]


@dataclass(frozen=True, slots=True)
class ProductAds:
    """Product ads: their rank and source, and what each part says of the levels, by a reader that has seen no ad of the source.

    ``parts`` are log-odds: ads by levels by (own sentences, years asked, words of all families); ``shift`` is by how much the
    scores of product ads lie above those of all ads.
    """

    rank: NDArray[np.int64]
    source: NDArray[np.str_]
    parts: Floats
    shift: float


def fit_postings(data: Path, postings: Sequence[Path], model: Path | None, date: str) -> list[str]:
    """Fit the blend on the labelled product ads and write it into ``weights.yaml``; returns what came out, line by line."""
    read = read_product_ads(data, postings, Normaliser.load(model))
    weights = fit_blend(read.parts, read.rank)
    path = data / "shared" / "weights.yaml"
    figures = dict(zip(("own", "years", "general", "shift"), (*weights.tolist(), read.shift), strict=True))
    write_blend(path, figures, f"`rung corpus fit` on {len(read.rank)} product ads of {len(set(read.source))} sources, {date}")
    shown = ", ".join(f"{name} {value:.2f}" for name, value in figures.items())
    section = unseen_sources(read)
    lines = [", ".join(f"{name} {cell}" for name, cell in zip(section.columns, row, strict=True)) for row in section.rows]
    return [f"{path} written: {shown}; `rung train` builds it in", f"{section.title}:", *lines]


def read_product_ads(data: Path, postings: Sequence[Path], normaliser: Normaliser) -> ProductAds:
    """What each part says of the labelled product ads among some postings.

    Raises:
        DataError: none of the labelled ads is among them.
    """
    counts = Counts.load(data / "shared" / COUNTS)
    labels = read_labels(data / "shared" / LABELS)
    graded = graded_family(data)
    ads = [ad for ad in read_ads(postings) if ad.id in labels and labels[ad.id].family == graded]
    if not ads:
        raise DataError(
            f"none of the product ads of {data / 'shared' / LABELS} is among these postings; name the files that hold them"
        )
    ranks = [_levels(data).index(labels[ad.id].level) + 1 for ad in ads]
    return _read(data, ads, ranks, counts, normaliser)


def _read(data: Path, ads: Sequence[Ad], ranks: Sequence[int], counts: Counts, normaliser: Normaliser) -> ProductAds:
    duties, asked = _duty_text(data), _years_asked(data)
    weights = plain(read_yaml(data / "shared" / "weights.yaml"))["duties"]
    buckets, language = YearBuckets(**weights["years"]), Language(**weights["language"])
    settings, number = _settings(data)[1], len(_levels(data))
    texts = [duties.of(ad) for ad in ads]
    known = np.array([language.of(text) for text in texts])
    source = np.array([ad.source for ad in ads])
    matrix = csr_matrix(CountVectorizer(ngram_range=(1, 2), vocabulary=list(counts.terms)).transform(texts))
    scores = np.zeros(len(ads))
    for name in np.unique(source):
        here = source == name
        scores[here] = general.scores_without(counts, counts.source == name, matrix[here], settings)
    shift = float(scores[known].mean() - general.held_out_scores(counts, settings).mean())
    model = general.train_general(counts, number, settings, buckets)
    own = np.zeros((len(ads), number))
    for place, text in enumerate(texts):
        reading = normaliser.weigh(Query(description=text)).duties
        own[place] = reading.own if reading is not None else 0.0
    years = np.array([model.years[buckets.of(asked(text))] for text in texts])
    words = np.where(known[:, None], (scores - shift)[:, None] * model.words[0] + model.words[1], 0.0)
    return ProductAds(np.array(ranks), source, np.stack([own, years, words], axis=2), shift)


def fit_blend(parts: Floats, rank: NDArray[np.int64]) -> Floats:
    """The weights of the parts that make the right levels likeliest, beside how usual each level is; a ridge keeps them near where

    they start.
    """
    usual = _usual(rank, parts.shape[1])

    def loss(weights: Floats) -> float:
        right = _log_shares(usual, parts, weights)[np.arange(len(rank)), rank - 1]
        return float(_RIDGE * ((weights - _START) ** 2).sum() - right.sum())

    return np.asarray(minimize(loss, _START, method="L-BFGS-B").x)


def _usual(rank: NDArray[np.int64], levels: int) -> Floats:
    return np.asarray(np.log((np.bincount(rank - 1, minlength=levels) + 1.0) / (len(rank) + levels)))


def _log_shares(usual: Floats, parts: Floats, weights: Floats) -> Floats:
    scores = usual + parts @ weights
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))


def unseen_sources(read: ProductAds) -> Section:
    """How well the text alone tells the level, the blend fitted without the source that it is measured on."""
    own = np.array([1.0, 0.0, 0.0])
    ads, levels, _ = read.parts.shape
    shares = {"own sentences alone": np.zeros((ads, levels)), "with years and words of all families": np.zeros((ads, levels))}
    for name in np.unique(read.source):
        here = read.source == name
        usual = _usual(read.rank[~here], levels)
        for found, weights in zip(shares.values(), (own, fit_blend(read.parts[~here], read.rank[~here])), strict=True):
            found[here] = np.exp(_log_shares(usual, read.parts[here], weights))
    rows = []
    for method, found in shares.items():
        expected, best = found @ np.arange(1.0, levels + 1.0), found.argmax(axis=1) + 1
        figures = (
            metrics.figure(metrics.exact, read.rank, best),
            metrics.figure(metrics.within_one, read.rank, best),
            metrics.figure(metrics.spearman, read.rank, expected),
        )
        rows.append((method, ads, *figures))
    says = (
        f"Real product ads of {len(set(read.source))} sources, title withheld and names of jobs and levels blanked. Nobody tuned "
        "to these ads, and each is measured with its source left out."
    )
    columns = ("read by", "ads", "level exact", "within one", "Spearman")
    return Section("unseen_sources", "Level by the text alone, unseen sources", says, columns, tuple(rows))


def write_blend(path: Path, figures: Mapping[str, float], origin: str) -> None:
    """Put the fitted blend into a ``weights.yaml``; nothing else of the file changes.

    Raises:
        DataError: the file has no such record.
    """
    text = path.read_text(encoding="utf-8")
    if len(_BLEND.findall(text)) != 1:
        raise DataError(f"{path}: a record `  blend: {{…}}` with its comment is needed once, on one line; it is what is replaced")
    shown = ", ".join(f"{name}: {value:.2f}" for name, value in figures.items())
    path.write_text(_BLEND.sub(lambda _: f"  blend: {{{shown}}}   # {origin}", text), encoding="utf-8")


def _levels(data: Path) -> list[str]:
    return list(plain(read_yaml(data / "families" / graded_family(data) / "grid.yaml"))["levels"])


def _settings(data: Path) -> tuple[CountSettings, GeneralSettings]:
    training = plain(read_yaml(data / "shared" / "weights.yaml"))["training"]
    return CountSettings(**training["counts"]), GeneralSettings(**training["general"])


def _duty_text(data: Path) -> DutyText:
    return DutyText(**plain(read_yaml(data / "shared" / "title_levels.yaml"))["blank"])


def _years_asked(data: Path) -> Callable[[str], float]:
    """Reads the years that a readable text asks, by the cue that serving reads them with; 0: none."""
    tables = taxonomy(data)
    reader, cues = text_reader(tables, Patterns(compile_wordings(tables))), compile_cues(tables["cues"]["cues"])
    years = [cue.id for cue in cues].index(YEARS)

    def asked(text: str) -> float:
        return count_cues(cues, reader.read(text).cues, text, len(text))[0][years]

    return asked
