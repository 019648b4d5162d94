"""The sections of the evaluation report. Each function builds one section, or a few, from the answers on labelled files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from rung.grid import Grid
from rung.training import metrics
from rung.training.ablations import Ablation, ThresholdCheck
from rung.training.evaluate import (
    Answer,
    FileAnswers,
    accuracy,
    calibration,
    confidence_and_share,
    duties_alone,
    flags,
    hedging,
    targets,
)
from rung.training.fit import Fit
from rung.training.gold import OTHER
from rung.training.metrics import Figure, figure
from rung.training.report import Cell, Section

_ERRORS = 20
_KINDS = 15
_STEPS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98, 1.0)
NOTHING = "unreadable"

GLOSSARY = (
    ("sure, unsure", "rows whose label any careful reader would give, and rows on which two could differ"),
    ("joint, sure", "share of sure rows with family, level and track all right; an abstention counts as an error"),
    ("accepted, unsure", "share of unsure rows whose best guess is one of the labels that a careful reader could give"),
    (
        "other classified, sure",
        "share of sure rows of other families that were answered as the family with ladders, with status `classified`",
    ),
    ("abstained, sure", "share of sure rows left `ambiguous` or `unreadable`"),
    (
        "all accepted shown, unsure",
        "share of unsure rows where every acceptable label stands in the answer's range or alternatives",
    ),
    ("duties alone", "postings with the title withheld and the names of jobs and levels blanked in the text"),
    ("level exact, within one", "share of rows of the family with ladders with the level right, or right or next to it"),
    ("Spearman", "rank correlation of the expected rank with that of the right level"),
    ("F1", "harmonic mean of precision (share of what was found that is true) and recall (share of what is true that was found)"),
    (
        "kappa",
        "agreement on the level beyond chance, each error weighted by the square of its distance; rows with a level on both sides",
    ),
    ("track", "share of rows of the family with ladders with the track right"),
    ("confidence", "the share of careful readers who would give this family, level and track, as Rung states it"),
    (
        "ECE",
        "expected calibration error: mean distance of the confidence from the share of readers, ten bins of equal mass",
    ),
    ("ECE by chance", "the ECE that perfectly calibrated confidences would show on so few rows"),
    ("Brier", "mean squared distance of the confidence from 1 (right) or 0 (wrong)"),
    ("accuracy at coverage", "share right among the so many most confident rows"),
    ("share of readers", "1 or 0 on sure rows; on unsure ones 0.6 for the row's own label, and 0.4 shared by the others accepted"),
    ("unseen sources", "measured with the calibration, or the reader, fitted without any row of the same source"),
    ("bucket", "the kind of row: why it was chosen"),
)


def glance(files: Sequence[FileAnswers], unseen: Sequence[Section]) -> Section:
    """The summary: how often answers are right, and how confident they are. ``unseen`` are sections on unseen sources."""
    rows: list[tuple[Cell, ...]] = []
    for file in files:
        accepted = figure(metrics.share, flags(file.answers, lambda a: a.guess in a.row.accept))
        confidence, share = confidence_and_share(file.answers)
        name = f"{_KINDS_OF_FILE[file.file.form]}: {file.file.name.partition(',')[0]}"
        rows.append((name, len(file.answers), accepted, figure(metrics.share, share), _mean(confidence), "yes"))
    for section in unseen:
        if section.id == "cross_validated":
            _, count, *_, share_of_all, stated = section.rows[-1]
            rows.append(
                ("confidence on sources that it was not fitted on", count, None, share_of_all, stated, "titles yes, confidence no")
            )
        if section.id == "unseen_sources":
            _, (_, count, _, within_one, *_), *_ = section.rows  # the graded family's ads
            rows.append(("level by the text alone, right or next to it", count, within_one, None, None, "choices yes, weights no"))
    says = (
        "Rung reads a title, and a description where there is one, and answers family, level and track. *Accepted*: the share of "
        "answers that at least one careful reader would give. *Readers who agree*: the mean share of careful readers who would "
        "give the answer. *Confidence*: what Rung says of that share; above it, Rung is too sure, below it too modest. *Tuned to*: "
        "whether anyone looked at these rows while the data was written; such rows flatter."
    )
    columns = ("what", "rows", "accepted", "readers who agree", "confidence", "tuned to")
    return Section("glance", "At a glance", says, columns, tuple(rows))


_KINDS_OF_FILE = {"graded": "family with ladders", "any": "any job", "field": "hard cases"}


def _mean(values: metrics.Array) -> float:
    return float(values.mean()) if len(values) else float("nan")


def headline(files: Sequence[FileAnswers]) -> Section:
    """The figures that have targets."""
    says = "Titles and postings, unchanged."
    return _by_file("targets", "The figures that count", says, files, lambda f: targets(f.answers))


def duties(files: Sequence[FileAnswers], grid: Grid) -> Section:
    """Postings without their titles."""
    says = "The title is withheld and the names of jobs and levels are blanked in the text."
    return _by_file("duties_alone", "Duties alone", says, [f for f in files if f.duties], lambda f: duties_alone(f.duties, grid))


def unsure(files: Sequence[FileAnswers]) -> Section:
    """How answers show doubt on rows whose label careful readers dispute."""
    says = "Where careful readers differ, the answer should show each side and be less sure."
    return _by_file("unsure", "Rows in doubt", says, files, lambda f: hedging(f.answers))


def confidence(files: Sequence[FileAnswers]) -> Section:
    """Calibration: how close confidence is to the share of right answers."""
    return _by_file("confidence", "Confidence", "All rows, sure or not.", files, lambda f: calibration(f.answers))


def _row(*cells: Cell) -> tuple[Cell, ...]:
    return cells


def _by_file(
    id_: str, title: str, says: str, files: Sequence[FileAnswers], measure: Callable[[FileAnswers], Mapping[str, Figure]]
) -> Section:
    """A section with one column per file and one row per figure of ``measure``."""
    measured = {f"{f.file.name} ({len(f.answers)})": measure(f) for f in files}
    names = list(next(iter(measured.values()), {}))
    rows = tuple(_row(name, *(figures[name] for figures in measured.values())) for name in names)
    return Section(id_, title, says, ("figure", *measured), rows)


def slices(files: Sequence[FileAnswers], grid: Grid) -> list[Section]:
    """Family, level, track and joint on sure rows, by file, by whether there is a text, by bucket and by language."""
    answers = [(f.file.name, a) for f in files for a in f.answers if a.row.sure]
    kinds: dict[str, Callable[[str, Answer], str]] = {
        "file": lambda file, a: file,
        "text": lambda file, a: "title and text" if (a.row.description or "").strip() else "title alone",
        "bucket": lambda file, a: f"{file}: {a.row.bucket or 'none'}",
        "language": lambda file, a: a.row.lang or "not stated",
    }
    says = "Best guesses on sure rows; levels and tracks over rows of the family with ladders."
    found = []
    for kind, key in kinds.items():
        groups: dict[str, list[Answer]] = {}
        for file, answer in answers:
            groups.setdefault(key(file, answer), []).append(answer)
        rows = [_row(name, len(group), *accuracy(group, grid).values()) for name, group in sorted(groups.items())]
        columns = (kind, "rows", *accuracy([], grid))
        found.append(Section(f"by_{kind}", f"Accuracy by {kind}", says, columns, tuple(rows)))
    return found


def confusion(files: Sequence[FileAnswers], grid: Grid, plot: str | None) -> list[Section]:
    """Confusion matrices of levels and tracks over all rows, and of levels without the title; ``plot`` is a picture's file name."""
    answers = [a for f in files for a in f.answers]
    alone = [a for f in files for a in f.duties if a.row.graded]
    levels = [*grid.levels, OTHER, NOTHING]
    tracks = ["ic", "manager", OTHER, NOTHING]

    def matrix(pairs: Sequence[tuple[str, str]], names: Sequence[str]) -> tuple[tuple[Cell, ...], ...]:
        counts = Counter(pairs)
        return tuple((name, *(counts[name, other] for other in names)) for name in names if name != NOTHING)

    def part(cell: str, place: int) -> str:
        return cell.split("/")[place] if "/" in cell else cell or NOTHING

    says = "Rows are what is right, columns what was answered; all rows, unsure ones too."
    shown = [
        Section(
            "confusion_level", "Confusion of levels", says, ("level", *levels),
            matrix([(part(a.row.label, 0), part(a.guess, 0)) for a in answers], levels), plot,
        ),
        Section(
            "confusion_track", "Confusion of tracks", says, ("track", *tracks),
            matrix([(part(a.row.label, -1), part(a.guess, -1)) for a in answers], tracks),
        ),
    ]  # fmt: skip
    if alone:
        pairs = [(part(a.row.label, 0), part(a.graded_guess, 0)) for a in alone]
        title = "Confusion of levels by duties alone"
        shown.append(
            Section(
                "confusion_duties",
                title,
                "Postings of the family with ladders.",
                ("level", *grid.levels),
                matrix(pairs, list(grid.levels)),
            )
        )
    return shown


