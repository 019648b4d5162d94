"""The frozen types that travel from a query to its result; each step of the way takes one and gives the next.

``Result`` and its parts carry the names of the JSON answer, so that serialising one is a walk over its fields. A ``None`` always
means "not stated" or "cannot be said", never "other"; each class says which.

What is written out as JSON has no slots: orjson takes the fields of such a class from its ``__dict__``, in a quarter of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal, NamedTuple, TypeVar, dataclass_transform

Status = Literal["classified", "ambiguous", "out_of_family", "unreadable"]
Track = Literal["ic", "manager"]
PeopleManagement = Literal["yes", "no", "unknown"]
Relation = Literal["exact", "close", "broad", "narrow", "none"]
Sector = Literal["government", "private", "non-profit"]
Size = Literal["small", "medium", "large"]

REFERENCE = "reference"
_T = TypeVar("_T")


@dataclass_transform(frozen_default=True)
def frozen(cls: type[_T]) -> type[_T]:
    """A frozen dataclass without slots that is made in half the time: its fields are set at once, not each past its own guard."""
    made = dataclass(frozen=True)(cls)
    names = [field.name for field in fields(made)]  # type: ignore[arg-type]
    lines = (f"def __init__(self, {', '.join(names)}):", " kept = self.__dict__", *(f" kept[{name!r}] = {name}" for name in names))
    scope: dict[str, Any] = {}
    exec("\n".join(lines), scope)  # noqa: S102 - as dataclasses makes its own, of the names above
    quick, plain = scope["__init__"], made.__init__
    quick.__defaults__, quick.__annotations__, quick.__qualname__ = plain.__defaults__, plain.__annotations__, plain.__qualname__
    made.__init__ = quick  # type: ignore[method-assign]
    return made


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the caller states about the employer; ``None`` where nothing is stated.

    ``product_teams`` is a count of teams, at least 0.
    """

    sector: Sector | None = None
    size: Size | None = None
    product_teams: int | None = None


NOTHING_STATED = Organisation()


@frozen
class Query:
    """One job to place. ``title`` may be blank only where ``description`` is not; ``id`` is the caller's own and is echoed.

    ``ladder`` is the ladder whose words the title is read by. ``min_confidence`` and ``min_precision`` (0 to 1) make the answer
    ``ambiguous`` where the confidence lies below the one, or below the threshold that gave the other on labelled data.
    """

    title: str = ""
    description: str | None = None
    id: str | None = None
    company: str | None = None
    organisation: Organisation = NOTHING_STATED
    ladder: str = REFERENCE
    min_confidence: float | None = None
    min_precision: float | None = None


@frozen
class Modifier:
    """A word beside the head: its kind (``seniority``, ``numeral`` …), the text as written, its canonical value."""

    kind: str
    text: str
    value: str


@frozen
class QueryView:
    """The title as understood: normal form, head, what modifies it, its specialisms, what was set aside, each role named."""

    title: str
    cleaned: str
    head: str | None
    modifiers: tuple[Modifier, ...] = ()
    specialisms: tuple[str, ...] = ()
    set_aside: tuple[Modifier, ...] = ()
    roles: tuple[str, ...] = ()


@frozen
class Named:
    """An id with its label for people: a family or a position."""

    id: str
    label: str


@frozen
class Level:
    """A level of the reference grid; ``rank`` runs from 1 (Associate) to 7 (CPO)."""

    id: str
    label: str
    rank: int


@frozen
class Confidences:
    """Calibrated probabilities (0 to 1) that the family, the level and the track are right; ``None`` where not answered."""

    family: float
    level: float | None = None
    track: float | None = None


@frozen
class Range:
    """What the evidence supports: levels in order of rank, tracks, and the one question that would decide (``None``: decided)."""

    levels: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    question: str | None = None


@frozen
class Alternative:
    """Another answer and its probability (0 to 1); position, level and track are ``None`` where it is 'not in this family'."""

    position: str | None
    level: str | None
    track: str | None
    confidence: float


