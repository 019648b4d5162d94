"""Choosing the columns to read by their headings. If several may hold titles, the one whose cells name jobs is chosen.

An ambiguous heading ("ad") holds the description if its cells are long texts. The headings are data
(``training_data/shared/headings.yaml``), compiled into the model.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from rung.errors import TableError
from rung.normaliser import Normaliser
from rung.queries import json_kind
from rung.tables.table import CHOICES, KEY_FIELDS, PREFIX, READ
from rung.types import Query, Result

CANDIDATES = 8  # columns whose cells are compared
HEADING = 200  # characters of a heading that are looked at

NamesJobs = Callable[[Sequence[str]], Sequence[bool]]
Rows = Sequence[Sequence[str]]


class Columns(NamedTuple):
    """The columns that are read: field -> number (from 0) and heading, and which were guessed.

    ``warning`` names another column that may hold the titles; "" if there is none. ``unread`` says which columns are not read in
    spite of their headings.
    """

    places: Mapping[str, int]
    headings: Mapping[str, str]
    guessed: frozenset[str]
    warning: str = ""
    unread: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of a row's key, in order; the title is always first."""
        return tuple(field for field in KEY_FIELDS if field in self.places)

    def describe(self) -> list[str]:
        """Lines for people: which field is read from which column, and what to look at."""
        parts = (f"{f} from {self.headings[f]!r}{' (guessed)' if f in self.guessed else ''}" for f in READ if f in self.places)
        return [f"reading {', '.join(parts)}", *([self.warning] if self.warning else []), *self.unread]


@dataclass(frozen=True, slots=True)
class Headings:
    """The known headings. ``forms`` maps a field to its headings in normal form, each with a rank (0 is the most certain).

    ``texts`` hold the description if most cells have ``text`` characters. ``address`` are forms of address ("mr"). A share of cells
    within ``equal`` of the best counts as equal, one above ``near`` times the best gives a warning. At most ``rows`` rows are
    looked at.
    """

    forms: Mapping[str, Mapping[str, int]]
    texts: frozenset[str]
    address: frozenset[str]
    text: int
    equal: float
    near: float
    rows: int

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Headings:
        """From the model's table, which ``training_data/shared/headings.yaml`` defines."""
        forms: dict[str, dict[str, int]] = {}
        for record in data["headings"]:
            for texts in record["forms"].values():
                for text in texts:
                    forms.setdefault(record["field"], {})[normal_heading(text)] = record["rank"]
        texts = frozenset(normal_heading(text) for texts in data["texts"].values() for text in texts)
        address = frozenset(text.casefold() for texts in data["address"].values() for text in texts)
        return cls(forms, texts, address, **data["figures"])


NameColumn = Callable[[str, str], str]  # a field and a heading -> how a caller names that column


def on_command_line(field: str, heading: str) -> str:
    """How ``rung batch`` names a column."""
    return f"--column {shlex.quote(f'{field}={heading}')}"


def in_address(field: str, heading: str) -> str:
    """How a request names a column."""
    return f"?column={field}={heading}"


def in_python(field: str, heading: str) -> str:
    """How ``rung.frame`` names a column."""
    return f"columns={{{field!r}: {heading!r}}}"


def checked_names(columns: Mapping[str, str | int] | None) -> dict[str, str]:
    """The headings of fields as a Python caller gives them; a heading may be a number, as pandas calls columns without names.

    Raises:
        TableError: it is no mapping.
    """
    if columns is not None and not isinstance(columns, Mapping):
        raise TableError(f"columns must map fields to headings, such as {{'title': 'headline'}}, not {json_kind(columns)}")
    return {field: "" if heading is None else str(heading) for field, heading in (columns or {}).items()}


