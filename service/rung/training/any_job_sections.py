"""Sections of a report on jobs of any family, on cases from the field, and on what a text changes in an answer by title."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rung.training import metrics
from rung.training.evaluate import Answer, FileAnswers, flags
from rung.training.gold import UNREADABLE
from rung.training.metrics import Figure, figure
from rung.training.report import Cell, Section

SURELY = 0.9  # an error with this confidence or more is a confident one


def any_jobs(files: Sequence[FileAnswers]) -> Section:
    """Family, level and track of any job, each on the rows on which readers agree about it."""
    measured = {f"{f.file.name} ({len(f.answers)})": _any_figures(f.answers) for f in files}
    names = list(next(iter(measured.values()), {}))
    rows: tuple[tuple[Cell, ...], ...] = tuple((name, *(figures[name] for figures in measured.values())) for name in names)
    says = (
        "Titles of every kind of job. A part is measured where all accepted labels agree on it; `in full` asks for an accepted "
        "family and an accepted pair of level and track."
    )
    return Section("any_jobs", "Any job", says, ("figure", *measured), rows)


def _any_figures(answers: Sequence[Answer]) -> dict[str, Figure]:
    def part(place: int) -> Figure:
        agreed = [a for a in answers if len({_part(label, place) for label in a.row.accept}) == 1]
        return figure(metrics.share, flags(agreed, lambda a: _part(a.guess, place) == _part(a.row.label, place)))

    parts = {name: part(place) for place, name in enumerate(("family", "level", "track"))}
    sure = [a for a in answers if a.row.sure]
    return {
        **parts,
        "in full": figure(metrics.share, flags(answers, _in_full)),
        "in full, sure": figure(metrics.share, flags(sure, _in_full)),
        "confident errors, sure": figure(metrics.share, flags(sure, lambda a: not _in_full(a) and a.confidence >= SURELY)),
    }


def _part(label: str, place: int) -> str:
    return label.split("/")[place] if label != UNREADABLE else ""


def _in_full(answer: Answer) -> bool:
    accept = answer.row.accept
    if answer.guess == UNREADABLE:
        return UNREADABLE in accept
    cells = {label.partition("/")[2] for label in accept}
    return _part(answer.guess, 0) in {_part(label, 0) for label in accept} and answer.guess.partition("/")[2] in cells


_FIELD = ("rows", "right", "sure", "wrong, sure", "confident errors", "classified, sure")


def field(files: Sequence[FileAnswers]) -> list[Section]:
    """Cases from the field: texts and titles, then by kind and by label, the most errors first."""
    answers = [a for f in files for a in f.answers]
    says = (
        "Right: the answer is one of the accepted labels. Confident errors: sure rows answered wrongly with a confidence of "
        f"{SURELY} or more."
    )
    kinds = {"texts": [a for a in answers if a.row.description], "titles": [a for a in answers if not a.row.description]}
    found = [Section("field", "Cases from the field", says, ("cases", *_FIELD), _counted({**kinds, "all": answers}))]
    groups: dict[str, Callable[[Answer], str]] = {"kind": lambda a: a.row.bucket, "label": lambda a: a.row.label or "unreadable"}
    for name, key in groups.items():
        parted: dict[str, list[Answer]] = {}
        for answer in answers:
            parted.setdefault(key(answer), []).append(answer)
        ordered = dict(sorted(parted.items(), key=lambda item: (-sum(not _accepted(a) for a in item[1]), item[0])))
        found.append(Section(f"field_{name}", f"Cases from the field by {name}", "", (name, *_FIELD), _counted(ordered)))
    return found if answers else []


def _counted(groups: dict[str, list[Answer]]) -> tuple[tuple[Cell, ...], ...]:
    rows = []
    for name, answers in groups.items():
        sure = [a for a in answers if a.row.sure]
        wrong = [a for a in sure if not _accepted(a)]
        confident = sum(a.confidence >= SURELY for a in wrong)
        classified = figure(metrics.share, flags(sure, lambda a: a.stands), draws=1).value
        right = figure(metrics.share, flags(answers, _accepted))
        rows.append((name, len(answers), right, len(sure), len(wrong), confident, classified))
    return tuple(rows)


def _accepted(answer: Answer) -> bool:
    return answer.guess in answer.row.accept


def texts(files: Sequence[FileAnswers]) -> Section:
    """What the text does to an answer by the title alone: how many it corrects, how many it spoils."""
    rows: list[tuple[Cell, ...]] = []
    for file in files:
        whole = [a for a in file.answers if a.row.title.strip() and (a.row.description or "").strip()]
        for name, sure in (("sure", True), ("unsure", False)):
            pairs = [(_accepted(t), _accepted(a)) for t, a in zip(file.titles, whole, strict=True) if a.row.sure is sure]
            if pairs:
                corrected, spoiled = pairs.count((False, True)), pairs.count((True, False))
                rows.append((f"{file.file.name}, {name}", len(pairs), sum(by_title for by_title, _ in pairs), corrected, spoiled))
    says = (
        "Rows with a title and a text: how many the title alone gets right, and how many of the others the text corrects or spoils."
    )
    columns = ("rows", "number", "right by the title", "corrected", "spoiled")
    return Section("texts", "What the text adds", says, columns, tuple(rows))
