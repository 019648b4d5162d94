"""The table of docs/performance.md: the meaning, target and format of each row, and how it is measured and written."""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import batch, kernels, servers

Rows = dict[str, dict[str, Any]]
GROUPS = ("http", "kernels", "files", "spark", "growth")
QUICK = GROUPS[:2]
START, END = "<!-- measured: python -m bench -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Turns:
    """How much to measure: pairs of turns of load, turns of kernels, inexact titles, rows of files, and unique titles."""

    pairs: int = 8
    kernels: int = 32
    inexact: int = 2_000
    titles: int = 1_000_000
    texts: int = 300_000
    spark: int = 300_000
    growth: tuple[int, int] = (20_000, 100_000)


FEW = Turns(pairs=2, kernels=4)


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the table. ``reach`` is the required figure, ``goal`` the ideal; ``None`` if not set. ``more``: more is better."""

    name: str
    says: str
    reach: float | None
    goal: float | None
    more: bool = True
    unit: str = ""

    def state(self, value: float) -> str:
        """``goal`` or ``reach`` if a value meets it, ``missed`` if it meets neither, "" if nothing is required."""
        for word, bar in (("goal", self.goal), ("reach", self.reach)):
            if bar is not None and (value >= bar if self.more else value <= bar):
                return word
        return "" if self.reach is None else "missed"

    def shown(self, value: float) -> str:
        """A value in the format of the table."""
        form = {"parity": ".1e", "fuzzy-same": ".4f"}.get(self.name, ".2f")
        return f"{value:{form}}{self.unit}"

    def bar(self, value: float | None) -> str:
        """A required figure in the format of the table."""
        return "" if value is None else f"{'≥' if self.more else '≤'} {value:g}{self.unit}"


BARS = (
    Bar("http-title", "CPU of the echo ÷ CPU of `/classify`, a request, title only", 0.9, 1.2),
    Bar("http-board", "the same, where 12 of 100 titles are new and the answers of the others are cached", None, None),
    Bar("http-text", "the first, with 4 kB of text", 0.45, 0.8),
    Bar("p99-title", "99th percentile ÷ the echo's, title only", 2.0, 1.0, more=False),
    Bar("p99-text", "the same, 4 kB of text", 2.0, 1.5, more=False),
    Bar("scorer", "scikit-learn's `predict_proba` of one 4 kB text ÷ Rung's scorer, same weights, CPU", 3.0, 40.0),
    Bar("scorer-plain", "the same where Rung's scorer is not compiled", 3.0, None),
    Bar("parity", "largest difference of their scores, texts of other scripts included", 1e-9, 1e-9, more=False),
    Bar("fuzzy", "look-up of a title that is not exact ÷ one `extractOne(ratio)` in the same aliases, CPU", 1.0, 0.5, more=False),
    Bar("fuzzy-same", "share of these in which both find the same, or nothing near enough", 0.995, 0.995),
    Bar("fuzzy-title", "such a title whole (cleaned, parsed, looked up) ÷ the same", None, None, more=False),
    Bar("pipeline", "CPU of a route with scikit-learn's pipeline and `WRatio` ÷ CPU of `/classify`, title only", 8.0, 12.0),
    Bar("batch-item", "`/classify/batch` of 100, CPU an item ÷ a single request", 0.35, 0.25, more=False),
    Bar("files-title", "`rung batch`, titles (12% distinct): rate ÷ a csv loop that writes the same columns", 0.7, 1.0),
    Bar("files-text", "the same, texts of 1 kB, all distinct", 0.35, 0.7),
    Bar("files-memory", "peak memory ÷ that of a tenth of the rows, fewer titles cached than there are", 1.3, 1.1, more=False),
    Bar("spark", "Spark `local[2]`, warm: rate ÷ `rung batch` with two processes, the same Parquet file, titles", 0.4, 0.67),
    Bar("start", "start until `/readyz` answers ÷ the echo's", 1.7, 1.3, more=False),
    Bar("memory", "memory after load ÷ the echo's", 2.0, 1.6, more=False),
    Bar("growth", "growth from 20,000 to 100,000 unique titles", 10.0, 3.0, more=False, unit=" MB"),
)


def files(rows: int, texts: int) -> Rows:
    """The rows about files: titles alone, and titles with texts."""
    with tempfile.TemporaryDirectory() as folder:
        plain = batch.measure(rows, 0, 1, Path(folder))
        long = batch.measure(texts, 1_000, 1, Path(folder))
    return {
        "files-title": {"ratio": _figure(plain["ratio"]), "by_processor": _figure(plain["processor_ratio"]), "rows": rows},
        "files-text": {"ratio": _figure(long["ratio"]), "by_processor": _figure(long["processor_ratio"]), "rows": texts},
        "files-memory": {
            "ratio": _figure(plain["memory_ratio"]),
            "rows": rows,
            "megabytes": _figure(plain["memory_at_rows"]),
        },
    }


def _figure(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def sparks(count: int) -> Rows:
    """The row about Spark."""
    from bench import spark

    return {"spark": {name: value for name, value in spark.measure(count).items() if name in ("ratio", "rows")}}


def measure(groups: tuple[str, ...], turns: Turns, say: Callable[[str], None]) -> Rows:
    """The rows of some groups by name; a group whose requirement is missing is skipped with a message."""
    found: Rows = {}
    with tempfile.TemporaryDirectory() as folder:
        steps: dict[str, Callable[[], Rows]] = {
            "http": lambda: servers.measure(Path(folder), turns.pairs, 1.0),
            "kernels": lambda: kernels.measure(turns.kernels, turns.inexact),
            "files": lambda: files(turns.titles, turns.texts),
            "spark": lambda: sparks(turns.spark),
            "growth": lambda: servers.growth(Path(folder), *turns.growth),
        }
        for group in groups:
            missing = lacking(group)
            say(f"{group} is left out: there is no {missing}" if missing else f"measuring {group}")
            if not missing:
                found |= steps[group]()
    return found


def lacking(group: str) -> str | None:
    """The missing requirement of a group, or ``None``."""
    if group in ("http", "growth"):
        return "wrk (`make wrk` installs it)" if servers.missing() else None
    if group == "spark":
        needed = [name for name in ("pyspark", "pyarrow") if importlib.util.find_spec(name) is None]
        return needed[0] if needed else None if shutil.which("java") or "JAVA_HOME" in os.environ else "Java"
    return None


def together(runs: Sequence[Rows]) -> Rows:
    """Combine several runs: each row of the run with the median ratio, with all ratios and the worst one."""
    found: Rows = {}
    for bar in BARS:
        rows = sorted((run[bar.name] for run in runs if bar.name in run), key=lambda row: row["ratio"])
        if rows:
            # With an even number of runs, the worse of the two middle ones.
            middle = rows[(len(rows) - 1) // 2] if bar.more else rows[len(rows) // 2]
            ratios = [run[bar.name]["ratio"] for run in runs if bar.name in run]
            found[bar.name] = {**middle, "worst": rows[0 if bar.more else -1]["ratio"], "ratios": ratios}
    return found


def stamp(rows: Rows, command: str) -> dict[str, object]:
    """The rows with date, machine and command, for the JSON file."""
    about = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} processors ({_processor()}), Python {platform.python_version()}",
        "load": round(os.getloadavg()[0], 1),
        "command": command,
    }
    return {name: {**row, **about} for name, row in rows.items()}


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def markdown(kept: Mapping[str, Mapping[str, Any]]) -> str:
    """The table in Markdown; a row meets its figure if its worst run does."""
    lines = [
        "| figure | median | worst run | reach | goal | worst meets | in the median run | date, load of the machine |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for bar in BARS:
        row = kept.get(bar.name)
        if row is None:
            lines.append(f"| {bar.says} | not measured yet | | {bar.bar(bar.reach)} | {bar.bar(bar.goal)} | | | |")
            continue
        value, runs = float(row["ratio"]), len(row.get("ratios", "1"))
        worst = float(row.get("worst", value))
        shown = f"{bar.shown(worst)} of {runs}" if runs > 1 else "one run"
        lines.append(
            f"| {bar.says} | **{bar.shown(value)}** | {shown} | {bar.bar(bar.reach)} "
            f"| {bar.bar(bar.goal)} | {bar.state(worst)} | {_behind(row)} | {row['date']}, {row['load']} |"
        )
    machines = dict.fromkeys(str(row["machine"]) for row in kept.values())
    commands = dict.fromkeys(f"`{row['command']}`" for row in kept.values())
    return "\n".join([*lines, "", f"Measured on {'; '.join(machines)}, with {', '.join(commands)}."])


def _behind(row: Mapping[str, Any]) -> str:
    """The figures behind a ratio, as a short text."""
    parts = []
    if "low" in row:
        parts.append(f"{float(row['low']):.2f} to {float(row['high']):.2f}")
    if "first_us" in row:
        parts.append(f"{float(row['first_us']):.0f} and {float(row['second_us']):.0f} µs")
    if "first_rate" in row:
        parts.append(f"{float(row['first_rate']):.0f} and {float(row['second_rate']):.0f} a second")
    if "rung" in row:
        parts.append(f"{float(row['rung']):.3g} against {float(row['echo']):.3g}")
    if "by_processor" in row:
        parts.append(f"{float(row['by_processor']):.2f} by time of processors")
    parts += [f"{float(row[key]):,.0f} {key}" for key in ("rows", "megabytes", "aliases", "titles", "requests") if key in row]
    return "; ".join(parts)


def write(rows: Rows, command: str, document: Path) -> None:
    """Add the rows to the JSON file beside a document, and write the table between the document's two marks."""
    store = document.with_suffix(".json")
    kept = json.loads(store.read_text()) if store.exists() else {}
    kept |= stamp(rows, command)
    store.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    text = document.read_text() if document.exists() else f"# Performance\n\n{START}\n{END}\n"
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{START}\n\n{markdown(kept)}\n\n{END}{after}")