def coverage(files: Sequence[FileAnswers], plot: str | None) -> Section:
    """Accuracy of the most confident rows, by coverage (the share of rows answered)."""
    columns = {f.file.name: confidence_and_share(f.answers) for f in files}
    columns["all"] = _pooled(files)
    rows = tuple(
        _row(f"{step:.2f}", *(figure(metrics.accuracy_at(step), *column) for column in columns.values())) for step in _STEPS
    )
    says = "Share right among the most confident rows, for each share of rows answered."
    return Section("coverage", "Coverage against accuracy", says, ("coverage", *columns), rows, plot)


def reliability(files: Sequence[FileAnswers], plot: str | None) -> Section:
    """The reliability diagram as a table: ten bins of equal mass over all rows."""
    confidence, right = _pooled(files)
    bins = metrics.reliability(confidence, right)
    rows = tuple((number, b.rows, b.confidence, b.right, b.right - b.confidence) for number, b in enumerate(bins, 1))
    says = "All rows of all files by confidence, in ten bins of equal mass, with the confidences that the model answers."
    return Section("reliability", "Reliability", says, ("bin", "rows", "mean confidence", "share right", "difference"), rows, plot)


def cross_validation(fitted: Fit) -> Section:
    """The calibration error on sources that were left out of the fit."""
    groups = {**fitted.held_out, "all": fitted.pooled()}
    rows = tuple(
        _row(name, len(share), *_calibration_error(confidence, share), figure(metrics.share, share), float(confidence.mean()))
        for name, (confidence, share) in groups.items()
    )
    says = (
        "The joint confidence against the share of careful readers who would give the answer, the calibration fitted without the "
        "sources that it is measured on."
    )
    columns = ("file", "rows", *_CALIBRATION, "readers who agree", "mean confidence")
    return Section("cross_validated", "Is the confidence true? Unseen sources", says, columns, rows)


