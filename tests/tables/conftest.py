"""Rows are small and made here; the model is the shipped one, loaded once. What answers say is not tested, only its carriage.

Runs happen in this process where they can; real processes are started only to be killed, piped into, or compared in number.
"""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rung.tables.answers import Setup
from rung.tables.columns import ColumnFinder, Headings
from rung.tables.files import BatchJob, run
from rung.tables.summary import Summary

ROOT = Path(__file__).parents[2]
TITLES = (
    "Group PM",
    "Senior Product Manager",
    "VP, Product",
    "Nurse",
    "Produktmanager (m/w/d)",
    "Head of Product",
    "12345",
    "PM II",
)

# What headings mean here; a cell names a job where it holds a word of these.
HEADINGS = Headings.from_dict(
    {
        "headings": [
            {"field": "title", "rank": 0, "forms": {"en": ["job title", "jobtitle"], "fr": ["intitulé du poste"]}},
            {"field": "title", "rank": 1, "forms": {"en": ["title"]}},
            {"field": "title", "rank": 2, "forms": {"en": ["position", "role"]}},
            {"field": "description", "rank": 0, "forms": {"en": ["description", "job description"]}},
            {"field": "description", "rank": 2, "forms": {"en": ["text"]}},
            {"field": "company", "rank": 0, "forms": {"en": ["company"]}},
            {"field": "id", "rank": 0, "forms": {"en": ["id"]}},
            {"field": "size", "rank": 0, "forms": {"en": ["organisation size"]}},
            {"field": "sector", "rank": 0, "forms": {"en": ["sector"]}},
        ],
        "texts": {"en": ["ad", "position"]},
        "address": {"en": ["mr", "dr"]},
        "figures": {"rows": 5, "equal": 0.1, "near": 0.5, "text": 40},
    }
)
FINDER = ColumnFinder(HEADINGS, lambda cells: [bool({"PM", "VP", "Head", "Engineer"} & set(cell.split())) for cell in cells])


@dataclass
class Heard:
    """A watcher that remembers."""

    notes: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, rows: int, done: float) -> None:
        assert rows >= 0
        assert 0 <= done <= 1


@pytest.fixture
def carry(tmp_path: Path) -> Callable[..., Summary]:
    """Run a job whose paths lie in a fresh folder; ``heard`` collects what was said."""

    def carried(source: str, target: str, heard: Heard | None = None, **options: object) -> Summary:
        job = BatchJob(str(tmp_path / source), str(tmp_path / target), **{"processes": 1, **options})
        return run(job, Setup(), heard or Heard())

    return carried


def table(rows: list[list[str]], **dialect: object) -> bytes:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out, **{"lineterminator": "\n", **dialect}).writerows(rows)
    return out.getvalue().encode()


def cells(data: bytes, **dialect: object) -> list[list[str]]:
    """CSV as rows."""
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), **dialect))


def rung(*arguments: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    """The command line in a process of its own."""
    command = [sys.executable, "-m", "rung.cli", "batch", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
    return subprocess.run(command, capture_output=True, timeout=120, check=False, env=environment, **options)
