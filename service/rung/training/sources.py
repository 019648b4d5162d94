"""Reading ``training_data/``: YAML with the line of every record, JSONL row by row, and errors that name file, line and fix."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rung.errors import DataError
from rung.records import Key, LinedData, load_yaml


class LinedDict(dict[str, Any]):
    """A mapping of a YAML file that knows its line there."""

    def __init__(self, fields: Mapping[str, Any], line: int = 1) -> None:
        super().__init__(fields)
        self.line = line


def read_yaml(path: Path) -> LinedDict:
    """The top mapping of a YAML file, or a list as its ``records``; every mapping in it knows its line.

    Raises:
        DataError: the file cannot be read, is not valid YAML, or holds neither a mapping nor a list.
    """
    lined = load_yaml(path)
    data = _with_lines(lined, (), lined.data)
    if not isinstance(data, dict | list):
        raise DataError(f"{path}:1: expected a record or a list, found {type(data).__name__}")
    return data if isinstance(data, LinedDict) else LinedDict({"records": data})


def _with_lines(lined: LinedData, where: tuple[Key, ...], data: Any) -> Any:
    """A part of a file, found at ``where``, with its mappings as ``LinedDict``."""
    if isinstance(data, list):
        return [_with_lines(lined, (*where, index), value) for index, value in enumerate(data)]
    if not isinstance(data, dict):
        return data
    fields = {key: _with_lines(lined, (*where, str(key)), value) for key, value in data.items()}
    return LinedDict(fields, lined.lines.get(where, 1))


def check_patterns(path: Path, record: LinedDict, patterns: Iterable[str]) -> None:
    """Raise ``DataError`` if a regular expression of a record is not valid."""
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            raise DataError(f"{line(path, record)}: {pattern!r} is not a valid regular expression: {error}; correct it") from error


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of a JSONL file, plain or gzipped, with their line numbers; blank lines are skipped.

    Raises:
        DataError: the file cannot be read, or a line is not a JSON object.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, text in enumerate(lines, 1):
                if text.strip():
                    yield number, _json_object(text, f"{path}:{number}")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{path} cannot be read: {reason}; name a .jsonl or .jsonl.gz file") from error


def _json_object(text: str, where: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f"{where}: not valid JSON ({error.msg}); one object a line is needed") from error
    if not isinstance(row, dict):
        raise DataError(f"{where}: expected an object, found {type(row).__name__}")
    return row


def replace_record(path: Path, pattern: re.Pattern[str], text: str, needed: str) -> None:
    """Replace the only match of ``pattern`` in a file by ``text``; the rest of the file stays as it is.

    Raises:
        DataError: there is no match, or several; the message says what is ``needed``.
    """
    content = path.read_text(encoding="utf-8")
    if len(pattern.findall(content)) != 1:
        raise DataError(f"{path}: {needed} is needed, once; it will be replaced")
    path.write_text(pattern.sub(lambda _: text, content), encoding="utf-8")


def line(path: Path, record: LinedDict) -> str:
    """The place of a record, as ``file:line``."""
    return f"{path}:{record.line}"


def source_ids(data: Path) -> frozenset[str]:
    """The ids that a ``source`` may cite."""
    return frozenset(record["id"] for record in read_yaml(data / "SOURCES.yaml")["records"])


def graded_family(data: Path) -> str:
    """The id of the family that has ladders, from ``families.yaml``.

    Raises:
        DataError: there is none, or more than one.
    """
    path = data / "families.yaml"
    graded = [str(family["id"]) for family in read_yaml(path)["families"] if family.get("graded")]
    if len(graded) != 1:
        raise DataError(f"{path}: one family must be graded, not {len(graded)}; set `graded: true` for one")
    return graded[0]