_CALIBRATION = ("ECE", "ECE by chance", "ECE above chance", "confidence − accuracy", "Brier")


def _calibration_error(confidence: metrics.Array, share: metrics.Array) -> tuple[Cell, ...]:
    error, chance = figure(metrics.ece, confidence, share), metrics.ece_by_chance(confidence, share)
    return error, chance, error.value - chance, figure(metrics.gap, confidence, share), figure(metrics.brier, confidence, share)


def served(files: Sequence[FileAnswers]) -> Section:
    """The calibration error of the confidences as answered, over all files of all forms."""
    measured = {f.file.name: confidence_and_share(f.answers) for f in files}
    measured["all"] = confidence_and_share([a for f in files for a in f.answers])
    rows = tuple(_row(name, len(share), *_calibration_error(confidence, share)) for name, (confidence, share) in measured.items())
    says = (
        "The confidences as answered; where a label says no more than that the job is of another family, how sure the answer is of "
        "that. They were fitted on such rows."
    )
    return Section("served_confidence", "Confidence as answered", says, ("file", "rows", *_CALIBRATION), rows)


def _pooled(files: Sequence[FileAnswers]) -> tuple[metrics.Array, metrics.Array]:
    return confidence_and_share([a for f in files for a in f.answers])


def false_accepts(files: Sequence[FileAnswers]) -> Section:
    """Jobs of other families that were answered as the graded family."""
    found = [(f.file.name, a) for f in files for a in f.answers if not a.row.graded and a.stands and a.guess != OTHER]
    found.sort(key=lambda pair: -pair[1].confidence)
    rows = tuple((a.row.id, name, a.guess, a.confidence, _doubt(a)) for name, a in found)
    sure = sum(a.row.sure for _, a in found)
    says = f"{len(found)} rows of other jobs, {sure} of them sure, were answered as the family with ladders."
    return Section(
        "false_accepts", "Other jobs taken for the family with ladders", says, ("id", "file", "answer", "confidence", "row"), rows
    )


