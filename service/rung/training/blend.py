"""Learning from real ads: counting the words of all families by level, and fitting the weights of these counts (the blend).

Ads of the graded family are never counted: the blend is fitted and measured on them, with whole sources left out.
"""

from __future__ import annotations

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
from rung.decision.named_weigh import rank_statements
from rung.errors import DataError
from rung.grid import UNKNOWN
from rung.normaliser import Normaliser
from rung.numeric import Floats
from rung.text.cues import compile_cues, count_cues
from rung.text.general import YEARS, Blend, Language
from rung.text.patterns import Patterns
from rung.text.pay import Pay
from rung.training import general, metrics, text_alone
from rung.training.counts import Ad, Counts, CountSettings, DutyText, Figures, choose, count, narrowed, read_ads, rows_of
from rung.training.general import GeneralSettings
from rung.training.labels import ANY_POSTINGS, PRODUCT_ADS, read_ad_labels
from rung.training.make import COUNTS, compile_wordings, taxonomy
from rung.training.report import Cell, Section
from rung.training.sources import graded_family, read_yaml, replace_record
from rung.training.title_levels import TitleLevels
from rung.types import Query

_PARTS = (*Blend._fields, "own_track")  # the track by the own sentences, too, whose weight is `duties: manager`
# The ridge pulls towards these figures. Signs have a lower one than words, which count already.
_START = np.array([0.3, 0.75, 0.75, 0.7, 0.5, 0.35, 0.5])
_RIDGE = 20.0
_BLEND = re.compile(r"^  blend: \{.*$", re.MULTILINE)


def count_postings(data: Path, postings: Sequence[Path], model: Path | None) -> list[str]:
    """Count the ads of all other families and write the table; returns a summary, line by line."""
    shared = data / "shared"
    settings, learning = _settings(data)
    graded = graded_family(data)
    aside = frozenset(id_ for id_, label in read_ad_labels(data, PRODUCT_ADS).items() if label.family == graded)
    normaliser = Normaliser.load(model)

    def family(title: str) -> str:
        found = normaliser.classify(Query(title=title)).family
        return found.id if found else UNKNOWN

    chosen = choose(read_ads(postings), TitleLevels.load(shared / "title_levels.yaml"), family, settings, aside, graded)
    whole = count(chosen, _levels(data), _duty_text(data), _figures(data), _signs(data), settings)
    counts = narrowed(whole, general.telling_terms(whole, learning, settings.terms))
    path = shared / COUNTS
    counts.save(path)
    spearman = metrics.figure(
        metrics.spearman, whole.rank, general.held_out_scores(whole, learning, settings.terms)[:, 0], draws=200
    )
    return [
        f"{path} written: {len(counts.rank):,} ads of {len(set(counts.source))} sources, {len(counts.terms):,} terms, "
        f"{path.stat().st_size:,} bytes",
        f"rank of an ad by its words, its source left out: Spearman {spearman}",
    ]


