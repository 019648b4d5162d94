"""The row contract: which fields are read, which columns are added, how a row becomes a query and an answer becomes cells.

Files, streams and Spark all use it, so that a row is answered as ``POST /classify`` answers it. All other columns pass through
unchanged and in order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast, get_args

from rung.errors import FieldError, InvalidQuery
from rung.queries import is_missing, json_kind
from rung.types import NOTHING_STATED, REFERENCE, Occupations, Organisation, Query, Result, Sector, Size

PREFIX = "rung_"
READ = ("title", "description", "company", "id", "ladder", "sector", "size", "stated_level")

# What the answer depends on. The caller's id is not part of it, so rows that differ only in their id share a key.
KEY_FIELDS = tuple(field for field in READ if field != "id")

COLUMNS: Mapping[str, type] = {
    "rung_status": str,
    "rung_family": str,
    "rung_position": str,
    "rung_level": str,
    "rung_level_rank": int,
    "rung_level_label": str,
    "rung_track": str,
    "rung_people_management": str,
    "rung_confidence": float,
    "rung_about": str,
    "rung_expected_rank": float,
    "rung_levels": str,
    "rung_tracks": str,
    "rung_question": str,
    "rung_flags": str,
    "rung_error": str,
    "rung_model": str,
}
OCCUPATION: Mapping[str, type] = {
    "rung_esco": str,
    "rung_esco_label": str,
    "rung_isco": str,
    "rung_esco_confidence": float,
    "rung_soc": str,
    "rung_soc_title": str,
    "rung_soc_confidence": float,
}
NAMES = ("name", "display_name")  # members by which an object counts as a text
SEVERAL = "|"  # joins the levels, tracks or flags of one cell; no id contains it

CHOICES: Mapping[str, tuple[str, ...]] = {"sector": get_args(Sector), "size": get_args(Size)}

Key = str | tuple[str, ...]
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Fault:
    """The reason why a row cannot be classified; the row stays in the output with ``rung_status`` ``error``.

    ``field`` is the field whose cell is at fault, if it is one.
    """

    reason: str
    field: str = ""


BLANK = Fault("")  # a blank line, which passes through and is not a row


def query(fields: Sequence[str], key: Key) -> Query:
    """The query of a row's key.

    Raises:
        InvalidQuery: sector or size is none of those known.
    """
    if isinstance(key, str):
        return Query(title=key, include=())
    values = dict(zip(fields, key, strict=True))
    get = values.get
    organisation = NOTHING_STATED
    if "sector" in values or "size" in values:
        sector, size = get("sector", "").strip() or None, get("size", "").strip() or None
        _check_choice("sector", sector)
        _check_choice("size", size)
        organisation = Organisation(sector=sector, size=size)  # type: ignore[arg-type]  # checked just above
    company, ladder = get("company", "").strip() or None, get("ladder", "").strip() or REFERENCE
    level = get("stated_level", "").strip() or None
    return Query(values["title"], get("description") or None, None, company, organisation, ladder, level, include=())


def key_of(fields: Sequence[str], texts: Sequence[str | Fault]) -> Key | Fault:
    """The key of a row by its typed cells; the first cell that is no text makes it a fault, which names the field."""
    for field, text in zip(fields, texts, strict=True):
        if isinstance(text, Fault):
            return Fault(f"{field}: {text.reason}", field)
    valid = cast(Sequence[str], texts)
    return valid[0] if len(valid) == 1 else tuple(valid)


def _check_choice(field: str, value: str | None) -> None:
    if value is not None and value not in CHOICES[field]:
        message = f"{field} is {value[:40]!r}; it must be one of {', '.join(CHOICES[field])}, or empty"
        raise InvalidQuery(message, [FieldError(field, message)])


def added(readings: Sequence[str], *, occupation: bool = False) -> dict[str, type]:
    """The added columns and their types, in order, with one for each reading and, if wanted, those of occupation codes."""
    return {**COLUMNS, **{f"{PREFIX}reading_{ladder}": str for ladder in readings}, **(OCCUPATION if occupation else {})}


def cells(
    outcome: Result | InvalidQuery | Fault, model: str, readings: Sequence[str], *, occupation: bool = False
) -> tuple[Cell, ...]:
    """The cells of an answer, in the order of ``added``; ``None`` for an empty cell. ``model`` is the model's short name."""
    if not isinstance(outcome, Result):
        reason = outcome.detail if isinstance(outcome, InvalidQuery) else outcome.reason
        known = {"rung_status": "error", "rung_error": reason, "rung_model": model}
        return tuple(known.get(column) for column in added(readings, occupation=occupation))
    titles = {reading.ladder: reading.title for reading in outcome.readings or ()}
    level, answer_range = outcome.level, outcome.range
    return (
        outcome.status,
        outcome.family.id if outcome.family else None,
        outcome.position.id if outcome.position else None,
        level.id if level else None,
        level.rank if level else None,
        level.label if level else None,
        outcome.track,
        outcome.people_management,
        outcome.confidence,
        SEVERAL.join(answer_range.about) or None,
        level.expected_rank if level else None,
        SEVERAL.join(answer_range.levels) or None,
        SEVERAL.join(answer_range.tracks) or None,
        answer_range.question,
        SEVERAL.join(outcome.flags) or None,
        None,
        model,
        *(titles.get(ladder) for ladder in readings),
        *(_codes(outcome.occupation) if occupation else ()),
    )


def _codes(found: Occupations | None) -> tuple[Cell, ...]:
    """The cells of the likeliest occupation of each scheme."""
    esco = found.esco[0] if found and found.esco else None
    soc = found.soc[0] if found and found.soc else None
    return (
        *((esco.uri, esco.label, esco.isco, esco.confidence) if esco else (None,) * 4),
        *((soc.code, soc.title, soc.confidence) if soc else (None,) * 3),
    )


def neutral(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet would run it as a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def text_of(value: Any) -> str | Fault:
    """The text of a typed cell (JSON, Parquet, Spark); a missing value (``None``, NaN) is an empty text.

    An object counts as its ``name`` or ``display_name``: job boards send employers so.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        named = next((text for name in NAMES if isinstance(text := value.get(name), str)), None)
        return Fault("must be a string, not an object without a name") if named is None else named
    return "" if is_missing(value) else Fault(f"must be a string, not {json_kind(value)}")
