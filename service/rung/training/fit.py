"""Fitting the calibration on labelled rows, and writing it into the ``fitted`` record of ``weights.yaml``.

Each of the four confidences is a logistic curve over a score's log-odds: a slope, an intercept, a shift where there is a text
and one by the way the title was found. A ridge keeps every figure near "the score is right as it stands" unless many rows say
otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from rung.decision.calibration import Calibration, log_odds
from rung.decision.weigh import Weighed
from rung.errors import DataError
from rung.grid import OTHER, Cell
from rung.normaliser import Normaliser
from rung.training import metrics
from rung.training.gold import OTHER as OTHER_LABEL
from rung.training.gold import GoldFile, GoldRow
from rung.training.metrics import Array

PARTS = ("joint", "family", "level", "track")
FOLDS = 5
_RIDGE = 3.0
_UNTITLED = "untitled"
_SEED = 20
_COVERAGES = (*np.arange(1.0, 0.9, -0.01), *np.arange(0.9, 0.49, -0.05))
_BLOCK = re.compile(r"^fitted:\n(?:[ \t]+.*\n?|\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Seen:
    """A score and whether what it speaks for came true; ``group`` is the file it is from."""

    probability: float
    has_text: bool
    match_kind: str
    right: bool
    group: str


@dataclass(frozen=True, slots=True)
class Fit:
    """The four calibrations; out-of-fold confidences of the joint answer with what came true, all and by file; the table."""

    calibrations: Mapping[str, Calibration]
    held_out: Mapping[str, tuple[Array, Array]]
    risk_coverage: tuple[tuple[float, float, float], ...]

    def ece(self, group: str | None = None) -> float:
        """The cross-validated calibration error of the joint confidence, of one file or of all rows together."""
        if group is not None:
            return metrics.ece(*self.held_out[group])
        confidence, right = (np.concatenate(parts) for parts in zip(*self.held_out.values(), strict=True))
        return metrics.ece(confidence, right)


def observe(normaliser: Normaliser, files: Sequence[GoldFile]) -> dict[str, list[Seen]]:
    """What each confidence would be reckoned from, row by row; postings count a second time with their title withheld."""
    seen: dict[str, list[Seen]] = {part: [] for part in PARTS}
    for file in files:
        for row in (*file.rows, *(row.duties_alone for row in file.postings)):
            weighed = normaliser.weigh(row.query)
            if weighed.probabilities:
                for part, (probability, right) in _parts(normaliser, weighed, row).items():
                    seen[part].append(Seen(probability, weighed.duties is not None, weighed.match_kind, right, file.name))
    return seen


def _parts(normaliser: Normaliser, weighed: Weighed, row: GoldRow) -> dict[str, tuple[float, bool]]:
    """The score of each part of the answer, as deciding reckons it, and whether that part is right."""
    probabilities = weighed.probabilities
    best = normaliser.decider.best(probabilities)
    label = OTHER_LABEL if best == OTHER else str(best)
    parts = {"joint": (probabilities[best], label == row.label), "family": (1.0 - probabilities[OTHER], row.graded)}
    if best == OTHER:
        return parts
    truth = Cell.parse(best.family, row.label)

    def total(matches: Callable[[Cell], bool]) -> tuple[float, bool]:
        return min(1.0, sum(p for cell, p in probabilities.items() if matches(cell))), matches(truth)

    parts["level"] = total(lambda cell: cell.level == best.level)
    parts["track"] = total(lambda cell: cell.track == best.track)
    return parts


def fit(seen: Mapping[str, Sequence[Seen]]) -> Fit:
    """Fit the four calibrations, and the joint one again on each fold's complement for figures that it has not seen."""
    calibrations = {part: calibrate(rows) for part, rows in seen.items()}
    titled = [row for row in seen["joint"] if row.match_kind != _UNTITLED]
    confidence = held_out(titled)
    right = np.array([row.right for row in titled])
    groups = np.array([row.group for row in titled])
    by_group = {str(group): (confidence[groups == group], right[groups == group]) for group in dict.fromkeys(groups)}
    return Fit(calibrations, by_group, risk_coverage(confidence, right))


def held_out(rows: Sequence[Seen]) -> Array:
    """The confidence of each row by a calibration fitted without its fold."""
    fold = folds(len(rows))
    confidence = np.zeros(len(rows))
    for number in range(FOLDS):
        calibration = calibrate([row for row, its in zip(rows, fold, strict=True) if its != number])
        for place, row in enumerate(rows):
            if fold[place] == number:
                confidence[place] = calibration.apply(row.probability, row.has_text, row.match_kind)
    return confidence


