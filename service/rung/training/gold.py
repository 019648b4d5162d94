"""Labelled rows: what a careful reader says that a title or posting should come out as.

A file is JSONL, plain or gzipped, a row an object with ``id``, ``title``, ``description`` (may be missing), ``family``, ``level``,
``track``, ``sure`` (``yes`` or ``no``), ``accept`` (labels as ``family/level/track`` or ``other``, the row's own first), and for
the report's slices ``bucket`` and ``lang``. docs/accuracy.md says how rows are labelled and scored.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rung.errors import DataError
from rung.training.blank import blank
from rung.types import Query

OTHER = "other"  # the label of a job of another family


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A labelled job; labels are cells of the grid (``senior/ic``) or ``other``, ``accept`` starts with the row's own."""

    id: str
    title: str
    description: str | None
    company: str | None
    label: str
    accept: tuple[str, ...]
    sure: bool
    bucket: str
    lang: str

    @property
    def graded(self) -> bool:
        """True where the job is of the graded family."""
        return self.label != OTHER

    @property
    def query(self) -> Query:
        """The row as a query."""
        return Query(title=self.title, description=self.description, company=self.company, id=self.id)

    @property
    def duties_alone(self) -> GoldRow:
        """The same job with its title withheld and the names of jobs and levels blanked in its text."""
        return replace(self, title="", description=blank(self.description or ""))


@dataclass(frozen=True, slots=True)
class GoldFile:
    """The rows of one labelled file; its name is the last word of the file's (``titles`` for ``new_titles.jsonl.gz``)."""

    name: str
    rows: tuple[GoldRow, ...]

    @property
    def postings(self) -> tuple[GoldRow, ...]:
        """The rows that have a text."""
        return tuple(row for row in self.rows if (row.description or "").strip())


def read_gold(path: Path, levels: Sequence[str], graded: str) -> GoldFile:
    """Read a labelled file.

    Raises:
        DataError: the file is missing, or a row of it is not as the format asks.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            rows = [_row(line, f"{path}:{number}", levels, graded) for number, line in enumerate(lines, 1) if line.strip()]
    except OSError as error:
        raise DataError(
            f"{path} cannot be read: {error.strerror or error}; name a .jsonl or .jsonl.gz file of labelled rows"
        ) from error
    if not rows:
        raise DataError(f"{path}: no rows; one JSON object a line is needed")
    return GoldFile(path.name.split(".")[0].rpartition("_")[2], tuple(rows))


def read_gold_files(paths: Sequence[Path], levels: Sequence[str], graded: str) -> list[GoldFile]:
    """Read labelled files; where two have the same name the later one is numbered. Raises ``DataError`` as ``read_gold`` does."""
    found: list[GoldFile] = []
    for path in paths:
        file = read_gold(path, levels, graded)
        same = sum(other.name.split(" ")[0] == file.name for other in found)
        found.append(replace(file, name=f"{file.name} {same + 1}") if same else file)
    return found


def _row(line: str, where: str, levels: Sequence[str], graded: str) -> GoldRow:
    try:
        row: dict[str, Any] = json.loads(line)
        label = f"{row['level']}/{row['track']}" if row["family"] == graded else OTHER
        accept = tuple(_cell(text) for text in row["accept"])
        sure = {"yes": True, "no": False}[row["sure"]]
        found = GoldRow(
            str(row["id"]), row.get("title") or "", row.get("description"), row.get("company"), label, accept, sure,
            row.get("bucket") or "", row.get("lang") or "",
        )  # fmt: skip
    except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{where}: not a labelled row ({error!r}); id, title, family, level, track, sure and accept are needed"
        ) from error
    unknown = [cell for cell in {label, *accept} if cell != OTHER and cell.split("/")[0] not in levels]
    if unknown or label != accept[0]:
        raise DataError(f"{where}: label {label!r}, accept {list(accept)}: levels must be known and the row's own label first")
    return found


def _cell(label: str) -> str:
    """``family/level/track`` as a cell; every label without a level is ``other``."""
    return label.split("/", 1)[1] if "/" in label else OTHER
