"""Fitting the calibration on labelled rows, and writing it into the ``fitted`` record of ``weights.yaml``.

A confidence is the share of careful readers who would give the same answer: 1 or 0 if all agree, in between if they differ. Each is
a logistic curve over the log-odds of a score: a slope, an intercept, a shift if a statement of the text counts, and a shift for
each way in which the title was matched. ``joint`` is for answers of the graded family, ``named`` for those of another. A ridge
keeps the curve near the identity unless many rows contradict it. The figures of the fit are measured on sources left out of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from rung.decision.calibration import Calibration
from rung.decision.weigh import Weighed
from rung.grid import OTHER, Cell
from rung.normaliser import Normaliser
from rung.odds import log_odds
from rung.training import metrics
from rung.training.folds import source_folds
from rung.training.gold import GoldFile, GoldRow
from rung.training.metrics import Array
from rung.training.sources import replace_record

PARTS = ("joint", "family", "level", "track", "named")
_RIDGE = 3.0
_UNTITLED = "untitled"
_ABOUT = 1.1  # thresholds with up to this many times the fewest errors count as equally good
_LEAST, _MOST = 0.61, 0.95  # range of the threshold: readers who differ give a confidence of 0.6
_COVERAGES = (*np.arange(1.0, 0.9, -0.01), *np.arange(0.9, 0.49, -0.05))
_BLOCK = re.compile(r"^fitted:\n(?:[ \t]+.*\n?|\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ScoredRow:
    """A score of a labelled row, and the share of careful readers who agree with it.

    ``group`` is the file of the row, ``source`` that of its text. ``sure``: the readers agree. ``graded``: the answer is of the
    graded family.
    """

    probability: float
    stated: bool
    match_kind: str
    share: float
    group: str
    source: str
    sure: bool = True
    graded: bool = True

    @property
    def right(self) -> bool:
        """Whether most readers agree."""
        return self.share > 0.5


@dataclass(frozen=True, slots=True)
class Fit:
    """The calibrations, the threshold, and figures measured with sources left out.

    ``held_out`` has confidences and shares of readers by file; ``risk_coverage`` has rows of (threshold, coverage, precision).
    """

    calibrations: Mapping[str, Calibration]
    held_out: Mapping[str, tuple[Array, Array]]
    threshold: float
    risk_coverage: tuple[tuple[float, float, float], ...]

    def pooled(self) -> tuple[Array, Array]:
        """Confidences and shares of all files together."""
        confidence, share = (np.concatenate(parts) for parts in zip(*self.held_out.values(), strict=True))
        return confidence, share

    def ece(self) -> float:
        """The expected calibration error of the joint confidence over all rows, with sources left out."""
        return metrics.ece(*self.pooled())


def observe(normaliser: Normaliser, files: Sequence[GoldFile]) -> dict[str, list[ScoredRow]]:
    """The scores of each part of the answer, row by row; postings count a second time without their title.

    ``named`` is observed on rows of any job, the other parts on those of the graded family. Rows without shares of readers and rows
    that name no job are skipped.
    """
    seen: dict[str, list[ScoredRow]] = {part: [] for part in PARTS}
    for file in files:
        if file.form == "any":
            seen["named"] += [each for row in file.rows if (each := _named(normaliser, row, file.name)) is not None]
        withheld = [row.duties_alone for row in file.postings] if file.form == "graded" else []
        for row in (*file.rows, *withheld) if file.form != "any" else ():
            readers = row.readers
            weighed = normaliser.weigh(row.query) if readers and (row.title.strip() or (row.description or "").strip()) else None
            if weighed is not None and weighed.probabilities and _names_job(normaliser, weighed, row):
                graded = normaliser.decider.best(weighed.probabilities) != OTHER
                for part, (probability, share) in _parts(normaliser, weighed, readers).items():
                    about = (weighed.stated, weighed.match_kind, share, file.name, row.source, row.sure, graded)
                    seen[part].append(ScoredRow(probability, *about))
    return seen


def _names_job(normaliser: Normaliser, weighed: Weighed, row: GoldRow) -> bool:
    """Whether the answer has a job: of the graded family, by the duties, or by a word of the title."""
    if weighed.duties is not None or normaliser.decider.best(weighed.probabilities) != OTHER:
        return True
    return normaliser.pipeline.named.read([normaliser.pipeline.cleaner.clean(row.title)])[0].names_job


def _named(normaliser: Normaliser, row: GoldRow, file: str) -> ScoredRow | None:
    """The score of a title of a named family, and the share of readers who agree; every title is a source of its own."""
    weighed = normaliser.weigh(row.query) if row.readers else None
    if weighed is None or (weighed.probabilities and normaliser.decider.best(weighed.probabilities) != OTHER):
        return None
    named = normaliser.pipeline.named
    [reading] = named.read([normaliser.pipeline.cleaner.clean(row.title)])
    if not reading.names_job:
        return None
    family, (level, track), score = named.score(reading, weighed.probabilities.get(OTHER, 1.0))
    share = row.readers.get(f"{family}/{level}/{track}", 0.0)
    return ScoredRow(score, False, reading.family.match_kind, share, file, row.id, row.sure)


def _parts(normaliser: Normaliser, weighed: Weighed, readers: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """The score of each part of the answer, as ``rung.decision`` computes it, and the share of readers who agree with that part."""
    probabilities = weighed.probabilities
    best = normaliser.decider.best(probabilities)
    graded = sum(share for cell, share in readers.items() if "/" in cell)
    parts = {"family": (1.0 - probabilities[OTHER], graded)}
    if best == OTHER:
        return parts
    parts["joint"] = (probabilities[best], readers.get(str(best), 0.0))

    def total(matches: Callable[[Cell], bool]) -> tuple[float, float]:
        score = min(1.0, sum(p for cell, p in probabilities.items() if matches(cell)))
        return score, sum(share for cell, share in readers.items() if matches(Cell.parse(best.family, cell)))

    parts["level"] = total(lambda cell: cell.level == best.level)
    parts["track"] = total(lambda cell: cell.track == best.track)
    return parts


def fit(seen: Mapping[str, Sequence[ScoredRow]]) -> Fit:
    """Fit the calibrations; threshold and figures come from fits with sources left out."""
    calibrations = {part: calibrate(rows) for part, rows in seen.items()}
    joint, family = ([row for row in seen[part] if row.match_kind != _UNTITLED] for part in ("joint", "family"))
    answers = [*zip([*joint, *seen["named"]], (*held_out(joint), *held_out(seen["named"])), strict=True)]
    confidence, share = _columns(answers)
    threshold = choose_threshold(confidence, np.array([row.sure for row, _ in answers]), share)
    table = risk_coverage(confidence, np.array([row.right for row, _ in answers]))
    others = [(row, c) for row, c in zip(family, held_out(family), strict=True) if not row.graded]
    answers += [(replace(row, share=1.0 - row.share), 1.0 - c) for row, c in others]
    groups = dict.fromkeys(row.group for row, _ in answers)
    by_group = {group: _columns([(row, c) for row, c in answers if row.group == group]) for group in groups}
    return Fit(calibrations, by_group, threshold, table)


def _columns(answers: Sequence[tuple[ScoredRow, float]]) -> tuple[Array, Array]:
    """Confidences and shares of readers."""
    return np.array([confidence for _, confidence in answers]), np.array([row.share for row, _ in answers])


def held_out(rows: Sequence[ScoredRow]) -> Array:
    """The confidence of each row by a calibration fitted without its source."""
    fold = source_folds([row.source for row in rows])
    confidence = np.zeros(len(rows))
    for number in np.unique(fold):
        calibration = calibrate([row for row, its in zip(rows, fold, strict=True) if its != number])
        for place, row in enumerate(rows):
            if fold[place] == number:
                confidence[place] = calibration.apply(row.probability, row.stated, row.match_kind)
    return confidence


def choose_threshold(confidence: Array, sure: Array, share: Array) -> float:
    """The confidence that best separates answers on which all readers agree from the others.

    Of several that are about as good, the lowest is taken: a clear title that is not answered costs somebody's time, while the
    answer to an unclear one still has its confidence.
    """
    stands = sure & (share == 1.0)
    steps = np.round(np.arange(_LEAST, _MOST + 0.005, 0.01), 2)
    wrong = [int((stands & (confidence < step)).sum() + (~stands & (confidence >= step)).sum()) for step in steps]
    return float(next(step for step, errors in zip(steps, wrong, strict=True) if errors <= _ABOUT * min(wrong)))


def calibrate(rows: Sequence[ScoredRow], ridge: float = _RIDGE) -> Calibration:
    """Fit one calibration; rows without a title only get a shift, so that they do not change the curve of the others."""
    titled = [row for row in rows if row.match_kind != _UNTITLED]
    ways = sorted({row.match_kind for row in titled})
    odds = np.array([log_odds(row.probability) for row in titled])
    columns = [odds, np.ones(len(titled)), np.array([row.stated for row in titled])]
    columns += [np.array([row.match_kind == way for row in titled]) for way in ways]
    slope, intercept, stated, *shifts = _logistic(
        np.column_stack(columns).astype(float), odds, [row.share for row in titled], ridge
    )
    fitted = Calibration(
        round(1.0 + slope, 4), round(intercept, 4), round(stated, 4), {w: round(s, 4) for w, s in zip(ways, shifts, strict=True)}
    )
    untitled = [row for row in rows if row.match_kind == _UNTITLED]
    if not untitled:
        return fitted
    scores = np.array([log_odds(fitted.apply(row.probability, row.stated, row.match_kind)) for row in untitled])
    (shift,) = _logistic(np.ones((len(untitled), 1)), scores, [row.share for row in untitled], ridge)
    return fitted._replace(match_kind={**fitted.match_kind, _UNTITLED: round(shift, 4)})


def _logistic(columns: Array, offset: Array, share: Sequence[float], ridge: float) -> list[float]:
    """Logistic regression of shares by maximum likelihood with a fixed offset and a ridge on every coefficient."""
    target = np.array(share, dtype=float)

    def loss(beta: Array) -> tuple[float, Array]:
        score = columns @ beta + offset
        expected = 1.0 / (1.0 + np.exp(-np.clip(score, -50.0, 50.0)))
        cost = target * np.logaddexp(0.0, -score) + (1.0 - target) * np.logaddexp(0.0, score)
        return float(cost.sum() + ridge / 2 * beta @ beta), ridge * beta + columns.T @ (expected - target)

    result = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B")
    return [float(value) for value in result.x]


def risk_coverage(confidence: Array, right: Array) -> tuple[tuple[float, float, float], ...]:
    """Rows of (threshold, share of rows at or above it, share of these that is right), lowest threshold first."""
    ranked = np.sort(confidence)[::-1]
    thresholds = dict.fromkeys(float(np.floor(ranked[round(c * len(ranked)) - 1] * 1e4) / 1e4) for c in _COVERAGES)
    return tuple((t, round(float((confidence >= t).mean()), 4), round(float(right[confidence >= t].mean()), 4)) for t in thresholds)


def write(path: Path, fitted: Fit, date: str) -> None:
    """Replace the record ``fitted`` of a ``weights.yaml``.

    Raises:
        DataError: the file has no ``fitted`` record at its top level.
    """
    replace_record(path, _BLOCK, render(fitted, date), "a record `fitted:` at the top level")


def render(fitted: Fit, date: str) -> str:
    """The fitted record as YAML."""
    counts = " + ".join(str(len(right)) for _, right in fitted.held_out.values())
    lines = [
        "fitted:",
        f'  from: "`rung evaluate --fit` on {counts} labelled rows, {date}; ECE of joint {fitted.ece():.3f}, sources left out"',
        f"  threshold: {fitted.threshold}   # least confidence of a `classified` answer; "
        "it separates what readers agree on from the rest",
    ]
    for part, c in fitted.calibrations.items():
        shifts = ", ".join(f"{way}: {shift}" for way, shift in c.match_kind.items())
        lines.append(f"  {part}: {{slope: {c.slope}, intercept: {c.intercept}, text: {c.text}, match_kind: {{{shifts}}}}}")
    lines.append("  risk_coverage:   # share of rows at or above the threshold, and share of these that is right; sources left out")
    lines += [f"    - {{threshold: {t}, coverage: {c}, precision: {p}}}" for t, c, p in fitted.risk_coverage]
    return "\n".join(lines) + "\n"