def folds(count: int) -> Array:
    """The fold of each of so many rows, drawn once and for all."""
    return np.random.default_rng(_SEED).permutation(count) % FOLDS


def calibrate(rows: Sequence[Seen], ridge: float = _RIDGE) -> Calibration:
    """One calibration; rows without a title move their own shift alone, so that they do not bend the curve of the others."""
    titled = [row for row in rows if row.match_kind != _UNTITLED]
    ways = sorted({row.match_kind for row in titled})
    odds = np.array([log_odds(row.probability) for row in titled])
    columns = [odds, np.ones(len(titled)), np.array([row.has_text for row in titled])]
    columns += [np.array([row.match_kind == way for row in titled]) for way in ways]
    slope, intercept, text, *shifts = _logistic(np.column_stack(columns).astype(float), odds, [row.right for row in titled], ridge)
    fitted = Calibration(
        round(1.0 + slope, 4), round(intercept, 4), round(text, 4), {w: round(s, 4) for w, s in zip(ways, shifts, strict=True)}
    )
    untitled = [row for row in rows if row.match_kind == _UNTITLED]
    if not untitled:
        return fitted
    scores = np.array([log_odds(fitted.apply(row.probability, row.has_text, row.match_kind)) for row in untitled])
    (shift,) = _logistic(np.ones((len(untitled), 1)), scores, [row.right for row in untitled], ridge)
    return fitted._replace(match_kind={**fitted.match_kind, _UNTITLED: round(shift, 4)})


def _logistic(columns: Array, offset: Array, right: Sequence[bool], ridge: float) -> list[float]:
    """Logistic regression by maximum likelihood with a fixed offset and a ridge on every coefficient."""
    sign = np.where(np.array(right), 1.0, -1.0)

    def loss(beta: Array) -> tuple[float, Array]:
        margin = sign * (columns @ beta + offset)
        wrong = sign / (1.0 + np.exp(np.minimum(margin, 50.0)))
        return float(np.logaddexp(0.0, -margin).sum() + ridge / 2 * beta @ beta), ridge * beta - columns.T @ wrong

    result = minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B")
    return [float(value) for value in result.x]


def risk_coverage(confidence: Array, right: Array) -> tuple[tuple[float, float, float], ...]:
    """Thresholds on the confidence with the share of rows at or above it and the share of these that is right, loosest first."""
    ranked = np.sort(confidence)[::-1]
    thresholds = dict.fromkeys(float(np.floor(ranked[round(c * len(ranked)) - 1] * 1e4) / 1e4) for c in _COVERAGES)
    return tuple((t, round(float((confidence >= t).mean()), 4), round(float(right[confidence >= t].mean()), 4)) for t in thresholds)


def write(path: Path, fitted: Fit, date: str) -> None:
    """Put the fitted record into a ``weights.yaml``; nothing else of the file changes.

    Raises:
        DataError: the file has no ``fitted`` record at its top level.
    """
    text = path.read_text(encoding="utf-8")
    if len(_BLOCK.findall(text)) != 1:
        raise DataError(f"{path}: a record `fitted:` is needed at the top level, once; its content is what is replaced")
    path.write_text(_BLOCK.sub(lambda _: render(fitted, date), text), encoding="utf-8")


def render(fitted: Fit, date: str) -> str:
    """The fitted record as YAML."""
    counts = " + ".join(str(len(right)) for _, right in fitted.held_out.values())
    lines = [
        "fitted:",
        f'  from: "`rung evaluate --fit` on {counts} labelled rows, {date}; cross-validated ECE of joint {fitted.ece():.3f}"',
    ]
    for part, c in fitted.calibrations.items():
        shifts = ", ".join(f"{way}: {shift}" for way, shift in c.match_kind.items())
        lines.append(f"  {part}: {{slope: {c.slope}, intercept: {c.intercept}, text: {c.text}, match_kind: {{{shifts}}}}}")
    lines.append(
        "  risk_coverage:   # at or above the threshold: the share of rows, and the share of these that is right; cross-validated"
    )
    lines += [f"    - {{threshold: {t}, coverage: {c}, precision: {p}}}" for t, c, p in fitted.risk_coverage]
    return "\n".join(lines) + "\n"
