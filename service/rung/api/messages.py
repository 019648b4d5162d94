"""Error messages about input: what is wrong, where, and what to do. No text of a library reaches a caller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel

from rung.errors import FieldError, InvalidQuery
from rung.nearest import nearest, suggest
from rung.queries import json_kind

MOST_ERRORS = 5  # errors that one answer lists; fixing these shows the others
_LONGEST_NAME = 100  # characters of a caller's own words that an error repeats
_QUOTED = re.compile(r"'([^']*)'")
_NUMBER, _OBJECT = "must be a number, not {given}", "must be an object, not {given}"
_WHOLE_NUMBER = "must be a whole number, not {given}"
_SAYS: Mapping[str, str] = {  # by pydantic's type of error; its figures fill the braces
    "missing": "is required",
    "string_type": "must be a string, not {given}",
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": "must be true or false, not {given}",
    "list_type": "must be a list, not {given}",
    "model_type": _OBJECT,
    "dict_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "string_too_long": "is longer than {max_length:,} characters",
    "string_too_short": "is shorter than {min_length:,} characters",
    "too_long": "has more than {max_length:,} entries",
    "greater_than_equal": "must be at least {ge:,}",
    "less_than_equal": "must be at most {le:,}",
}


def invalid(rows: Iterable[Any], model: type[BaseModel] | None, skip: int = 0) -> InvalidQuery:
    """The rows of pydantic's error as one error; ``model`` gives the names of fields, ``skip`` drops the start of each location."""
    errors = [_field_error(row, model, row["loc"][skip:]) for row in list(rows)[:MOST_ERRORS]]
    errors = errors or [FieldError("body", "is not valid")]
    return InvalidQuery(_sentence(errors[0]), errors)


def refused(field: str, message: str) -> InvalidQuery:
    """One field that breaks a rule."""
    error = FieldError(field, message)
    return InvalidQuery(_sentence(error), [error])


def unknown_parameters(names: Sequence[str], known: Sequence[str]) -> InvalidQuery:
    """Query parameters that a route does not take."""
    errors = []
    for name in (name[:_LONGEST_NAME] for name in names[:MOST_ERRORS]):
        takes = f"Known: {', '.join(known)}." if known else "This route takes none."
        says = (f"There is no query parameter {name!r}.", suggest(name, known), takes)
        errors.append(FieldError(name, " ".join(filter(None, says))))
    return InvalidQuery(errors[0].message, errors)


def names_of(model: type[BaseModel]) -> list[str]:
    """The names of a model's fields, as a caller writes them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _field_error(row: Any, model: type[BaseModel] | None, location: Sequence[Any]) -> FieldError:
    field = ".".join(str(part)[:_LONGEST_NAME] for part in location)[: 2 * _LONGEST_NAME] or "body"
    if row["type"] == "extra_forbidden":
        name = str(location[-1])[:_LONGEST_NAME]
        owner = _model_at(model, location[:-1])
        hint = suggest(name, names_of(owner), f"Known: {', '.join(names_of(owner))}.") if owner else ""
        return FieldError(field, f"There is no field {name!r}. {hint}".strip())
    if row["type"] == "literal_error":
        return FieldError(field, _one_of(row["input"], _QUOTED.findall(row["ctx"]["expected"])))
    if row["type"] == "string_pattern_mismatch":
        return FieldError(field, f"has another form than it must have. {_described(model, location)}")
    says = _SAYS.get(row["type"], "is not valid; see /docs for what it may be")
    return FieldError(field, says.format(given=json_kind(row["input"]), **row.get("ctx", {})))


def _one_of(value: Any, options: Sequence[str]) -> str:
    says = f"must be one of {', '.join(options)}"
    if not isinstance(value, str):
        return f"{says}, not {json_kind(value)}"
    near = nearest(value, options)
    return f"{says}; {near!r} is nearest to {value[:_LONGEST_NAME]!r}" if near else says


def _model_at(model: type[BaseModel] | None, path: Sequence[Any]) -> type[BaseModel] | None:
    """The model that a path of field names leads to."""
    for part in path:
        field = model.model_fields.get(part) if model is not None and isinstance(part, str) else None
        kinds = (field.annotation, *get_args(field.annotation)) if field is not None else ()
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
    return model


def _described(model: type[BaseModel] | None, location: Sequence[Any]) -> str:
    """What a field holds, with an example."""
    owner = _model_at(model, location[:-1])
    field = owner.model_fields.get(str(location[-1])) if owner is not None else None
    if field is None or not field.description:
        return "See /docs."
    return f"{field.description} Example: {field.examples[0]}" if field.examples else field.description


def _sentence(error: FieldError) -> str:
    return error.message if error.message.startswith("There is no field") else f"{error.field}: {error.message}"