@dataclass(frozen=True, slots=True)
class LabelledAds:
    """Labelled ads: index of the cell, source, and log-odds of the cells by readers trained without the source.

    ``parts`` has the shape (ads, cells, parts), for the parts of ``Blend`` and the track by the own sentences. ``unread`` (ads,
    cells) is for texts in another language than that of the words; ``stated`` (ads, cells) is by statements on managing people.
    """

    cell: NDArray[np.int64]
    source: NDArray[np.str_]
    parts: Floats
    unread: Floats
    stated: Floats


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of the grid in order: rank, whether on the manager track, and the logarithm of the base rate."""

    rank: NDArray[np.int64]
    manager: NDArray[np.bool_]
    usual: Floats

    def of(self, rank: int, manager: bool) -> int:
        """The index of a cell; if the grid does not have it, that of the nearest rank on its track."""
        return int(np.argmin(np.abs(self.rank - rank) + 0.5 * (self.manager != manager)))


def read_cells(data: Path) -> Cells:
    """The cells in the order of ``usual`` in ``weights.yaml``."""
    usual: Mapping[str, float] = read_yaml(data / "shared" / "weights.yaml")["usual"]["cells"]
    levels, parts = _levels(data), [name.split("/") for name in usual]
    rank, manager = [levels.index(level) + 1 for level, _ in parts], [track == "manager" for _, track in parts]
    return Cells(np.array(rank), np.array(manager), np.log(list(usual.values())))


def fit_postings(data: Path, postings: Sequence[Path], model: Path | None, date: str) -> list[str]:
    """Fit the blend on the labelled product ads and write it into ``weights.yaml``; returns a summary, line by line."""
    cells, product, others = read_labelled(data, postings, Normaliser.load(model))
    weights = fit_blend(cells.usual + product.unread, product.parts, product.cell)
    path = data / "shared" / "weights.yaml"
    figures = dict(zip(Blend._fields, weights.tolist(), strict=False))
    write_blend(
        path, figures, f"`rung corpus fit` on {len(product.cell)} product ads of {len(set(product.source))} sources, {date}"
    )
    shown = ", ".join(f"{name} {value:.2f}" for name, value in figures.items())
    section = unseen_sources(data, cells, product, others)
    lines = [", ".join(f"{name} {cell}" for name, cell in zip(section.columns, row, strict=True)) for row in section.rows]
    return [f"{path} written: {shown}; `rung train` builds it in", f"{section.title}:", *lines]


def read_labelled(data: Path, postings: Sequence[Path], normaliser: Normaliser) -> tuple[Cells, LabelledAds, LabelledAds]:
    """The cells, the labelled product ads and the labelled ads of other jobs among some postings.

    Raises:
        DataError: no labelled ad of one of the two kinds is among them.
    """
    counts = Counts.load(data / "shared" / COUNTS)
    graded, levels, cells = graded_family(data), _levels(data), read_cells(data)
    product = {id_: label for id_, label in read_ad_labels(data, PRODUCT_ADS).items() if label.family == graded}
    others = {
        id_: label for id_, label in read_ad_labels(data, ANY_POSTINGS).items() if label.family != graded and label.level in levels
    }
    ads = read_ads(postings)
    found = []
    for labels in (product, others):
        here = [ad for ad in ads if ad.id in labels]
        if not here:
            raise DataError(
                f"none of these postings is labelled in {data / 'shared/labels'}; name the files that hold the labelled ads"
            )
        cell = [cells.of(levels.index(labels[ad.id].level) + 1, labels[ad.id].track == "manager") for ad in here]
        found.append(_read(data, here, cell, cells, counts, normaliser))
    return cells, found[0], found[1]


def _read(data: Path, ads: Sequence[Ad], cell: Sequence[int], cells: Cells, counts: Counts, normaliser: Normaliser) -> LabelledAds:
    duties, figures = _duty_text(data), _figures(data)
    weights = read_yaml(data / "shared" / "weights.yaml")["duties"]
    language = Language(**weights["language"])
    settings, number = _settings(data)[1], len(_levels(data))
    texts = [duties.of(ad) for ad in ads]
    known = np.array([language.of(text) for text in texts])
    source = np.array([ad.source for ad in ads])
    matrix = csr_matrix(CountVectorizer(ngram_range=(1, 2), vocabulary=list(counts.terms)).transform(texts))
    read = [figures(text) for text in texts]
    scores, signs = np.zeros((len(ads), 2)), np.zeros((len(ads), number + 1))
    for name in np.unique(source):
        here, without = source == name, counts.source == name
        scores[here] = general.scores_without(counts, without, matrix[here], settings)
        found = np.array([each.signs for each in read], dtype=float)[here]
        signs[here] = found @ general.signs_of(rows_of(counts, ~without), number)
    lines = general.lines_of(counts, general.held_out_scores(counts, settings), number)
    own, own_track, stated = np.zeros((len(ads), number)), np.zeros(len(ads)), np.zeros(len(ads))
    rules, named = normaliser.pipeline.statements, normaliser.pipeline.named
    for place, text in enumerate(texts):
        weighed = normaliser.weigh(Query(description=text))
        reading, context = weighed.duties, weighed.context
        stated[place] = named.manager_odds(rank_statements(rules, context.elsewhere, context.odds.track, {}, {}))
        if reading is not None:
            own[place], own_track[place] = reading.own, reading.manager - (reading.general.signs if reading.general else 0.0)
    years, paid = np.array([each.years for each in read]), np.array([each.pay for each in read])
    level = cells.rank - 1
    parts = {
        "own": own[:, level],
        "years": _along(lines["years"], np.log1p(years), years > 0)[:, level],
        "pay": _along(lines["pay"], np.log(np.maximum(paid, 1.0)), paid > 0)[:, level],
        "general": _along(lines["words"], scores[:, 0], known)[:, level],
        "signs": (signs[:, level] + signs[:, -1:] * cells.manager) * known[:, None],
        "own_track": own_track[:, None] * cells.manager,
        "track": _along(lines["track"][:, None], scores[:, 1], known) * cells.manager,
    }
    step = np.array([0.0 if in_language else language.step(text) for text, in_language in zip(texts, known, strict=True)])
    whole = np.stack([parts[name] for name in _PARTS], axis=2)
    return LabelledAds(np.array(cell), source, whole, step[:, None] * level, stated[:, None] * cells.manager)


def _along(line: Floats, values: Floats, known: NDArray[np.bool_]) -> Floats:
    """The log-odds of values by a line (slope, intercept); 0 unless ``known``."""
    return np.asarray(np.where(known[:, None], values[:, None] * line[0] + line[1], 0.0))


def fit_blend(usual: Floats, parts: Floats, cell: NDArray[np.int64]) -> Floats:
    """The weights of the parts under which the right cells are most likely; a ridge keeps them near ``_START``."""

    def loss(weights: Floats) -> float:
        right = _log_shares(usual, parts, weights)[np.arange(len(cell)), cell]
        return float(_RIDGE * ((weights - _START) ** 2).sum() - right.sum())

    return np.asarray(minimize(loss, _START, method="L-BFGS-B").x)


def _log_shares(usual: Floats, parts: Floats, weights: Floats) -> Floats:
    scores = usual + parts @ weights
    return np.asarray(scores - np.logaddexp.reduce(scores, axis=1, keepdims=True))


def unseen_sources(data: Path, cells: Cells, product: LabelledAds, others: LabelledAds) -> Section:
    """Level and track by the text alone; each source is measured with a blend fitted without it."""
    own, track = (np.array([part in names for part in _PARTS]) for names in (("own", "own_track"), ("track",)))
    rows = (
        _measured("product ads, own sentences alone", cells, product, product, own),
        _measured("product ads, with what ads of all families say", cells, product, product, ~track),
        _measured("ads of all other families", cells, product, others, ~own),
        _measured("ads of all other families, with what they state of managing people", cells, product, others, ~own, 1.0),
        *(
            text_alone.level_row(f"{name}, read by a person", data, _ranked(data, file), _levels(data))
            for name, file in (("product ads", PRODUCT_ADS), ("ads of all other families", ANY_POSTINGS))
        ),
    )
    says = (
        f"Real ads of {len({*product.source, *others.source})} sources, title withheld and names of jobs and levels blanked; the "
        "rank is that of the title. Each is measured with its source left out of what is fitted; which figures are read (years, "
        "pay, words) was chosen with these ads in view, and how much lower a text in another language counts was fitted on other "
        "ads of the same sources. A person read the same texts without a title, once, and of the other families the first 100."
    )
    columns = ("read", "ads", "level exact", "within one", "Spearman", "F1 manager")
    return Section("unseen_sources", "Level by the text alone, unseen sources", says, columns, rows)


def _ranked(data: Path, name: str) -> dict[str, tuple[str, str]]:
    """Level and track of the labelled ads of a file, by id."""
    graded = graded_family(data)
    labels = {id_: label for id_, label in read_ad_labels(data, name).items() if label.level and label.track}
    return {id_: (label.level, label.track) for id_, label in labels.items() if (label.family == graded) == (name == PRODUCT_ADS)}


def _measured(
    name: str, cells: Cells, fitted: LabelledAds, ads: LabelledAds, used: NDArray[np.bool_], stated: float = 0.0
) -> tuple[Cell, ...]:
    """The figures of ``ads`` by the parts ``used``; each source is measured with weights fitted on the others.

    ``stated`` is the weight of statements on managing people.
    """
    shares = np.zeros(ads.parts.shape[:2])
    for source in np.unique(ads.source):
        here, learned = ads.source == source, fitted.source != source
        weights = fit_blend(cells.usual + fitted.unread[learned], fitted.parts[learned] * used, fitted.cell[learned])
        usual = cells.usual + ads.unread[here] + stated * ads.stated[here]
        shares[here] = np.exp(_log_shares(usual, ads.parts[here] * used, weights))
    rank, manager, best = cells.rank[ads.cell], cells.manager[ads.cell], shares.argmax(axis=1)
    return (
        name,
        len(ads.cell),
        metrics.figure(metrics.exact, rank, cells.rank[best]),
        metrics.figure(metrics.within_one, rank, cells.rank[best]),
        metrics.figure(metrics.spearman, rank, shares @ cells.rank),
        metrics.figure(metrics.f1, manager, cells.manager[best]),
    )


def write_blend(path: Path, figures: Mapping[str, float], origin: str) -> None:
    """Replace the record ``blend`` of a ``weights.yaml``.

    Raises:
        DataError: the file has no such record.
    """
    shown = ", ".join(f"{name}: {value:.2f}" for name, value in figures.items())
    replace_record(path, _BLEND, f"  blend: {{{shown}}}   # {origin}", "a record `  blend: {…}` on one line")


def _levels(data: Path) -> list[str]:
    return list(read_yaml(data / "families" / graded_family(data) / "grid.yaml")["levels"])


def _settings(data: Path) -> tuple[CountSettings, GeneralSettings]:
    training = read_yaml(data / "shared" / "weights.yaml")["training"]
    return CountSettings(**training["counts"]), GeneralSettings(**training["general"])


def _duty_text(data: Path) -> DutyText:
    return DutyText(**read_yaml(data / "shared" / "title_levels.yaml")["blank"])


def _pay(data: Path) -> Pay:
    return Pay(**read_yaml(data / "shared" / "weights.yaml")["duties"]["pay"])


def _signs(data: Path) -> list[str]:
    return list(read_yaml(data / "shared" / "weights.yaml")["duties"]["signs"])


def _figures(data: Path) -> Callable[[str], Figures]:
    """A function that reads years, pay and signs of a readable text as serving does."""
    tables, pay = taxonomy(data), _pay(data)
    reader, cues = text_reader(tables, Patterns(compile_wordings(tables))), compile_cues(tables["cues"]["cues"])
    places = {cue.id: at for at, cue in enumerate(cues)}
    signs = [places[sign] for sign in _signs(data)]

    def figures(text: str) -> Figures:
        counted = count_cues(cues, reader.read(text).cues, text, len(text))[0]
        return Figures(counted[places[YEARS]], pay.of(text), [counted[at] > 0 for at in signs])

    return figures
