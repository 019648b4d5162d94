"""The labelled text of ``training_data/``: duty sentences and whole postings, checked row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rung.errors import DataError
from rung.training.sources import read_jsonl, read_yaml, source_ids

NOT_DUTY = "not-duty"
_SENTENCE_FIELDS = {"text", "family", "position", "level", "track", "people_management", "kind", "voice", "source", "lang"}


@dataclass(frozen=True, slots=True)
class DutySentence:
    """A sentence with its labels; ``None`` if it has none. ``family`` is ``not-duty`` for sentences that are not duties."""

    text: str
    family: str | None
    level: str | None
    track: str | None
    people_management: str | None


@dataclass(frozen=True, slots=True)
class Posting:
    """A whole posting with its labels; ``level`` and ``track`` are ``None`` outside the graded family."""

    id: str
    title: str
    description: str
    family: str
    level: str | None
    track: str | None


def duty_sentences(data: Path, family: str) -> list[DutySentence]:
    """Every duty sentence, files and rows in order.

    Raises:
        DataError: an unknown field, label or source, or a sentence that appears twice.
    """
    known = _Known.of(data, family)
    seen: dict[str, str] = {}
    found = []
    for path in _files(data, family):
        for number, row in read_jsonl(path):
            where = f"{path}:{number}"
            if unknown := set(row) - _SENTENCE_FIELDS:
                raise DataError(f"{where}: unknown field {sorted(unknown)}; use {sorted(_SENTENCE_FIELDS)}")
            text = str(row.get("text", "")).strip()
            if not text:
                raise DataError(f"{where}: no text; write the sentence or remove the row")
            if (first := seen.setdefault(text.casefold(), where)) != where:
                raise DataError(f"{where}: the same sentence is at {first}; remove one")
            known.check(row, where)
            label = row.get("family") or (NOT_DUTY if "kind" in row else None)
            found.append(DutySentence(text, label, row.get("level"), row.get("track"), row.get("people_management")))
    return found


def _files(data: Path, family: str) -> list[Path]:
    """The files of duty sentences of the family and of no family, in order of their names."""
    folders = (data / "families" / family / "duties", data / "shared" / "duties")
    return sorted((path for folder in folders for path in folder.glob("*.jsonl")), key=lambda path: path.name)


def postings(data: Path, family: str) -> list[Posting]:
    """Every whole posting written for training, files and rows in order; raises ``DataError`` as ``duty_sentences`` does."""
    known = _Known.of(data, family)
    seen: dict[str, str] = {}
    found = []
    for path in sorted((data / "families" / family / "postings").glob("*.jsonl")):
        for number, row in read_jsonl(path):
            where = f"{path}:{number}"
            known.check(row, where)
            if (first := seen.setdefault(row["id"], where)) != where:
                raise DataError(f"{where}: the id {row['id']!r} is already used at {first}; give each row its own")
            found.append(Posting(row["id"], row["title"], row.get("description") or "", row["family"], row["level"], row["track"]))
    return found


@dataclass(frozen=True, slots=True)
class _Known:
    """The allowed values of labels."""

    sources: frozenset[str]
    families: frozenset[str]
    positions: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, data: Path, family: str) -> _Known:
        grid = read_yaml(data / "families" / family / "grid.yaml")
        families = frozenset(f["id"] for f in read_yaml(data / "families.yaml")["families"])
        return cls(source_ids(data), families, {p["id"]: frozenset(p["cells"]) for p in grid["positions"]})

    def check(self, row: Mapping[str, Any], where: str) -> None:
        for field, allowed in self._fields(row):
            if row.get(field) is not None and row[field] not in allowed:
                raise DataError(f"{where}: {field} {row[field]!r} is not known; one of {', '.join(sorted(allowed))} is needed")
        if row.get("source") not in self.sources:
            raise DataError(f"{where}: source {row.get('source')!r} is not in SOURCES.yaml; add it there or cite another")
        if row.get("position") and row.get("level") and f"{row['level']}/{row['track']}" not in self.positions[row["position"]]:
            raise DataError(f"{where}: {row['position']} at {row['level']}/{row['track']} is not on the grid; see grid.yaml")

    def _fields(self, row: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
        yield "family", self.families
        yield "position", frozenset(self.positions)
        yield "people_management", frozenset({"yes", "no"})
