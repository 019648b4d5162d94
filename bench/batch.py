"""Files: `rung batch` against a plain csv loop that writes the same columns for the same rows, as ratios of rates and memory.

`python -m bench.batch [--rows 1000000] [--text 0] [--pairs 1]` prints one JSON object. The two run alternately, in fresh processes.
Memory is the sum over the process tree, sampled 20 times a second. With ``--answers`` it prints the CPU time of one distinct row.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.generate import HEADINGS, rows, text, titles
from rung import Limits, Normaliser
from rung.tables.answers import KeyClassifier, Task
from rung.tables.forms import DelimitedTail
from rung.tables.table import COLUMNS

# The baseline: reads and writes the rows with the csv module and adds constant values in the same columns.
LOOP = """
import csv, sys
added = ["classified", "product-management", "senior-product-manager", "senior", "3", "ic", "0.9612", "senior", "ic"]
added += ["", "", "", sys.argv[3]]
with open(sys.argv[1], newline="", encoding="utf-8") as source, open(sys.argv[2], "w", newline="", encoding="utf-8") as target:
    reader, writer = csv.reader(source), csv.writer(target)
    writer.writerow(next(reader) + added)
    for row in reader:
        writer.writerow(row + added)
"""


COUNTS = {0: 8_000, 1_000: 800, 4_000: 400}  # how many rows to measure, by the size of their texts in characters


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of a command: wall-clock seconds, CPU seconds, and peak memory of its process tree in MB."""

    seconds: float
    processor: float
    megabytes: float


def cost(command: list[str]) -> Cost:
    """Run a command and measure its cost; it must exit with 0 or 1."""
    began, before, peak = time.perf_counter(), _children(), 0
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, _tree(process.pid))))
            time.sleep(0.05)
        assert process.returncode in (0, 1), command
    return Cost(time.perf_counter() - began, _children() - before, peak / 1024)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _tree(pid: int) -> list[int]:
    try:
        children = [int(c) for task in Path(f"/proc/{pid}/task").iterdir() for c in (task / "children").read_text().split()]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _tree(child))]


def _pss(pid: int) -> int:
    try:
        return next(
            int(line.split()[1]) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:")
        )
    except (OSError, StopIteration):
        return 0


def write(path: Path, count: int, *, distinct: float, size: int) -> None:
    """Write a CSV file of ``count`` rows; ``distinct`` is the share of distinct titles, ``size`` the characters of a text, or 0."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADINGS if size else HEADINGS[:-1])
        writer.writerows(rows(count, distinct=distinct, size=size))


def ours(source: Path, target: Path, *options: str) -> list[str]:
    """The command line of `rung batch`."""
    return [sys.executable, "-m", "rung.cli", "batch", str(source), str(target), "--overwrite", *options]


def loop(source: Path, target: Path) -> list[str]:
    """The command line of the baseline."""
    return [sys.executable, "-c", LOOP, str(source), str(target), "sha256:" + "0" * 64]


def measure(count: int, size: int, pairs: int, folder: Path) -> dict[str, object]:
    """The costs of both, the median ratio of their rates, and peak memory against that of a tenth of the rows."""
    source, small = folder / "in.csv", folder / "small.csv"
    write(source, count, distinct=1.0 if size else 0.12, size=size)
    write(small, count // 10, distinct=1.0 if size else 0.12, size=size)
    memory = str(count // 100)  # smaller than the number of distinct titles in either input, so that the cache is full in both runs
    runs = [(cost(loop(source, folder / "loop.csv")), cost(ours(source, folder / "out.csv"))) for _ in range(pairs)]
    large = cost(ours(source, folder / "out.csv", "--cache", memory))
    less = cost(ours(small, folder / "out.csv", "--cache", memory))
    ratios = [plain.seconds / rung.seconds for plain, rung in runs]
    return {
        "rows": count,
        "text": size,
        "added": len(COLUMNS),
        "loop": [asdict(plain) for plain, _ in runs],
        "rung": [asdict(rung) for _, rung in runs],
        "ratio": round(statistics.median(ratios), 3),
        "processor_ratio": round(statistics.median(plain.processor / rung.processor for plain, rung in runs), 3),
        "memory_at_rows": round(large.megabytes),
        "memory_at_a_tenth": round(less.megabytes),
        "memory_ratio": round(large.megabytes / less.megabytes, 3),
    }


def answers(counts: Mapping[int, int] = COUNTS) -> dict[str, float]:
    """CPU microseconds of one distinct row, by the size of its text; as many other rows are answered first to warm up."""
    found = {}
    for size, count in counts.items():
        rng = random.Random(size)
        keys = [(raw, text(rng, size) if size else "") for raw in titles(2 * count)]
        task = Task(("title", "description"), (), DelimitedTail())
        answerer = KeyClassifier(task, Normaliser.load(limits=task.limits(Limits())))
        answerer(keys[:count])
        began = time.process_time()
        answerer(keys[count:])
        found[f"text_{size}"] = round((time.process_time() - began) / count * 1e6)
    return found


def main() -> None:
    """Run the measurement and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--text", type=int, default=0)
    parser.add_argument("--pairs", type=int, default=1)
    parser.add_argument("--answers", action="store_true")
    options = parser.parse_args()
    if options.answers:
        print(json.dumps(answers()))
        return
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(options.rows, options.text, options.pairs, Path(folder)), indent=1))


if __name__ == "__main__":
    main()
