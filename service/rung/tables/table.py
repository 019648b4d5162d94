"""The row contract: which columns are read, which are added, and how one row becomes a query and an answer becomes cells.

Every door that takes rows (files, streams, Spark) goes through here, so that a row is answered as ``POST /classify`` answers it.
All other columns pass through untouched and in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args

from rung.errors import FieldError, InvalidQuery, TableError
from rung.types import NOTHING_STATED, REFERENCE, Organisation, Query, Result, Sector, Size

PREFIX = "rung_"
READ = ("title", "description", "company", "id", "ladder", "sector", "size")

# What the answer depends on: the caller's id changes nothing, so rows that differ only in it are one question.
ASKED = ("title", "description", "company", "ladder", "sector", "size")

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
SEVERAL = "|"  # between the levels, tracks or flags of one cell: no id holds it, and no common delimiter is it

# Headings that mean a field, best first, in the normal form of ``_plain``. Ladder, sector and size are known by their own names
# only: a foreign "size" holds head counts, and guessing it would make every row an error.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "title": (
        "title", "job_title", "jobtitle", "position_title", "role_title", "vacancy_title", "posting_title", "title_raw",
        "raw_title", "position", "role", "job", "job_name", "designation", "jobtitel", "stellenbezeichnung", "stellentitel",
        "berufsbezeichnung", "titel", "titre", "intitule", "intitule_du_poste", "poste", "functietitel", "functie", "puesto",
        "cargo", "titulo", "titolo",
    ),
    "description": (
        "description", "job_description", "jobdescription", "description_text", "posting", "posting_text", "body", "text",
        "content", "details", "duties", "responsibilities", "stellenbeschreibung", "beschreibung", "aufgaben", "descriptif",
        "descripcion",
    ),
    "company": ("company", "company_name", "employer", "employer_name", "organisation", "organization", "firma", "unternehmen"),
    "id": ("id", "job_id", "jobid", "posting_id", "vacancy_id", "uuid", "reference"),
    "ladder": ("ladder",),
    "sector": ("sector",),
    "size": ("organisation_size", "organization_size"),
}  # fmt: skip

SECTORS, SIZES = get_args(Sector), get_args(Size)

Key = str | tuple[str, ...]
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be asked, and why; it stays in the output with ``rung_status`` ``error``."""

    reason: str


BLANK = Fault("")  # a blank line: no row, passed through


class Columns(NamedTuple):
    """Where each field that is read stands: field -> column (its heading, or its number from 0), and which were guessed."""

    places: Mapping[str, int]
    headings: Mapping[str, str]
    guessed: frozenset[str]

    @property
    def asked(self) -> tuple[str, ...]:
        """The fields that a row's key holds, in order; the title is always the first."""
        return tuple(field for field in ASKED if field in self.places)

    def says(self) -> str:
        """What is read from where, for people."""
        parts = (f"{f} from {self.headings[f]!r}{' (guessed)' if f in self.guessed else ''}" for f in READ if f in self.places)
        return ", ".join(parts)


def find_columns(headings: Sequence[str], named: Mapping[str, str]) -> Columns:
    """Where the fields stand among headings: as ``named`` says (field -> heading, ``#2`` or ""), and else by common headings.

    A field named as "" is not read.

    Raises:
        TableError: there is no title, a named column is not there or there twice, or the table holds columns of Rung already.
    """
    unknown = sorted(set(named) - set(READ))
    if unknown:
        raise TableError(f"no field is called {unknown[0]!r}; a column may be named for {', '.join(READ)}")
    held = [h for h in headings if h.startswith(PREFIX)]
    if held:
        raise TableError(f"the input already has the column {held[0]!r}; drop or rename its {PREFIX} columns first")
    places = {field: _place(headings, field, name) for field, name in named.items() if name}
    guessed = set()
    taken = set(places.values())
    for field in READ:
        if field in named:
            continue
        found = _guess(headings, field, taken)
        if found is not None:
            places[field] = found
            taken.add(found)
            guessed.add(field)
    if "title" not in places:
        shown = ", ".join(repr(h[:40]) for h in headings[:12]) + (" …" if len(headings) > 12 else "")
        raise TableError(f"no column of titles among {shown}; name it with --column title=HEADING, or by number: --column title=#2")
    # A heading that says the field's own name is no guess.
    guessed = {f for f in guessed if _plain(headings[places[f]]) != f}
    return Columns(places, {f: headings[p] for f, p in places.items()}, frozenset(guessed))