class Checked(NamedTuple):
    """A condition of a reading under the facts of one query; ``here`` is ``None`` where the fact is not known."""

    fact: str
    wanted: str
    here: str | None
    holds: Literal["yes", "no", "unknown"]


@frozen
class ReadingCandidate:
    """One of the two likeliest places on a ladder; ``position`` and ``title`` are ``None`` where it is that there is no place."""

    position: str | None
    title: str | None
    relation: Relation
    likelihood: float


@frozen
class Reading:
    """The job's likeliest place on one ladder.

    ``relation`` follows SKOS: how the job relates to this position. With ``none`` there is no such position, or none that is likely
    enough: ``position`` is ``None`` and ``below`` and ``above`` are the nearest ones, where there are any. ``candidates`` are the two
    likeliest places, where the second is near or the first is not likely enough.
    """

    ladder: str
    position: str | None
    title: str | None
    relation: Relation
    likelihood: float
    conditions: tuple[Any, ...] = ()
    source: str = ""
    below: str | None = None
    above: str | None = None
    candidates: tuple[ReadingCandidate, ...] = ()


@frozen
class Evidence:
    """One piece of evidence: where it stands (character offsets into ``source``), what it says, towards what, and its log-odds."""

    source: Literal["title", "description", "organisation"]
    text: str
    start: int
    end: int
    says: str
    towards: Mapping[str, str]
    weight: float


@frozen
class ModelInfo:
    """Which model answered: its name, version and the digest of its manifest."""

    name: str
    version: str
    digest: str


@frozen
class Result:
    """An answer. For ``out_of_family`` position, level, track and their confidences are ``None``; for ``unreadable`` the family
    too.

    ``confidence`` is the calibrated probability (0 to 1) that family, level and track are all right, or, for ``out_of_family``,
    that the job is not one of this family.
    """

    id: str | None
    status: Status
    query: QueryView
    family: Named | None
    position: Named | None
    level: Level | None
    track: Track | None
    people_management: PeopleManagement
    confidence: float | None
    confidences: Confidences | None
    range: Range
    alternatives: tuple[Alternative, ...]
    readings: tuple[Reading, ...]
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...]
    model: ModelInfo


class Token(NamedTuple):
    """A word of the cleaned title: its text, its offsets in the raw title, and what separates it from the word before.

    ``gap`` holds the separators (``,`` ``-`` ``/`` ``(`` ``)`` ``&`` …) between the previous word and this one, ``""`` for a space.
    """

    text: str
    start: int
    end: int
    gap: str


class CleanTitle(NamedTuple):
    """A title in normal form: its words, and the noise (gender marker, requisition id …) that was set aside.

    ``folded`` is the title before anything was set aside, ``offsets`` leads from its characters to those of ``raw``.
    """

    raw: str
    text: str
    tokens: tuple[Token, ...]
    set_aside: tuple[Modifier, ...] = ()
    folded: str = ""
    offsets: Sequence[int] = ()


class Role(NamedTuple):
    """One job that a title names: its head and family, and the modifiers that stand with it.

    ``spans`` lists the sets of modifier values where the title names several levels ("PM / Senior PM"); ``kind`` is the head's.
    """

    family: str
    head: str
    modifiers: tuple[str, ...]
    spans: tuple[tuple[str, ...], ...] = ()
    kind: str = "agent"


class Span(NamedTuple):
    """A word of the title that decides: its kind (``head``, ``seniority``), canonical value, and offsets in the raw title."""

    kind: str
    value: str
    start: int
    end: int


class ParsedTitle(NamedTuple):
    """A parsed title: as understood, and its roles in the order in which they are named (empty: none known).

    ``readable`` is false where no word of it could name a job; ``named`` says where the first role's words stand. Where nobody
    asked for more than the answer, it is empty, and ``view`` has no more than the title, its normal form and its head.
    """

    view: QueryView
    roles: tuple[Role, ...]
    readable: bool
    flags: tuple[str, ...] = ()
    named: tuple[Span, ...] = ()
