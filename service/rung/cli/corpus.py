"""``rung corpus``: learn from files of real postings, which do not belong to the project; what is kept are figures, never texts.

``count`` makes the table of counts that training reads; ``fit`` fits how far it counts beside the sentences of the graded family.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rung.errors import RungError


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "corpus",
        help="learn figures from real postings",
        description="Count the words of real postings by level, and fit the weight of these counts.",
        epilog="examples:\n  rung corpus count postings.jsonl.gz\n  rung corpus fit postings.jsonl.gz",
    )
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps_and_help = {"count": "count the words of ads by level", "fit": "fit the weight of the counts, and measure them"}
    for name, says in steps_and_help.items():
        step = steps.add_parser(name, help=says, description=says, epilog=f"examples:\n  rung corpus {name} postings.jsonl.gz")
        step.add_argument("postings", type=Path, nargs="+", metavar="FILE", help="real postings, .jsonl or .jsonl.gz")
        step.add_argument("--data", type=Path, default=Path("training_data"), help="folder of the training data")
        step.add_argument("--model", type=Path, help="folder of the model (default: the newest one shipped with Rung)")
        step.set_defaults(run=run)
    step.add_argument("--date", default=datetime.now(UTC).date().isoformat(), help="date that is written beside the figures")


def run(options: argparse.Namespace) -> int:
    """Do the step and say what came out."""
    try:
        from rung.training import blend
    except ImportError as error:
        raise RungError(f"training needs scikit-learn ({error}); install it with: pip install 'rung[train]'") from error
    if options.step == "count":
        lines = blend.count_postings(options.data, options.postings, options.model)
    else:
        lines = blend.fit_postings(options.data, options.postings, options.model, options.date)
    print("\n".join(lines))
    return 0
