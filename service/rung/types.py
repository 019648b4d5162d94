"""The frozen types of a query and of a result. They are the contract: the API's schema is made from them.

``Result`` and its parts carry the names of the JSON answer. ``None`` means "not stated" or "cannot be said", never "other". A part
that is sent on request is ``None`` if nobody asked for it, and JSON leaves it out; ``rung.parts`` defines these parts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, get_args, get_type_hints

from rung.parts import (
    Alternative,
    Candidate,
    Condition,
    Count,
    EscoOccupation,
    Evidence,
    Facts,
    Modifier,
    Occupations,
    QueryView,
    Reading,
    Relation,
    ReportsTo,
    SocOccupation,
    Track,
    YesNo,
)
from rung.schema import Doc, schema_dataclass

__all__ = [
    "COUNTRY",
    "DEFAULT_PARTS",
    "MOST_COUNTED",
    "NOTHING_STATED",
    "ORGANISATION_COUNTS",
    "ORGANISATION_FACTS",
    "PARTS",
    "REFERENCE",
    "Alternative",
    "Candidate",
    "Condition",
    "Confidences",
    "Count",
    "Doc",
    "EscoOccupation",
    "Evidence",
    "Facts",
    "Family",
    "Level",
    "Limits",
    "ModelInfo",
    "Modifier",
    "Named",
    "Occupations",
    "Open",
    "Organisation",
    "Part",
    "Query",
    "QueryView",
    "Range",
    "Reading",
    "Relation",
    "ReportsTo",
    "Result",
    "Sector",
    "Size",
    "SocOccupation",
    "Status",
    "Track",
    "YesNo",
]

Status = Literal["classified", "ambiguous", "unreadable"]
Sector = Literal["government", "private", "non-profit"]
Size = Literal["small", "medium", "large"]
Part = Literal["evidence", "query", "alternatives", "readings", "facts", "occupation"]
Open = Literal["family", "level", "track"]

REFERENCE = "reference"
PARTS: tuple[Part, ...] = get_args(Part)
DEFAULT_PARTS: tuple[Part, ...] = ("evidence",)
COUNTRY = (  # the codes of ISO 3166 alpha-2, by their first letter; "UK" is none
    "A[DEFGILMOQRSTUWXZ]|B[ABDEFGHIJLMNOQRSTVWYZ]|C[ACDFGHIKLMNORUVWXYZ]|D[EJKMOZ]|E[CEGHRST]|F[IJKMOR]|"
    "G[ABDEFGHILMNPQRSTUWY]|H[KMNRTU]|I[DELMNOQRST]|J[EMOP]|K[EGHIMNPRWYZ]|L[ABCIKRSTUVY]|M[ACDEFGHKLMNOPQRSTUVWXYZ]|"
    "N[ACEFGILOPRUZ]|OM|P[AEFGHKLMNRSTWY]|QA|R[EOSUW]|S[ABCDEGHIJKLMNORSTVXYZ]|T[CDFGHJKLMNORTVWZ]|U[AGMSYZ]|"
    "V[ACEGINU]|W[FS]|Y[ET]|Z[AMW]"
)
MOST_COUNTED = 1_000_000  # the largest count of an organisation


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the caller states about the employer; ``None`` if nothing is stated. Counts are 0 to ``MOST_COUNTED``."""

    sector: Annotated[Sector | None, Doc("Sector of the employer.", "private")] = None
    country: Annotated[str | None, Doc("Country of the job, as ISO 3166 alpha-2.", "GB")] = None
    size: Annotated[Size | None, Doc("Size of the employer.", "large")] = None
    products: Annotated[int | None, Doc("How many products it has.", 6)] = None
    product_managers: Annotated[int | None, Doc("How many product managers it has.", 20)] = None
    business_areas: Annotated[int | None, Doc("How many business areas it has.", 2)] = None
    product_teams: Annotated[int | None, Doc("How many product teams it has.", 6)] = None


NOTHING_STATED = Organisation()
_KINDS = {name: get_args(hint) for name, hint in get_type_hints(Organisation).items()}
ORGANISATION_FACTS = tuple(_KINDS)
ORGANISATION_COUNTS = tuple(name for name, kinds in _KINDS.items() if int in kinds)


@dataclass(frozen=True, slots=True)
class Limits:
    """The longest ``title`` and ``description`` that are accepted, in characters, and the number of titles to cache (0: none).

    For a title alone the answer is cached, for a title with a text what the title means.
    """

    title: int = 500
    description: int = 50_000
    cache: int = 20_000


@dataclass(frozen=True)
class Query:
    """One job to classify. ``title`` may be blank only if ``description`` is not; ``id`` is the caller's own and is echoed.

    ``ladder`` is the ladder whose words the title is read by. ``stated_level`` is the level that the source of the job states in a
    field of its own. ``min_confidence`` (0 to 1) makes the answer ``ambiguous`` if its confidence is lower. ``min_precision`` does
    the same below the confidence that gave this precision on labelled data. ``include`` names the parts of the answer to send.
    """

    title: str = ""
    description: str | None = None
    id: str | None = None
    company: str | None = None
    organisation: Organisation = NOTHING_STATED
    ladder: str = REFERENCE
    stated_level: str | None = None
    min_confidence: float | None = None
    min_precision: float | None = None
    include: tuple[Part, ...] = DEFAULT_PARTS


