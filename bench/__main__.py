"""Measure Rung against simple baselines on this machine, as ratios, and write the table of docs/performance.md."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from bench import table

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="HTTP and kernels only, few turns, under a minute; writes nothing")
    groups = ", ".join(table.GROUPS)
    parser.add_argument("--only", nargs="+", choices=table.GROUPS, metavar="GROUP", help=f"only these groups: {groups}")
    parser.add_argument("--runs", type=int, default=1, metavar="N", help="measure N times; keeps the median and the worst run")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser.parse_args(arguments)


def main() -> None:
    """Run the measurements, write the figures into the document unless ``--quick``, and print them."""
    asked = options()
    groups = tuple(asked.only or (table.QUICK if asked.quick else table.GROUPS))
    turns = table.FEW if asked.quick else table.Turns()
    runs = []
    for number in range(1, asked.runs + 1):
        if asked.runs > 1:
            print(f"run {number} of {asked.runs}", file=sys.stderr)
        runs.append(table.measure(groups, turns, lambda line: print(line, file=sys.stderr)))
    rows = table.together(runs)
    only = ["--only", *asked.only] if asked.only else []
    command = " ".join(["python -m bench", *only, *(["--runs", str(asked.runs)] if asked.runs > 1 else [])])
    if not asked.quick:
        table.write(rows, command, DOCUMENT)
    kept = table.stamp(rows, f"{command} --quick" if asked.quick else command)
    print(json.dumps(kept, indent=2) if asked.json else table.markdown(kept))


if __name__ == "__main__":
    main()
