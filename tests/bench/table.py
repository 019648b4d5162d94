"""The table of all that is measured: what each row means, how far it should reach, and how it is written down."""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import batch, kernels, servers

Rows = dict[str, dict[str, float]]
GROUPS = ("http", "kernels", "files", "growth")
QUICK = GROUPS[:2]
START, END = "<!-- measured: rung bench -->", "<!-- measured: end -->"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the table: its name, what it says, the figure to reach, the goal, and whether more is better."""

    name: str
    says: str
    reach: float
    goal: float
    more: bool
    unit: str = ""

    def state(self, value: float) -> str:
        """Which of the two figures a value meets."""
        for word, bar in (("goal", self.goal), ("reach", self.reach)):
            if value >= bar if self.more else value <= bar:
                return word
        return "missed"


BARS = (
    Bar("http-title", "CPU of the echo ÷ CPU of `/classify`, a request, title only", 0.5, 1.0, True),
    Bar("http-text", "the same, 4 kB of text", 0.35, 1.0, True),
    Bar("p99-title", "99th percentile ÷ the echo's, title only", 4.0, 2.0, False),
    Bar("p99-text", "the same, 4 kB of text", 4.0, 2.0, False),
    Bar("scorer", "scikit-learn's `predict_proba` of one 4 kB text ÷ Rung's scorer, same weights, CPU", 3.0, 40.0, True),
    Bar("parity", "largest difference of their scores, texts of other scripts included", 1e-9, 1e-9, False),
    Bar("fuzzy", "a whole title that is not exact ÷ one `extractOne(ratio)` over the same aliases, CPU", 1.0, 0.5, False),
    Bar("batch-item", "`/classify/batch` of 100, CPU an item ÷ a single request", 0.6, 0.35, False),
    Bar("files-title", "`rung batch`, titles (12% distinct): rate ÷ a csv loop that writes the same columns", 0.4, 1.0, True),
    Bar("files-text", "the same, texts of 1 kB, all distinct", 0.25, 1.0, True),
    Bar("files-memory", "peak memory ÷ that of a tenth of the rows, fewer titles remembered than there are", 1.3, 1.1, False),
    Bar("start", "start until `/readyz` answers ÷ the echo's", 2.0, 1.3, False),
    Bar("memory", "memory after load ÷ the echo's", 2.5, 1.6, False),
    Bar("growth", "growth from 20,000 to 100,000 unique titles", 10.0, 3.0, False, " MB"),
)


def files(rows: int, texts: int) -> Rows:
    """Files of so many titles, and of so many rows with texts."""
    with tempfile.TemporaryDirectory() as folder:
        plain = batch.measure(rows, 0, 1, Path(folder))
        long = batch.measure(texts, 1_000, 1, Path(folder))
    return {
        "files-title": {"ratio": _figure(plain["ratio"]), "rows": rows},
        "files-text": {"ratio": _figure(long["ratio"]), "rows": texts},
        "files-memory": {
            "ratio": _figure(plain["memory_ratio"]),
            "rows": rows,
            "megabytes": _figure(plain["memory_at_rows"]),
        },
    }


def _figure(value: object) -> float:
    assert isinstance(value, int | float)
    return float(value)


def measure(groups: tuple[str, ...], quick: bool, say: Callable[[str], None]) -> Rows:
    """The rows of some groups by name; where wrk is missing, those of HTTP are left out and that is said."""
    found: Rows = {}
    if servers.missing() and {"http", "growth"} & set(groups):
        say("no wrk: the rows of HTTP are left out (`make wrk` installs it)")
        groups = tuple(g for g in groups if g not in ("http", "growth"))
    with tempfile.TemporaryDirectory() as folder:
        steps: dict[str, Callable[[], Rows]] = {
            "http": lambda: servers.measure(Path(folder), 2 if quick else 8, 1.0),
            "kernels": lambda: kernels.measure(4 if quick else 32),
            "files": lambda: files(1_000_000, 300_000),
            "growth": lambda: servers.growth(Path(folder)),
        }
        for group in groups:
            say(f"measuring {group}")
            found |= steps[group]()
    return found


def stamp(rows: Rows, command: str) -> dict[str, object]:
    """The rows with when, where and how they were measured, as they are kept in JSON."""
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


def markdown(kept: Mapping[str, Mapping[str, float | str]]) -> str:
    """The table, each row with when it was measured."""
    lines = [
        "| figure | measured | reach | goal | meets | in this run | date, load of the machine |",
        "|---|---|---|---|---|---|---|",
    ]
    for bar in BARS:
        row = kept.get(bar.name)
        if row is None:
            lines.append(f"| {bar.says} | not measured yet | {_bar(bar, bar.reach)} | {_bar(bar, bar.goal)} | | | |")
            continue
        value = float(row["ratio"])
        shown = f"{value:.1e}" if bar.name == "parity" else f"{value:.2f}{bar.unit}"
        lines.append(
            f"| {bar.says} | **{shown}** | {_bar(bar, bar.reach)} | {_bar(bar, bar.goal)} | {bar.state(value)} "
            f"| {_behind(row)} | {row['date']}, {row['load']} |"
        )
    machines = dict.fromkeys(str(row["machine"]) for row in kept.values())
    commands = dict.fromkeys(f"`{row['command']}`" for row in kept.values())
    return "\n".join([*lines, "", f"Measured on {'; '.join(machines)}, with {', '.join(commands)}."])


def _bar(bar: Bar, value: float) -> str:
    return f"{'≥' if bar.more else '≤'} {value:g}{bar.unit}"


def _behind(row: Mapping[str, float | str]) -> str:
    """The figures behind a ratio, in a few words."""
    parts = []
    if "low" in row:
        parts.append(f"{float(row['low']):.2f} to {float(row['high']):.2f}")
    if "first_us" in row:
        parts.append(f"{float(row['first_us']):.0f} and {float(row['second_us']):.0f} µs")
    if "first_rate" in row:
        parts.append(f"{float(row['first_rate']):.0f} and {float(row['second_rate']):.0f} a second")
    if "rung" in row:
        parts.append(f"{float(row['rung']):.3g} against {float(row['echo']):.3g}")
    parts += [f"{float(row[key]):,.0f} {key}" for key in ("rows", "megabytes", "aliases", "requests") if key in row]
    return "; ".join(parts)


def write(rows: Rows, command: str, document: Path) -> None:
    """Put the rows into the JSON beside a document, and the table between the document's two marks."""
    store = document.with_suffix(".json")
    kept = json.loads(store.read_text()) if store.exists() else {}
    kept |= stamp(rows, command)
    store.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n")
    text = document.read_text() if document.exists() else f"# Performance\n\n{START}\n{END}\n"
    before, _, rest = text.partition(START)
    after = rest.partition(END)[2]
    document.write_text(f"{before}{START}\n\n{markdown(kept)}\n\n{END}{after}")
