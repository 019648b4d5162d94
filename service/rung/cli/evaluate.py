"""``rung evaluate``: measure a model on labelled rows; the headline figures come first, then the optional parts."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from rung import artefact as artefacts
from rung.cli.answer_text import console_of
from rung.errors import extra
from rung.normaliser import Normaliser, newest_model
from rung.training.evaluate import FileAnswers, answer_files, normaliser_answers
from rung.training.gold import GoldFile, read_gold_files
from rung.types import Limits

_LONG = ("field_kind", "field_label")  # sections that the model card does not quote


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure a model on labelled rows",
        description="Measure a model on labelled rows: accuracy, coverage, calibration, errors. Needs: pip install 'rung[train]'",
        epilog="examples:\n  rung evaluate --gold rows.jsonl\n  rung evaluate --gold rows.jsonl --report reports",
    )
    parser.add_argument("--gold", type=Path, nargs="+", required=True, metavar="FILE", help="labelled rows, .jsonl or .jsonl.gz")
    parser.add_argument("--model", type=Path, help="folder of the model (default: the newest one shipped with Rung)")
    parser.add_argument(
        "--data", type=Path, default=Path("training_data"), help="folder of the training data, for --fit and --baselines"
    )
    parser.add_argument(
        "--report", type=Path, metavar="DIR", help="write the whole report there: accuracy.md, accuracy.json, pictures"
    )
    parser.add_argument(
        "--postings", type=Path, nargs="+", metavar="FILE", help="real postings, to measure on those that are labelled by id"
    )
    parser.add_argument("--baselines", action="store_true", help="measure simple methods beside it")
    parser.add_argument("--ablations", action="store_true", help="measure it with parts left out, and whether thresholds hold")
    parser.add_argument(
        "--fit", action="store_true", help="fit the calibration on these rows and write it into the data's weights.yaml"
    )
    parser.add_argument("--record", action="store_true", help="write the headline figures into the data, for the model card")
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="date that is written beside the figures")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, print, and write the files of the options."""
    with extra("train", "the command evaluate"):
        from rung.training import report, sections
    console = console_of()
    model = artefacts.load(options.model or newest_model())
    normaliser = Normaliser(model, Limits(cache=0))
    grid = normaliser.grid
    files = read_gold_files(options.gold, list(grid.levels), normaliser.lexicon.graded)
    answers = answer_files(normaliser_answers(normaliser), files)

    graded = [a for a in answers if a.file.form == "graded"]
    headline = _shown(_headline(answers, graded, normaliser), console)
    baselines = _shown(_baselines(options.data, normaliser, graded), console) if options.baselines else []
    ablations = _shown(_ablations(model, graded), console) if options.ablations else []
    unseen = _shown([*_two_families(options, normaliser), *_real_postings(options, normaliser)], console)
    if options.report:
        details = _details(options.report, normaliser, files, graded)
        glance = sections.glance(answers, [*details, *unseen])
        found = (glance, *headline, *baselines, *ablations, *unseen, *details)
        counts = tuple((f.name, len(f.rows)) for f in files)
        whole = report.Report(options.date, normaliser.model, counts, _command(options), found, sections.GLOSSARY)
        console.print(f"written: {', '.join(map(str, report.write(whole, options.report)))}")
    if options.record:
        _record(headline, normaliser, files, options, console)
    if options.fit:
        _fit(normaliser, files, options, console)
    return 0


def _headline(answers: list[FileAnswers], graded: list[FileAnswers], normaliser: Normaliser) -> list[Any]:
    """The sections of every run, by form of file."""
    from rung.training import any_job_sections, sections

    own = [sections.headline(graded), sections.duties(graded, normaliser.grid), sections.unsure(graded)] if graded else []
    any_job = [a for a in answers if a.file.form == "any"]
    wide = [any_job_sections.any_jobs(any_job)] if any_job else []
    return [
        *own,
        *wide,
        *any_job_sections.field([a for a in answers if a.file.form == "field"]),
        any_job_sections.texts(answers),
        sections.served(answers),
    ]


def _two_families(options: argparse.Namespace, normaliser: Normaliser) -> list[Any]:
    """The section on titles labelled twice; none without the training data, which has them."""
    from rung.training import labelled_twice

    if not (options.data / "shared" / "labels").is_dir():
        return []
    return [labelled_twice.titles(options.data, normaliser)]