def errors(files: Sequence[FileAnswers]) -> Section:
    """The most confident wrong answers."""
    wrong = [(f.file.name, a) for f in files for a in f.answers if a.guess not in a.row.accept]
    wrong.sort(key=lambda pair: -pair[1].confidence)
    rows = tuple((a.row.id, name, a.row.label, a.guess or NOTHING, a.confidence, _doubt(a)) for name, a in wrong[:_ERRORS])
    says = f"{len(wrong)} answers are none that a careful reader could give; those with the most confidence, at most {_ERRORS}:"
    return Section("errors", "The most confident errors", says, ("id", "file", "right", "answered", "confidence", "row"), rows)


def _doubt(answer: Answer) -> str:
    return "sure" if answer.row.sure else "unsure"


def kinds_of_error(files: Sequence[FileAnswers]) -> Section:
    """The commonest pairs of right and wrong answer, with counts."""
    kinds = Counter((f.file.name, a.row.label, a.guess or NOTHING) for f in files for a in f.answers if a.guess not in a.row.accept)
    kinds.update(
        (f"{f.file.name}, duties alone", a.row.label, a.guess or NOTHING)
        for f in files
        for a in f.duties
        if a.guess not in a.row.accept
    )
    rows = tuple((*kind, count) for kind, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))[:_KINDS])
    says = f"What is mistaken for what; the {_KINDS} commonest kinds."
    return Section("kinds_of_error", "Kinds of error", says, ("file", "right", "answered", "rows"), rows)


def baselines(found: Mapping[str, Sequence[FileAnswers]], readers: Sequence[str], grid: Grid) -> list[Section]:
    """Simple methods on the same rows; ``readers`` names those that can answer without a title."""
    kinds = ("joint, sure", "accepted, unsure", "other classified, sure")
    names = [f.file.name for f in next(iter(found.values()))]
    shown = {method: [targets(f.answers) for f in files] for method, files in found.items()}
    sections = []
    for kind in kinds:
        rows = tuple(_row(method, *(figures[kind] for figures in by_file)) for method, by_file in shown.items())
        sections.append(
            Section(f"baselines_{kind.split()[0].strip(',')}", f"Simple methods beside it: {kind}", "", ("method", *names), rows)
        )
    alone = tuple(_row(name, *duties_alone(f.duties, grid).values()) for name in readers for f in found[name] if f.duties)
    if alone:
        says = "The methods that can answer by the text alone."
        sections.append(
            Section("baselines_duties", "Simple methods, duties alone", says, ("method", *duties_alone([], grid)), alone)
        )
    return sections


def _calibrated(answers: Sequence[Answer]) -> dict[str, Figure]:
    """The main calibration figures by name."""
    figures = calibration(answers)
    return {name: figures[name] for name in ("ECE", "Brier", "accuracy at coverage 0.9")}


def ablations(found: Sequence[Ablation]) -> Section:
    """Accuracy with one part of the query or of the model left out."""
    rows = []
    for ablation in found:
        for file in ablation.answers:
            figures = {**targets(file.answers), **_calibrated(file.answers)}
            rows.append(_row(ablation.name, file.file.name, len(file.answers), *figures.values()))
    says = (
        "The same model with a part of the query, or of itself, left out. `duties only` withholds the title, but blanks no words."
    )
    return Section(
        "ablations", "What each part is worth", says, ("left in", "file", "rows", *targets([]), *_calibrated([])), tuple(rows)
    )


def thresholds(found: Sequence[ThresholdCheck]) -> Section:
    """Whether thresholds keep their precision on rows that they were not chosen on."""
    rows = tuple((h.name, " to ".join(dict.fromkeys(f"{c:g}" for c in h.chosen)), h.promised, h.held, h.coverage) for h in found)
    says = "Each threshold is chosen on four fifths of the rows and measured on the fifth, five times over."
    columns = ("threshold", "chosen", "share right where chosen", "share right on the rest", "coverage on the rest")
    return Section("thresholds", "Do thresholds hold?", says, columns, rows)