def _place(headings: Sequence[str], field: str, name: str) -> int:
    if re.fullmatch(r"#[1-9]\d{0,5}", name) and name not in headings:
        place = int(name[1:]) - 1
        if place < len(headings):
            return place
        raise TableError(f"--column {field}={name}: there are only {len(headings)} columns")
    count = sum(h == name for h in headings)
    if count == 1:
        return list(headings).index(name)
    if count:
        raise TableError(f"{count} columns are called {name!r}; name the one to read by its number, as --column {field}=#2")
    raise TableError(f"--column {field}={name}: no column has that heading; there are {', '.join(map(repr, headings[:12]))}")


def _guess(headings: Sequence[str], field: str, taken: set[int]) -> int | None:
    plain = [_plain(h) for h in headings]
    for known in HEADINGS[field]:
        found = [i for i, h in enumerate(plain) if h == known and i not in taken]
        if len(found) > 1 and field == "title":
            raise TableError(
                f"{len(found)} columns are called {headings[found[0]]!r}; name the one to read by its number: --column title=#2"
            )
        if len(found) == 1:
            return found[0]
    return None


def _plain(heading: str) -> str:
    """A heading in normal form: lower case, words joined by one underscore."""
    return "_".join(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", heading).casefold()))


def query(asked: Sequence[str], key: Key) -> Query:
    """The query of a row's key.

    Raises:
        InvalidQuery: sector or size is none of those known.
    """
    if isinstance(key, str):
        return Query(title=key, include=())
    values = dict(zip(asked, key, strict=True))
    get = values.get
    organisation = NOTHING_STATED
    if "sector" in values or "size" in values:
        sector, size = get("sector", "").strip() or None, get("size", "").strip() or None
        _one_of("sector", sector, SECTORS)
        _one_of("size", size, SIZES)
        organisation = Organisation(sector=sector, size=size)  # type: ignore[arg-type]  # checked just above
    company, ladder = get("company", "").strip() or None, get("ladder", "").strip() or REFERENCE
    return Query(values["title"], get("description") or None, None, company, organisation, ladder, include=())


def _one_of(field: str, value: str | None, known: Iterable[str]) -> None:
    if value is not None and value not in known:
        message = f"{field} is {value[:40]!r}; it must be one of {', '.join(known)}, or empty"
        raise InvalidQuery(message, [FieldError(field, message)])


def added(readings: Sequence[str]) -> dict[str, type]:
    """The added columns and their types, in order; one more for each ladder whose reading was asked for."""
    return {**COLUMNS, **{f"{PREFIX}reading_{ladder}": str for ladder in readings}}


def cells(outcome: Result | InvalidQuery | Fault, model: str, readings: Sequence[str]) -> tuple[Cell, ...]:
    """The cells of an answer, in the order of ``added``; ``None`` where the answer says nothing. ``model`` is its short name."""
    if not isinstance(outcome, Result):
        reason = outcome.detail if isinstance(outcome, InvalidQuery) else outcome.reason
        return ("error", *(None,) * (len(COLUMNS) - 3), reason, model, *(None,) * len(readings))
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
    )


def neutral(text: str) -> str:
    """The text as a spreadsheet will show it: one that it would run as a formula gets an apostrophe before it."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def text_of(value: Any) -> str | Fault:
    """The text of a cell that came typed (JSON, Parquet); only a text or nothing can be read as words."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return Fault(f"{str(value)[:40]!r} is of type {type(value).__name__}; text is needed")
