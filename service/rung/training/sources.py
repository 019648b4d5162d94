"""Reading ``training_data/``: YAML with the line of every record, JSONL row by row, and errors that name file, line and fix."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from rung.errors import DataError


class _LineLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Adds the first line of every mapping to it, as ``__line__``; uses libyaml if PyYAML was built with it."""


def _mapping(loader: _LineLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    mapping: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in mapping:
            raise DataError(f"line {key_node.start_mark.line + 1}: {key!r} appears twice in one record; keep one")
        mapping[key] = loader.construct_object(value_node, deep=True)
    mapping["__line__"] = node.start_mark.line + 1
    return mapping


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """The top record of a YAML file; every record in it carries ``__line__``."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_LineLoader)  # noqa: S506 (a SafeLoader)
    except FileNotFoundError as error:
        raise DataError(f"{path}: no such file; training_data/README.md lists what is needed") from error
    except DataError as error:
        raise DataError(f"{path}: {error.detail}") from error
    except yaml.YAMLError as error:
        raise DataError(f"{path}: not valid YAML: {error}") from error
    if not isinstance(data, dict | list):
        raise DataError(f"{path}:1: expected a record or a list, found {type(data).__name__}")
    return data if isinstance(data, dict) else {"records": data, "__line__": 1}


def check_patterns(path: Path, record: Mapping[str, Any], patterns: Iterable[str]) -> None:
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


def plain(data: Any) -> Any:
    """The same data without the line numbers."""
    if isinstance(data, Mapping):
        return {key: plain(value) for key, value in data.items() if key != "__line__"}
    if isinstance(data, list):
        return [plain(value) for value in data]
    return data


def replace_record(path: Path, pattern: re.Pattern[str], text: str, needed: str) -> None:
    """Replace the only match of ``pattern`` in a file by ``text``; the rest of the file stays as it is.

    Raises:
        DataError: there is no match, or several; the message says what is ``needed``.
    """
    content = path.read_text(encoding="utf-8")
    if len(pattern.findall(content)) != 1:
        raise DataError(f"{path}: {needed} is needed, once; it will be replaced")
    path.write_text(pattern.sub(lambda _: text, content), encoding="utf-8")


def line(path: Path, record: Mapping[str, Any]) -> str:
    """The place of a record, as ``file:line``."""
    return f"{path}:{record.get('__line__', 1)}"


def source_ids(data: Path) -> frozenset[str]:
    """The ids that a ``source`` may cite."""
    return frozenset(record["id"] for record in read_yaml(data / "SOURCES.yaml")["records"])


def graded_family(data: Path) -> str:
    """The id of the family that has ladders, from ``families.yaml``.

    Raises:
        DataError: there is none, or more than one.
    """
    path = data / "families.yaml"
    graded = [str(family["id"]) for family in plain(read_yaml(path))["families"] if family.get("graded")]
    if len(graded) != 1:
        raise DataError(f"{path}: one family must be graded, not {len(graded)}; set `graded: true` for one")
    return graded[0]
