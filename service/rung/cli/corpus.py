"""``rung corpus``: learn from files of real postings. They do not belong to the project, so it keeps figures of them, never texts.

``count`` makes the table of counts for training; ``fit`` fits its weight against the sentences of the graded family.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rung.errors import extra


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
        if name == "fit":
            today = datetime.now(UTC).date().isoformat()
            step.add_argument("--date", default=today, help="date that is written beside the figures")


def run(options: argparse.Namespace) -> int:
    """Run the step and print its figures."""
    with extra("train", "the command corpus"):
        from rung.training import blend
    if options.step == "count":
        lines = blend.count_postings(options.data, options.postings, options.model)
    else:
        lines = blend.fit_postings(options.data, options.postings, options.model, options.date)
    print("\n".join(lines))
    return 0
