"""Alternatives to Rung: the CPU time of each method for a title, and its accuracy, on the same rows.

`python -m bench.methods --gold FILES` reads labelled rows of product management and its neighbours, prints a table, writes it into
docs/performance.md and draws docs/performance-methods.png. Titles are timed one by one, as a service gets them, and all in one
call, as a file has them. The fastest of several rounds counts, in CPU time of the process and all its threads.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from rung import Limits, Normaliser
from rung.training.baselines import baselines
from rung.training.evaluate import Classifier, normaliser_answers, targets
from rung.training.gold import GoldRow, read_gold_files

ROOT = Path(__file__).parents[1]
DOCUMENT, PICTURE = ROOT / "docs" / "performance.md", ROOT / "docs" / "performance-methods.png"
START, END = "<!-- measured: python -m bench.methods -->", "<!-- measured methods: end -->"
ROUNDS, ALONE = 3, 200


class Measured(NamedTuple):
    """A method: the share of sure rows that are right in full, and CPU microseconds a title, one by one and all together."""

    name: str
    right: float
    alone: float
    together: float


def least(work: Callable[[], object], count: int) -> float:
    """CPU microseconds for each of ``count`` items of ``work``, in the fastest round."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
    return best / count * 1e6


def measure(name: str, classify: Classifier, rows: Sequence[GoldRow]) -> Measured:
    """Accuracy and time of one method on the rows."""
    right = targets(classify(rows))["joint, sure"].value  # also warms caches
    some = rows[:ALONE]
    alone = least(lambda: [classify([row]) for row in some], len(some))
    return Measured(name, right, alone, least(lambda: classify(rows), len(rows)))


def table(measured: Sequence[Measured], count: int) -> str:
    """The figures as a Markdown table."""
    lines = ["| method | right whole | a title alone, µs | among all, µs |", "|---|---|---|---|"]
    lines += [f"| {m.name} | {m.right:.3f} | {m.alone:,.0f} | {m.together:,.0f} |" for m in measured]
    return "\n".join(
        [*lines, "", f"{count} labelled titles without their texts; CPU time of all threads, the least of {ROUNDS} rounds."]
    )


def draw(measured: Sequence[Measured], path: Path) -> None:
    """Plot accuracy against CPU time."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.add_subplot(xscale="log", xlabel="CPU µs for a title alone", ylabel="share right: family, level and track")
    for number, m in enumerate(measured):
        axes.plot(m.alone, m.right, "o", color="#1f5fbf" if m.name == "Rung" else "#777777")
        axes.annotate(m.name, (m.alone, m.right), xytext=(6, 5 if number % 2 else -12), textcoords="offset points", fontsize=9)
    axes.set_ylim(0, 1.05)
    axes.margins(x=0.4)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def main() -> None:
    """Run the measurements, print and write the table, and draw the picture."""
    parser = argparse.ArgumentParser(prog="python -m bench.methods", description=__doc__)
    parser.add_argument("--gold", type=Path, nargs="+", required=True, metavar="FILE", help="labelled rows, .jsonl or .jsonl.gz")
    normaliser = Normaliser.load(limits=Limits(cache=0))
    files = read_gold_files(parser.parse_args().gold, tuple(normaliser.grid.levels), normaliser.lexicon.graded)
    rows = [row.title_alone for file in files for row in file.rows if row.title.strip()]
    methods = [(m.name, m.classify) for m in baselines(ROOT / "training_data", normaliser.lexicon)]
    measured = [measure(name, classify, rows) for name, classify in [("Rung", normaliser_answers(normaliser)), *methods]]
    found = table(measured, len(rows))
    print(found)
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
    DOCUMENT.write_text(f"{before}{START}\n\n{found}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    draw(measured, PICTURE)


if __name__ == "__main__":
    main()
