"""Reads data files: YAML with the line of each part, and records field by field, so that errors name file, line and fix.

PyYAML is imported when the first YAML file is loaded. ``Record`` also reads plain data, which has no lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from rung.errors import DataError
from rung.nearest import suggest

Key = str | int


@dataclass(frozen=True, slots=True)
class LinedData:
    """Plain data with the line of each of its parts, by the path of keys and indexes that leads to the part.

    ``name`` is the file, for errors. ``lines`` is empty for data that is not from a file.
    """

    name: str
    data: Any
    lines: Mapping[tuple[Key, ...], int] = field(default_factory=dict)

    def fail(self, where: Sequence[Key], message: str) -> NoReturn:
        """Raise ``DataError`` about the part at ``where``, with its line or that of the nearest part that contains it."""
        path = tuple(where)
        line = next((self.lines[path[:end]] for end in range(len(path), -1, -1) if path[:end] in self.lines), None)
        raise DataError(f"{self.name}{f', line {line}' if line else ''}: {message}")

    def record(self) -> Record:
        """The top level of the data as one record."""
        return Record(self, (), self.data)


class Record:
    """One mapping of a data file. Each method reads one field, or raises ``DataError`` that says what to write instead."""

    __slots__ = ("data", "lined", "where")

    def __init__(self, lined: LinedData, where: tuple[Key, ...], data: Any) -> None:
        self.lined, self.where = lined, where
        if not isinstance(data, Mapping):
            lined.fail(where, f"a mapping of fields is expected here, not {_kind(data)}; write it as `field: value` lines.")
        self.data: Mapping[str, Any] = data

    def fail(self, key: str | None, message: str) -> NoReturn:
        """Raise an error about a field, or about the record if ``key`` is ``None``."""
        self.lined.fail(self.where if key is None else (*self.where, key), message)

    def only(self, *fields: str) -> None:
        """Raise an error if there is a field that is not one of ``fields``."""
        for key in self.data:
            if key not in fields:
                self.fail(str(key), f"unknown field {key!r}. {suggest(str(key), fields, 'Take it out.')}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not blank; the field is required unless ``default`` is given."""
        value = self.data.get(key, default)
        if value is None:
            self.fail(None, f"the field {key!r} is missing; add it.")
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            self.fail(key, f"{key!r} must be a text, not {_kind(value)}.{_hint(value)}")
        text = " ".join(str(value).split())
        if not text and default != "":
            self.fail(key, f"{key!r} is blank; write it or leave the field out.")
        return text

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """A text that is one of ``allowed``."""
        value = self.text(key, default)
        if value not in allowed:
            self.fail(key, f"{key!r} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value

    def number(self, key: str, default: float | None = None, low: float = 0.0, high: float = float("inf")) -> float:
        """A number from ``low`` to ``high``."""
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            self.fail(key, f"{key!r} must be a number from {low:g} to {high:g}, not {value!r}.")
        return float(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if the field is missing; a single text counts as a list of one."""
        value = self.data.get(key, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) and item.strip() for item in value):
            self.fail(key, f"{key!r} must be a list of texts.{_hint(value)}")
        return tuple(" ".join(item.split()) for item in value)

    def pairs(self, key: str) -> tuple[tuple[str, str], ...]:
        """A mapping of text to text as pairs in order, empty if the field is missing."""
        value = self.data.get(key, {})
        if not isinstance(value, Mapping) or not all(isinstance(v, str | int) and not isinstance(v, bool) for v in value.values()):
            self.fail(key, f"{key!r} must be a mapping of texts, such as `{{size: small}}`.{_hint(value)}")
        return tuple((str(k), str(v)) for k, v in value.items())

    def records(self, key: str) -> list[Record]:
        """A list of mappings, empty if the field is missing."""
        value = self.data.get(key, [])
        if not isinstance(value, list | tuple):
            self.fail(key, f"{key!r} must be a list of records, not {_kind(value)}.")
        return [Record(self.lined, (*self.where, key, index), item) for index, item in enumerate(value)]


def _kind(value: object) -> str:
    if value is None:
        return "nothing"
    return {dict: "a mapping", list: "a list", str: "a text", bool: "yes/no", int: "a number", float: "a number"}.get(
        type(value), "that"
    )


def _hint(value: object) -> str:
    """A hint about quotes: YAML reads a bare yes or no as a truth value."""
    values = value if isinstance(value, list) else list(value.values()) if isinstance(value, Mapping) else [value]
    return ' Put yes and no in quotes: "yes".' if any(isinstance(item, bool) for item in values) else ""


def load_yaml(path: Path) -> LinedData:
    """Read a YAML file.

    Raises:
        DataError: the file cannot be read, is not valid YAML, or has a repeated key or an alias (``*name``).
    """
    import yaml  # noqa: PLC0415 - plain data needs no YAML

    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"byte {error.start} is not UTF-8"
        raise DataError(f"{path}: the file cannot be read ({reason}); name a UTF-8 text file.") from error
    lines: dict[tuple[Key, ...], int] = {}
    try:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)  # libyaml, if PyYAML has it, is ten times as fast
        node = loader.get_single_node()
        if node is not None:
            _walk(node, (), lines, LinedData(str(path), None, lines), set())
        data = None if node is None else loader.construct_document(node)
    except RecursionError as error:
        raise DataError(f"{path}: the file nests too deeply; write it with fewer levels.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise DataError(f"{path}{line}: this is not valid YAML ({getattr(error, 'problem', None) or error}).") from error
    return LinedData(str(path), data, lines)


def _walk(node: Any, where: tuple[Key, ...], lines: dict[tuple[Key, ...], int], lined: LinedData, seen: set[int]) -> None:
    """Record the line of every part below a node of the composed document."""
    lines.setdefault(where, node.start_mark.line + 1)
    if node.id != "scalar" and id(node) in seen:
        lined.fail(where, "an alias (*name) is not read here; write the part out.")
    seen.add(id(node))
    if node.id == "mapping":
        for key, value in node.value:
            if key.id != "scalar":
                lined.fail(where, f"a field's name is a list or an object (line {key.start_mark.line + 1}); write text.")
            place = (*where, key.value)
            if place in lines:
                lined.fail(place, f"the field {key.value!r} appears twice (again on line {key.start_mark.line + 1}); keep one.")
            lines[place] = key.start_mark.line + 1
            _walk(value, place, lines, lined, seen)
    elif node.id == "sequence":
        for index, value in enumerate(node.value):
            _walk(value, (*where, index), lines, lined, seen)
