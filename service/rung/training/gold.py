"""Labelled rows: titles and postings with the answers of careful readers.

A file is JSONL, plain or gzipped. Its form is known by its rows:

- ``graded``: jobs of the graded family and others. A row is an object with ``id``, ``title``, ``description`` (may be missing),
  ``family``, ``level``, ``track``, ``sure`` (``yes`` or ``no``), ``accept`` (labels as ``family/level/track`` or ``other``, the
  row's own first), ``source``, and for the report's slices ``bucket`` and ``lang``;
- ``any``: jobs of every family, the same fields; ``accept`` always names family, level and track;
- ``field``: cases by ``kind`` of difficulty; ``accept`` has ``level track`` of the graded family, ``other`` or ``unreadable``.

docs/accuracy.md says how rows are labelled and scored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from rung.errors import DataError
from rung.training.blank import blank
from rung.training.sources import read_jsonl
from rung.types import Query

OTHER = "other"  # the label of a job of another family
UNREADABLE = ""  # the label of what names no job
_OWN = 0.6  # if readers differ, the share that would give the row's own label; the other labels share the rest
Form = Literal["graded", "any", "field"]


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A labelled job; ``accept`` starts with its own label, ``source`` is the origin.

    Labels are cells of the grid (``senior/ic``) or ``other``; in files of any job ``family/level/track``. ``UNREADABLE`` is the
    label of what names no job.
    """

    id: str
    title: str
    description: str | None
    company: str | None
    label: str
    accept: tuple[str, ...]
    sure: bool
    bucket: str
    lang: str
    source: str = ""
    form: Form = "graded"

    @property
    def readers(self) -> dict[str, float]:
        """The share of careful readers who would give each label; empty if the labels are not known."""
        if self.sure:
            return {self.label: 1.0}
        others = [label for label in self.accept if label != self.label]
        return {self.label: _OWN, **dict.fromkeys(others, (1.0 - _OWN) / len(others))} if others else {}

    @property
    def graded(self) -> bool:
        """True where the job is of the graded family."""
        return self.label not in (OTHER, UNREADABLE)

    @property
    def query(self) -> Query:
        """The row as a query."""
        return Query(title=self.title, description=self.description, company=self.company, id=self.id)

    @property
    def duties_alone(self) -> GoldRow:
        """The same job with its title withheld and the names of jobs and levels blanked in its text."""
        return replace(self, title="", description=blank(self.description or ""))

    @property
    def title_alone(self) -> GoldRow:
        """The same job without its text."""
        return replace(self, description=None)


@dataclass(frozen=True, slots=True)
class GoldFile:
    """The rows of one labelled file.

    ``name`` is the last word of the file name (``titles`` for ``new_titles.jsonl.gz``), with ``, any job`` for that form, or
    ``field``.
    """

    name: str
    rows: tuple[GoldRow, ...]
    form: Form = "graded"

    @property
    def postings(self) -> tuple[GoldRow, ...]:
        """The rows that have a text."""
        return tuple(row for row in self.rows if (row.description or "").strip())


def read_gold(path: Path, levels: Sequence[str], graded: str) -> GoldFile:
    """Read a labelled file.

    Raises:
        DataError: the file is missing, or a row breaks the format.
    """
    rows = [(f"{path}:{number}", row) for number, row in read_jsonl(path)]
    if not rows:
        raise DataError(f"{path}: no rows; one JSON object a line is needed")
    form = _form([row for _, row in rows], graded)
    word = path.name.split(".")[0].rpartition("_")[2]
    name = {"graded": word, "any": f"{word}, any job", "field": "field"}[form]
    return GoldFile(name, tuple(_row(row, where, form, levels, graded) for where, row in rows), form)


def _form(rows: Sequence[Mapping[str, Any]], graded: str) -> Form:
    """The form of a file: cases have a kind, and in files of any job the labels of other families have levels."""
    if all("kind" in row for row in rows):
        return "field"
    elsewhere = (label for row in rows for label in row.get("accept") or () if not str(label).startswith(f"{graded}/"))
    return "any" if any("/" in str(label) for label in elsewhere) else "graded"


def read_gold_files(paths: Sequence[Path], levels: Sequence[str], graded: str) -> list[GoldFile]:
    """Read labelled files; a second file of the same name gets a number. Raises ``DataError`` as ``read_gold`` does."""
    found: list[GoldFile] = []
    for path in paths:
        file = read_gold(path, levels, graded)
        same = sum(other.name.split(" ")[0] == file.name for other in found)
        found.append(replace(file, name=f"{file.name} {same + 1}") if same else file)
    return found


def _row(row: Mapping[str, Any], where: str, form: Form, levels: Sequence[str], graded: str) -> GoldRow:
    try:
        accept = tuple(_LABELS[form](str(label)) for label in row["accept"])
        label = accept[0] if form == "field" else _own(row, form, graded)
        if row["sure"] not in ("yes", "no"):
            raise DataError(f'{where}: "sure" is {row["sure"]!r}; write "yes" or "no"')
        sure = row["sure"] == "yes"
        bucket = row.get("kind" if form == "field" else "bucket") or ""
        found = GoldRow(
            str(row.get("id") or where.rpartition(":")[2]), row.get("title") or "", row.get("description"), row.get("company"),
            label, accept, sure, bucket, row.get("lang") or "", row.get("source") or bucket, form,
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, IndexError) as error:
        wrong = f"it has no {error.args[0]!r}" if isinstance(error, KeyError) else "a field has another type than it must have"
        raise DataError(f"{where}: not a labelled row: {wrong}; docs/accuracy.md#the-rows says what a row needs") from error
    unknown = [cell for cell in {label, *accept} if "/" in cell and cell.split("/")[-2] not in (*levels, "")]
    if unknown or label != accept[0]:
        raise DataError(f"{where}: label {label!r}, accept {list(accept)}: levels must be known and the row's own label first")
    return found


def _own(row: Mapping[str, Any], form: Form, graded: str) -> str:
    """The row's own label by its fields."""
    known = form == "any" or row["family"] == graded
    return _LABELS[form](f"{row['family']}/{row['level'] or ''}/{row['track'] or ''}" if known else OTHER)


def _graded_label(label: str) -> str:
    """``family/level/track`` as a cell; every label without a level is ``other``."""
    return label.split("/", 1)[1] if "/" in label else OTHER


def _any_label(label: str) -> str:
    """``family/level/track`` as written; a label without a level names no job."""
    return label if "//" not in label and label.count("/") == 2 else UNREADABLE


def _field_label(label: str) -> str:
    """``level track`` as a cell."""
    return UNREADABLE if label == "unreadable" else label.replace(" ", "/")


_LABELS: Mapping[Form, Callable[[str], str]] = {"graded": _graded_label, "any": _any_label, "field": _field_label}
