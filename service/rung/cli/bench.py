"""``rung bench``: measure Rung beside simple yardsticks on this machine, as ratios, and write the table of docs/performance.md."""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

import orjson

from rung.errors import RungError

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "performance.md"
GROUPS = ("http", "kernels", "files", "spark", "growth")


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help="measure speed and memory as ratios", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="HTTP and kernels only, few turns, under a minute; writes nothing")
    parser.add_argument("--only", nargs="+", choices=GROUPS, metavar="GROUP", help=f"some of the groups: {', '.join(GROUPS)}")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="measure so often; keeps the median and the worst run")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Measure, write what was measured into the document, and print it."""
    table = _table()
    groups = tuple(options.only or (table.QUICK if options.quick else GROUPS))
    turns = table.FEW if options.quick else table.Turns()
    runs = []
    for number in range(1, options.runs + 1):
        if options.runs > 1:
            print(f"run {number} of {options.runs}", file=sys.stderr)
        runs.append(table.measure(groups, turns, lambda line: print(line, file=sys.stderr)))
    rows = table.together(runs)
    only = ["--only", *options.only] if options.only else []
    command = " ".join(["rung bench", *only, *(["--runs", str(options.runs)] if options.runs > 1 else [])])
    if not options.quick:
        table.write(rows, command, DOCUMENT)
    kept = table.stamp(rows, f"{command} --quick" if options.quick else command)
    print(orjson.dumps(kept, option=orjson.OPT_INDENT_2).decode() if options.json else table.markdown(kept))
    return 0


def _table() -> Any:
    """The yardsticks: they stand in a checkout beside the service, not in the installed package.

    Raises:
        RungError: this is not a checkout, or what training needs is not installed.
    """
    if not (ROOT / "tests" / "bench").is_dir():
        raise RungError("rung bench measures with tests/bench of a checkout; run it in one")
    sys.path.insert(0, str(ROOT))
    try:
        importlib.import_module("sklearn")
        return importlib.import_module("tests.bench.table")
    except ImportError as error:
        raise RungError(f"rung bench needs scikit-learn ({error}); install it with: pip install 'rung[train]'") from error