class ColumnFinder:
    """Finds the columns of a table; ``names_jobs`` tells for each cell whether it names a job."""

    def __init__(self, headings: Headings, names_jobs: NamesJobs, name_column: NameColumn = on_command_line) -> None:
        self.headings = headings
        self._names_jobs = names_jobs
        self._name_column = name_column

    def undecided(self, headings: Sequence[str], named: Mapping[str, str]) -> bool:
        """Whether rows are needed to decide: several columns may hold the titles, or only its cells tell what a column holds."""
        plain = list(map(normal_heading, headings))
        if any(field not in named and self._candidates(plain, field, set()) for field in CHOICES):
            return True
        titles, descriptions = (self._candidates(plain, field, set()) for field in ("title", "description"))
        if "title" not in named and len(titles) > 1:
            return True
        may_be_text = any(heading in self.headings.texts for at, heading in enumerate(plain) if [at] != titles)
        return "description" not in named and not descriptions and may_be_text

    def find(self, headings: Sequence[str], named: Mapping[str, str], rows: Rows = ()) -> Columns:
        """The columns: as ``named`` says (field -> heading, ``#2``, or "" for not read), otherwise by headings and the first rows.

        Raises:
            TableError: there is no title, a named column is missing or ambiguous, or the table already has columns of Rung.
        """
        unknown = sorted(map(str, set(named) - set(READ)))
        if unknown:
            raise TableError(f"no field is called {unknown[0]!r}; a column may be named for {', '.join(READ)}")
        held = [h for h in headings if h.startswith(PREFIX)]
        if held:
            raise TableError(f"the input already has the column {held[0]!r}; drop or rename its {PREFIX} columns first")
        places = {field: _named_place(headings, field, name, self._name_column) for field, name in named.items() if name}
        plain = list(map(normal_heading, headings))
        warning, unread = "", list[str]()
        for field in READ:
            if field in named:
                continue
            candidates = self._candidates(plain, field, set(places.values()))
            if field == "title":
                places[field], warning = self._title(headings, plain, candidates, rows[: self.headings.rows])
            elif candidates and self._holds_other(field, candidates[0], rows):
                heading = headings[candidates[0]]
                unread.append(
                    f"{heading!r} is not read as {field}: none of its first cells is {', '.join(CHOICES[field])}; "
                    f"to read it: {self._name_column(field, heading)}"
                )
            elif candidates:
                places[field] = candidates[0]
            elif field == "description" and (texts := self._texts(plain, set(places.values()), rows[: self.headings.rows])):
                places[field] = texts[0]
        if "title" not in places:
            raise TableError(f"a title is required; name its column: {self._name_column('title', 'HEADING')}")
        # A heading that is the field's own name is no guess.
        guessed = frozenset(field for field, at in places.items() if field not in named and plain[at] != field)
        return Columns(places, {f: headings[p] for f, p in places.items()}, guessed, warning, tuple(unread))

    def find_by_cells(self, headings: Sequence[str], named: Mapping[str, str], rows: Rows) -> Columns:
        """The columns of a table without headings: as ``named`` says, and the title in the column where most cells name a job.

        Raises:
            TableError: no column holds titles, or a named column is missing.
        """
        if "title" in named:
            return self.find(headings, named)
        scores = [self._score([row[at] for row in rows[: self.headings.rows] if at < len(row)]) for at in range(len(headings))]
        best = max(range(len(headings)), key=scores.__getitem__)
        if scores[best] <= 0:
            raise TableError(f"no column holds job titles; name it by its number: {self._name_column('title', '#2')}")
        columns = self.find(headings, {**named, "title": headings[best]})
        return columns._replace(guessed=frozenset({"title"}))

    def _candidates(self, plain: Sequence[str], field: str, taken: set[int]) -> list[int]:
        """The columns that may hold a field, the most certain heading first. Except for titles, a heading must be unique."""
        forms, counts = self.headings.forms.get(field, {}), Counter(plain)
        places = [at for at, heading in enumerate(plain) if heading in forms and at not in taken]
        if field != "title":
            places = [at for at in places if counts[plain[at]] == 1]
        return sorted(places, key=lambda at: forms[plain[at]])

    def _holds_other(self, field: str, at: int, rows: Rows) -> bool:
        """Whether a column has the heading of a field with few values, and other values: a ``sector`` may be an industry."""
        cells = {row[at].strip().casefold() for row in rows[: self.headings.rows] if at < len(row)} - {""}
        return bool(cells) and field in CHOICES and cells.isdisjoint(CHOICES[field])

    def _texts(self, plain: Sequence[str], taken: set[int], rows: Rows) -> list[int]:
        """The columns with an ambiguous heading whose cells are mostly long texts."""
        may = [at for at, heading in enumerate(plain) if heading in self.headings.texts and at not in taken]
        cells = {at: [row[at].strip() for row in rows if at < len(row) and row[at].strip()] for at in may}
        long = {at: sum(len(cell) >= self.headings.text for cell in cells[at]) for at in may}
        return [at for at in may if long[at] * 2 > len(cells[at])]

    def _title(self, headings: Sequence[str], plain: Sequence[str], candidates: Sequence[int], rows: Rows) -> tuple[int, str]:
        """The column of titles, and a warning if another is almost as good.

        Raises:
            TableError: there is none, or two have the same heading.
        """
        scores = {at: self._score([row[at] for row in rows if at < len(row)]) for at in candidates[:CANDIDATES]}
        addresses = [at for at in scores if scores[at] < 0]
        if len(addresses) == len(scores):
            raise TableError(_no_title(headings, addresses, self._name_column))
        best = max(scores.values())
        chosen = next(at for at in scores if scores[at] >= best - self.headings.equal)
        if plain.count(plain[chosen]) > 1:
            raise TableError(
                f"{plain.count(plain[chosen])} columns are called {headings[chosen]!r}; name the one to read by its number, "
                f"as {self._name_column('title', f'#{chosen + 1}')}"
            )
        near = [at for at in scores if at != chosen and scores[at] >= max(best * self.headings.near, 0.0)]
        if not near:
            return chosen, ""
        other = headings[near[0]]
        return chosen, f"warning: {other!r} may hold the titles too; to read it instead: {self._name_column('title', other)}"

    def _score(self, cells: Sequence[str]) -> float:
        """The share (0 to 1) of distinct cells that name a job; 1 without cells; -1 if all are forms of address."""
        different = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))
        if not different:
            return 0.0 if cells else 1.0
        words = [cell for cell in different if cell.casefold().rstrip(".") not in self.headings.address]
        if not words:
            return -1.0
        return sum(self._names_jobs(words)) / len(different)


