"""``rung.frame``: a pandas or polars data frame with Rung's columns after its own, by the row contract of ``table``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rung.errors import TableError
from rung.normaliser import Normaliser
from rung.quick import default_normaliser
from rung.tables.answers import KeyClassifier, RowKey, Task, check_readings
from rung.tables.columns import checked_names, column_finder, in_python
from rung.tables.forms import Typed
from rung.tables.table import Cell, key_of, text_of

BLOCK = 4_096  # distinct keys that are classified together


def frame(
    df: Any,
    *,
    columns: Mapping[str, str | int] | None = None,
    readings: Sequence[str] = (),
    occupation: bool = False,
    normaliser: Normaliser | None = None,
) -> Any:
    """A copy of the data frame with the columns of ``rung batch`` after its own; rows and their order stay.

    ``columns`` maps fields to headings, if the headings are not recognised; ``readings`` names ladders, each of which adds a
    column; ``occupation`` adds the columns of occupation codes. Each distinct row is classified once. A row that
    cannot be answered has ``rung_status`` ``error``.

    Raises:
        TableError: ``df`` is no data frame of pandas or polars, has no column of titles, or there is no such ladder.
    """
    named = checked_names(columns)
    if isinstance(readings, str):
        raise TableError(f"readings must be a list of ladders, such as [{readings!r}], not a string")
    kind = type(df).__module__.partition(".")[0]
    if kind == "polars" and hasattr(df, "collect"):
        raise TableError("a lazy frame has no rows yet; call collect() first")
    if kind not in ("pandas", "polars") or not hasattr(df, "columns"):
        raise TableError(f"a data frame of pandas or polars is needed, not {type(df).__name__}")
    normaliser = normaliser or default_normaliser()
    check_readings(normaliser, readings)
    headings = [str(name) for name in df.columns]
    finder = column_finder(normaliser, in_python)
    first = [_values(df, number, finder.headings.rows) for number in range(len(headings))]
    sample = [[value if isinstance(value, str) else "" for value in row] for row in zip(*first, strict=True)]
    found = finder.find(headings, named, sample)
    texts = [[text_of(value) for value in _values(df, found.places[field])] for field in found.fields]
    keys = [key_of(found.fields, row) for row in zip(*texts, strict=True)]
    task = Task(found.fields, tuple(readings), Typed(), occupation, in_python)
    answers = _answers(keys, task, normaliser)
    return _widened(df, task.added(), [answers[key] for key in keys])


def _values(df: Any, number: int, rows: int | None = None) -> list[Any]:
    """The values of a column by its number, of the first rows or all; what is missing is ``None``."""
    if type(df).__module__.startswith("polars"):
        values: list[Any] = df.to_series(number).head(len(df) if rows is None else rows).to_list()
        return values
    column = df.iloc[:rows, number].astype(object)
    return list(column.where(column.notna(), None))


def _answers(keys: Sequence[RowKey], task: Task, normaliser: Normaliser) -> dict[RowKey, tuple[Cell, ...]]:
    """The cells of each distinct key."""
    classify = KeyClassifier(task, normaliser)
    distinct = list(dict.fromkeys(keys))
    answers: dict[RowKey, tuple[Cell, ...]] = {}
    for start in range(0, len(distinct), BLOCK):
        block = distinct[start : start + BLOCK]
        answers.update(zip(block, (written for written, _ in classify(block)), strict=True))
    return answers


def _widened(df: Any, names: Mapping[str, type], rows: Sequence[tuple[Cell, ...]]) -> Any:
    """The frame with the added columns, in the types of its library."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    if type(df).__module__.startswith("polars"):
        import polars  # noqa: PLC0415 - the caller has it; Rung does not need it otherwise

        types = {str: polars.String, int: polars.Int8, float: polars.Float64}
        return df.with_columns(
            polars.Series(name, list(values), types[kind]) for (name, kind), values in zip(names.items(), columns, strict=True)
        )
    import pandas  # noqa: PLC0415 - as above

    dtypes = {str: object, int: "Int8", float: "float64"}
    new = {
        name: pandas.Series(list(values), index=df.index, dtype=dtypes[kind])  # type: ignore[call-overload,unused-ignore]
        for (name, kind), values in zip(names.items(), columns, strict=True)
    }
    return pandas.concat([df, pandas.DataFrame(new, index=df.index)], axis=1)