@schema_dataclass
class Named:
    """An id with its label."""

    id: Annotated[str, Doc("Stable id.", "group-product-manager")]
    label: Annotated[str, Doc("Label for people.", "Group Product Manager")]


@schema_dataclass
class Family:
    """A job family."""

    id: Annotated[str, Doc("Stable id; `unknown` if the words name a job and no family.", "product-management")]
    label: Annotated[str, Doc("Label for people.", "Product management")]
    graded: Annotated[bool, Doc("Whether the family has ladders and duty text of its own.", True)]


@schema_dataclass
class Level:
    """A level of the one scale, with the family's own label."""

    id: Annotated[str, Doc("Stable id.", "senior")]
    label: Annotated[str, Doc("What the family calls it.", "Senior/GPM")]
    rank: Annotated[int, Doc("Place on the scale, 1 to 7.", 3)]
    expected_rank: Annotated[float, Doc("Mean rank under the probabilities (1.00 to 7.00): to sort jobs that share a level.", 3.04)]


@schema_dataclass
class Confidences:
    """Calibrated probabilities of the parts of the answer; ``None`` if a part is not answered."""

    family: Annotated[float, Doc("That the family is right.", 0.99)]
    level: Annotated[float | None, Doc("That the level is right; null if none is answered.", 0.98)] = None
    track: Annotated[float | None, Doc("That the track is right; null if none is answered.", 0.98)] = None


@schema_dataclass
class Range:
    """What the evidence leaves open, and between which values; ``about`` is empty if nothing is open."""

    about: Annotated[tuple[Open, ...], Doc("What is open.", ["track"])] = ()
    families: Annotated[tuple[str, ...], Doc("Families, the answer's own first.", ["product-management"])] = ()
    levels: Annotated[tuple[str, ...], Doc("Levels in order of rank.", ["lead"])] = ()
    tracks: Annotated[tuple[str, ...], Doc("Tracks.", ["ic", "manager"])] = ()
    question: Annotated[
        str | None, Doc("What would settle the answer; null if nothing is open.", "Do product managers report to this job?")
    ] = None


@schema_dataclass
class ModelInfo:
    """A model: which one it is, and the digest that pins it."""

    name: Annotated[str, Doc("Name.", "rung")]
    version: Annotated[str, Doc("Version.", "2.0.0")]
    digest: Annotated[str, Doc("Digest of its manifest.", "sha256:7e862b77")]

    @property
    def short(self) -> str:
        """The model in one cell of a table: name, version and the first twelve digits of the digest."""
        return f"{self.name}-{self.version}+{self.digest.removeprefix('sha256:')[:12]}"


@dataclass(frozen=True)
class Result:
    """An answer. For ``unreadable`` family, level, track and confidence are ``None``.

    ``confidence`` is the calibrated probability (0 to 1) that family, level and track are all right.
    """

    __pydantic_config__: ClassVar[dict[str, bool]] = {
        "json_schema_serialization_defaults_required": False
    }  # parts are sent on request

    id: Annotated[str | None, Doc("The caller's id.", "job-4711")]
    status: Annotated[Status, Doc("What kind of answer it is.", "classified")]
    family: Annotated[Family | None, Doc("Job family.")]
    position: Annotated[Named | None, Doc("Position of the family's reference grid; null if the cell has no name of its own.")]
    level: Annotated[Level | None, Doc("Level of the scale.")]
    track: Annotated[Track | None, Doc("Track.", "manager")]
    people_management: Annotated[YesNo, Doc("Whether the text says that people report to this job.", "unknown")]
    confidence: Annotated[float | None, Doc("Calibrated probability that family, level and track are all right.", 0.97)]
    confidences: Annotated[Confidences | None, Doc("The probabilities of its parts.")]
    range: Annotated[Range, Doc("What the evidence leaves open.")]
    flags: Annotated[tuple[str, ...], Doc("What to look out for.", ["level_span"])]
    model: Annotated[ModelInfo, Doc("The model that answered.")]
    evidence: Annotated[tuple[Evidence, ...] | None, Doc("Why. On request, and by default.")] = None
    query: Annotated[QueryView | None, Doc("The title as understood. On request.")] = None
    alternatives: Annotated[tuple[Alternative, ...] | None, Doc("Other answers, most probable first. On request.")] = None
    readings: Annotated[tuple[Reading, ...] | None, Doc("The job on every ladder. On request.")] = None
    facts: Annotated[Facts | None, Doc("What the text states in so many words. On request.")] = None
    occupation: Annotated[Occupations | None, Doc("Occupation codes, read from the title alone. On request.")] = None

    def changed(self, **fields: Any) -> Result:
        """The answer with other values in some fields: what ``dataclasses.replace`` gives, in a third of its time."""
        return Result(**(vars(self) | fields))

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON has it: a part that nobody asked for is left out."""
        return {name: value for name, value in vars(self).items() if value is not None or name not in PARTS}

    def __str__(self) -> str:
        """The answer in one line, for people."""
        if self.family is None:
            return "unreadable: no words of a job in it"
        level = self.level.label if self.level is not None else "no level"
        name = self.position.label if self.position is not None else self.family.label
        track = f", {self.track} track" if self.track is not None else ""
        return f"{level}{track} ({name}); {self.status}, confidence {self.confidence:.2f}"

    def _repr_html_(self) -> str:
        """The answer as notebooks show it."""
        from rung.notebook import to_html  # noqa: PLC0415 - it needs the types

        return to_html(self)