def column_finder(normaliser: Normaliser, name_column: NameColumn = on_command_line) -> ColumnFinder:
    """A finder with the headings of the model, which classifies cells to judge them; ``name_column`` words its messages."""

    def names_jobs(cells: Sequence[str]) -> list[bool]:
        outcomes = normaliser.classify_many([Query(cell, include=("query",)) for cell in cells])
        return [isinstance(outcome, Result) and outcome.query is not None and bool(outcome.query.roles) for outcome in outcomes]

    return ColumnFinder(Headings.from_dict(normaliser.headings), names_jobs, name_column)


def _no_title(headings: Sequence[str], addresses: Sequence[int], name_column: NameColumn) -> str:
    """What to say if no column holds titles."""
    shown = ", ".join(repr(h[:40]) for h in headings[:12]) + (" …" if len(headings) > 12 else "")
    why = f" ({headings[addresses[0]]!r} holds forms of address, such as Mr)" if addresses else ""
    named, numbered = name_column("title", "HEADING"), name_column("title", "#2")
    return f"no column of titles among {shown}{why}; name it with {named}, or by number: {numbered}"


def _named_place(headings: Sequence[str], field: str, name: str, name_column: NameColumn) -> int:
    if re.fullmatch(r"#[1-9]\d{0,5}", name) and name not in headings:
        place = int(name[1:]) - 1
        if place < len(headings):
            return place
        raise TableError(f"{name_column(field, name)}: there are only {len(headings)} columns")
    count = sum(h == name for h in headings)
    if count == 1:
        return list(headings).index(name)
    if count:
        raise TableError(f"{count} columns are called {name!r}; name the one to read by its number, as {name_column(field, '#2')}")
    raise TableError(f"{name_column(field, name)}: no column has that heading; there are {', '.join(map(repr, headings[:12]))}")


@lru_cache(maxsize=32_768)
def normal_heading(heading: str) -> str:
    """A heading in normal form: lower case without accents, words joined by one underscore."""
    plain = heading[:HEADING]
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return "_".join(re.findall(r"[^\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain).casefold()))
