"""Checking queries: a missing value becomes the default of its field, and a value of another type is an error.

Rows of data frames have missing values: ``None``, NaN, ``pandas.NA``, ``pandas.NaT``. One bad row must not stop the others.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any, get_args

from rung.errors import FieldError, InvalidQuery
from rung.types import (
    COUNTRY,
    DEFAULT_PARTS,
    MOST_COUNTED,
    NOTHING_STATED,
    ORGANISATION_COUNTS,
    PARTS,
    Organisation,
    Part,
    Query,
    Sector,
    Size,
)

_TEXTS = ("title", "description", "company", "id", "ladder", "stated_level")
_SHARES = ("min_confidence", "min_precision")
_KNOWN = frozenset(PARTS)
_BLANK = {field.name: field.default for field in dataclasses.fields(Query)}
_FORMS = {  # of the texts of an organisation: a pattern, and the same in words
    "sector": ("|".join(get_args(Sector)), f"one of {', '.join(get_args(Sector))}"),
    "size": ("|".join(get_args(Size)), f"one of {', '.join(get_args(Size))}"),
    "country": (COUNTRY, "a country code of ISO 3166, two capital letters: GB, not UK"),
}
_JSON_KINDS: Mapping[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def is_missing(value: object) -> bool:
    """Whether a value means an empty cell: ``None``, NaN of any library, ``pandas.NA`` or ``pandas.NaT``."""
    if value is None:
        return True
    try:
        return bool(value != value)  # noqa: PLR0124 - only NaN and NaT differ from themselves
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"  # pandas.NA raises if it is used as a truth value


def checked_country(country: str) -> str:
    """The code of a country, as ISO 3166 has it.

    Raises:
        InvalidQuery: it is none.
    """
    pattern, says = _FORMS["country"]
    if re.fullmatch(pattern, country) is None:
        message = f"country is {country!r:.40}; it must be {says}"
        raise InvalidQuery(message, [FieldError("country", message)])
    return country


def with_blanks(query: object) -> Query:
    """The query with defaults in place of missing values; the same object if nothing is missing.

    A missing title becomes "", a missing description ``None``. A whole number that a data frame turned into a float (6.0) is valid.

    Raises:
        InvalidQuery: this is not a ``Query``, or a field has a value that it must not have; ``errors`` names each such field.
    """
    if not isinstance(query, Query):
        raise InvalidQuery(f"a Query is needed, not {_named(query)}")
    if _is_plain(query):
        return query
    errors: list[FieldError] = []
    changes: dict[str, Any] = {}
    for name in _TEXTS + _SHARES:
        value = getattr(query, name)
        wanted: type = str if name in _TEXTS else Real
        if is_missing(value):
            changes[name] = _BLANK[name]
        elif not isinstance(value, wanted) or isinstance(value, bool):
            kind = "a string" if wanted is str else "a number from 0 to 1"
            errors.append(FieldError(name, f"{name} must be {kind} or missing, not {_named(value)}"))
    if is_missing(query.include):
        changes["include"] = _BLANK["include"]
    else:
        changes["include"] = _parts(query.include, errors)
    changes["organisation"] = _organisation(query.organisation, errors)
    if errors:
        raise InvalidQuery(errors[0].message, errors)
    return dataclasses.replace(query, **changes)


def _is_plain(query: Query) -> bool:
    """Whether no value can be missing or wrong. True for nearly all queries, so this check is cheap."""
    return (
        type(query.title) is str
        and (query.description is None or type(query.description) is str)
        and (query.company is None or type(query.company) is str)
        and (query.id is None or type(query.id) is str)
        and type(query.ladder) is str
        and query.organisation is NOTHING_STATED
        and query.min_confidence is query.min_precision is None
        and query.stated_level is None
        and (query.include is DEFAULT_PARTS or (type(query.include) is tuple and _are_parts(query.include)))
    )


def _are_parts(include: tuple[object, ...]) -> bool:
    return all(isinstance(part, str) and part in _KNOWN for part in include)


def _parts(include: object, errors: list[FieldError]) -> tuple[Part, ...]:
    """The parts that ``include`` names; errors are appended to ``errors``."""
    if not isinstance(include, tuple | list) or not all(isinstance(part, str) for part in include):
        errors.append(FieldError("include", f"include must be a tuple of parts or missing, not {_named(include)}"))
        return ()
    if unknown := [part for part in include if part not in _KNOWN and part != "all"]:
        errors.append(FieldError("include", f"include: there is no part {unknown[0]!r}. Known: {', '.join(PARTS)}, all."))
    return named_parts(include)


def named_parts(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts of some names, each once; ``all`` means every part."""
    return PARTS if "all" in names else tuple(part for part in PARTS if part in names)


def _organisation(stated: object, errors: list[FieldError]) -> Organisation:
    """The stated facts, missing ones as ``None``; errors are appended to ``errors``."""
    if is_missing(stated):
        return NOTHING_STATED
    if not isinstance(stated, Organisation):
        errors.append(FieldError("organisation", f"organisation must be an Organisation or missing, not {_named(stated)}"))
        return NOTHING_STATED
    facts: dict[str, Any] = {}
    for field in dataclasses.fields(Organisation):
        value, where = getattr(stated, field.name), f"organisation.{field.name}"
        if is_missing(value):
            facts[field.name] = None
        elif field.name in ORGANISATION_COUNTS:
            facts[field.name] = _count(value, where, errors)
        elif not isinstance(value, str):
            errors.append(FieldError(where, f"{where} must be a string or missing, not {_named(value)}"))
        elif re.fullmatch(_FORMS[field.name][0], value) is None:
            errors.append(FieldError(where, f"{where} is {value!r:.40}; it must be {_FORMS[field.name][1]}, or missing"))
        else:
            facts[field.name] = value
    return Organisation(**facts)


def _count(value: object, where: str, errors: list[FieldError]) -> int:
    """A whole number from 0 to ``MOST_COUNTED``; if it is none, an error is appended to ``errors``."""
    number, shown = -1.0, _named(value)
    if isinstance(value, Real) and not isinstance(value, bool):
        try:
            number, shown = float(value), f"{value!r:.40}"
        except OverflowError:
            shown = "a larger one"
    if not (number.is_integer() and 0 <= number <= MOST_COUNTED):
        errors.append(FieldError(where, f"{where} must be a whole number from 0 to {MOST_COUNTED:,} or missing, not {shown}"))
    return int(number) if number.is_integer() else 0


def json_kind(value: object) -> str:
    """The kind of a value in the words of JSON, with its article; other types by their own names."""
    return _JSON_KINDS.get(type(value)) or _named(value)


def _named(value: object) -> str:
    """The type of a value, with its article."""
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