def _real_postings(options: argparse.Namespace, normaliser: Normaliser) -> list[Any]:
    """The sections on real postings (``--postings``): ads of any job, and product ads of sources not used in training."""
    if not options.postings:
        return []
    from rung.training import blend, labelled_twice

    return [
        labelled_twice.postings(options.data, options.postings, normaliser),
        labelled_twice.product_ads(options.data, options.postings, normaliser),
        blend.unseen_sources(options.data, *blend.read_labelled(options.data, options.postings, normaliser)),
    ]


def _record(
    sections: list[Any], normaliser: Normaliser, files: list[GoldFile], options: argparse.Namespace, console: Console
) -> None:
    """Write the headline figures into the training data, from which the model card quotes them."""
    from rung.training import report

    path = options.data / "shared" / "measured.json"
    counts = tuple((f.name, len(f.rows)) for f in files)
    brief = tuple(section for section in sections if section.id not in _LONG)
    whole = json.loads(report.as_json(report.Report(options.date, normaliser.model, counts, "", brief, ())))
    kept = {key: whole[key] for key in ("date", "files", "sections")}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print(f"{path} written; `rung train` builds it in")


def _command(options: argparse.Namespace) -> str:
    """The command that writes the same report, with the files by name only."""
    asked = [f"--{name}" for name in ("baselines", "ablations") if getattr(options, name)]
    names = [path.name for path in options.gold]
    postings = ["--postings", *(path.name for path in options.postings)] if options.postings else []
    return " ".join(["rung evaluate --gold", *names, *postings, *asked, f"--report {options.report}"])


def _shown(sections: list[Any], console: Console) -> list[Any]:
    """Print sections; returns them."""
    for section in sections:
        show(section, console)
    return sections


def show(section: Any, console: Console) -> None:
    """Print one section as a table."""
    from rung.training import report

    if not section.rows:
        return
    table = Table(*section.columns, title=section.title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.no_wrap = True
    for row in section.rows:
        table.add_row(*map(report.show, row))
    console.print(table)


def _baselines(data: Path, normaliser: Normaliser, answers: list[FileAnswers]) -> list[Any]:
    from rung.training import baselines, sections

    files = [a.file for a in answers]
    methods = baselines.baselines(data, normaliser.lexicon)
    found = {"Rung": answers, **{method.name: answer_files(method.classify, files) for method in methods}}
    readers = ["Rung", *(method.name for method in methods if method.reads_text)]
    return sections.baselines(found, readers, normaliser.grid)


def _ablations(model: artefacts.Artefact, answers: list[FileAnswers]) -> list[Any]:
    from rung.training import ablations, sections

    files = [a.file for a in answers]
    return [sections.ablations(ablations.ablations(model, files)), sections.thresholds(ablations.thresholds_hold(model, files))]


def _details(folder: Path, normaliser: Normaliser, files: list[GoldFile], answers: list[FileAnswers]) -> list[Any]:
    """The sections that only the written report has, and its pictures."""
    from rung.training import fit, sections

    pictures = _pictures(folder, answers, normaliser)
    return [
        *sections.slices(answers, normaliser.grid),
        *sections.confusion(answers, normaliser.grid, pictures.get("confusion")),
        sections.coverage(answers, pictures.get("risk_coverage")),
        sections.reliability(answers, pictures.get("reliability")),
        sections.cross_validation(fit.fit(fit.observe(normaliser, files))),
        sections.false_accepts(answers),
        sections.errors(answers),
        sections.kinds_of_error(answers),
    ]


def _pictures(folder: Path, answers: list[FileAnswers], normaliser: Normaliser) -> dict[str, str]:
    """Draw the pictures, if matplotlib is installed; their file names by kind."""
    try:
        from rung.training import plots
    except ImportError:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    names = {key: f"accuracy-{key.replace('_', '-')}.png" for key in ("reliability", "risk_coverage", "confusion")}
    plots.reliability(answers, folder / names["reliability"])
    plots.risk_coverage(answers, folder / names["risk_coverage"])
    plots.confusion(answers, normaliser.grid, folder / names["confusion"])
    return names


def _fit(normaliser: Normaliser, files: list[GoldFile], options: argparse.Namespace, console: Console) -> None:
    """Fit the calibration, write it, and print its error."""
    from rung.training import fit, metrics

    fitted = fit.fit(fit.observe(normaliser, files))
    path = options.data / "shared" / "weights.yaml"
    fit.write(path, fitted, options.date)
    confidence, share = fitted.pooled()
    chance = metrics.ece_by_chance(confidence, share)
    console.print(
        f"{path} written: ECE of the joint confidence {fitted.ece():.3f} with sources left out (by chance {chance:.3f}), "
        f"threshold {fitted.threshold}; `rung train` builds it in"
    )
