"""``rung evaluate``: measure a model on labelled rows; the table of targets first, then whatever else was asked for."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from service.errors import RungError
from service.normaliser import Limits, Normaliser
from service.training.evaluate import FileAnswers, answer_files, calibration, duties_alone, hedging, normaliser_answers, targets
from service.training.gold import GoldFile, read_gold
from service.training.metrics import Figure

_WIDE = 160


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("evaluate", help="measure a model on labelled rows", description=__doc__)
    parser.add_argument("--gold", type=Path, nargs="+", required=True, metavar="FILE", help="labelled rows, .jsonl or .jsonl.gz")
    parser.add_argument("--model", type=Path, help="folder of the model; the newest one shipped with Rung where none is named")
    parser.add_argument(
        "--fit", action="store_true", help="fit the calibration on these rows and write it into the data's weights.yaml"
    )
    parser.add_argument(
        "--data", type=Path, default=Path("training_data"), help="folder of the training data that --fit writes into"
    )
    parser.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="date that is written beside the figures")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    normaliser = Normaliser.load(options.model, Limits(cache=0))
    files = [read_gold(path, list(normaliser.grid.levels), normaliser.lexicon.graded) for path in options.gold]
    answers = answer_files(normaliser_answers(normaliser), files)
    console = Console()
    console = console if console.is_terminal else Console(width=_WIDE)
    show(answers, normaliser, console)
    if options.fit:
        fit_calibration(normaliser, files, options.data, options.date, console)
    return 0


def fit_calibration(normaliser: Normaliser, files: list[GoldFile], data: Path, date: str, console: Console) -> None:
    """Fit the calibration, write it, and say what it comes to."""
    try:
        from service.training import fit
    except ImportError as error:
        raise RungError(f"fitting needs scipy ({error}); install it with: pip install 'rung[train]'") from error
    fitted = fit.fit(fit.observe(normaliser, files))
    path = data / normaliser.lexicon.graded / "weights.yaml"
    fit.write(path, fitted, date)
    by_file = ", ".join(f"{name} {fitted.ece(name):.3f}" for name in fitted.held_out)
    console.print(
        f"{path} written: cross-validated ECE of the joint confidence {fitted.ece():.3f} ({by_file}); `rung train` builds it in"
    )


def show(answers: list[FileAnswers], normaliser: Normaliser, console: Console) -> None:
    """Print the table of targets, the duties alone, and calibration."""
    console.print(_table("", {f"{a.file.name} ({len(a.answers)})": targets(a.answers) for a in answers}))
    alone = {f"{a.file.name} ({len(a.duties)})": duties_alone(a.duties, normaliser.grid) for a in answers if a.duties}
    if alone:
        console.print(_table("duties alone", alone))
    console.print(_table("confidence", {a.file.name: calibration(a.answers) for a in answers}))
    console.print(_table("unsure rows", {a.file.name: hedging(a.answers) for a in answers}))


def _table(title: str, columns: dict[str, dict[str, Figure]]) -> Table:
    table = Table(title, *columns, box=None, pad_edge=False, header_style="bold")
    for column in table.columns:
        column.no_wrap = True
    for name in next(iter(columns.values())):
        table.add_row(name, *(str(figures[name]) for figures in columns.values()))
    return table
