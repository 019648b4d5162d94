"""The frozen types of a query and its result. They describe the contract: the API's schema is made from them.

``Result`` and its parts carry the names of the JSON answer. ``None`` means "not stated" or "cannot be said", never "other"; the
parts of a result that are sent on request are ``None`` where nobody asked for them, and JSON leaves those out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, TypeVar, dataclass_transform, get_args

Status = Literal["classified", "ambiguous", "unreadable"]
Track = Literal["ic", "manager"]
YesNo = Literal["yes", "no", "unknown"]
Relation = Literal["exact", "close", "broad", "narrow", "none"]
Sector = Literal["government", "private", "non-profit"]
Size = Literal["small", "medium", "large"]
Part = Literal["evidence", "query", "alternatives", "readings", "facts", "occupation"]
Open = Literal["family", "level", "track"]

REFERENCE = "reference"
PARTS: tuple[Part, ...] = get_args(Part)
DEFAULT_PARTS: tuple[Part, ...] = ("evidence",)
_T = TypeVar("_T")


class Doc(NamedTuple):
    """What a field holds, and an example of it; pydantic puts both into the schema."""

    description: str
    example: Any = None

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        schema: dict[str, Any] = handler(core_schema)
        schema = {**schema, "description": self.description}
        return schema if self.example is None else {**schema, "examples": [self.example]}


@dataclass_transform(frozen_default=True)
def _whole(cls: type[_T]) -> type[_T]:
    """A frozen dataclass whose fields are all sent, always: its schema requires each."""
    made: Any = dataclass(frozen=True)(cls)
    made.__pydantic_config__ = {"json_schema_serialization_defaults_required": True}
    return made  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Organisation:
    """What the caller states about the employer; ``None`` where nothing is stated. Counts are at least 0."""

    sector: Annotated[Sector | None, Doc("Sector of the employer.", "private")] = None
    country: Annotated[str | None, Doc("Country of the job, as ISO 3166 alpha-2.", "GB")] = None
    size: Annotated[Size | None, Doc("Size of the employer.", "large")] = None
    products: Annotated[int | None, Doc("How many products it has.", 6)] = None
    product_managers: Annotated[int | None, Doc("How many product managers it has.", 20)] = None
    business_areas: Annotated[int | None, Doc("How many business areas it has.", 2)] = None
    product_teams: Annotated[int | None, Doc("How many product teams it has.", 6)] = None


NOTHING_STATED = Organisation()


@dataclass(frozen=True)
class Query:
    """One job to classify. ``title`` may be blank only where ``description`` is not; ``id`` is the caller's own and is echoed.

    ``ladder`` is the ladder whose words the title is read by. ``stated_level`` is the level that the source of the job states in a
    field of its own. ``min_confidence`` and ``min_precision`` (0 to 1) make the answer ``ambiguous`` where the confidence lies
    below the one, or below the threshold that gave the other on labelled data. ``include`` names the parts of the answer to send.
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


@_whole
class Modifier:
    """A word beside the head of the title."""

    kind: Annotated[str, Doc("What kind of word it is.", "seniority")]
    text: Annotated[str, Doc("The word as written.", "Group")]
    value: Annotated[str, Doc("Its canonical value.", "group")]


@_whole
class QueryView:
    """The title as understood."""

    title: Annotated[str, Doc("The title as it came.", "Group PM")]
    cleaned: Annotated[str, Doc("Its normal form.", "group pm")]
    head: Annotated[str | None, Doc("The word or words that name the job; null where none do.", "product manager")]
    modifiers: Annotated[tuple[Modifier, ...], Doc("Words that change the level or the track.")] = ()
    specialisms: Annotated[tuple[str, ...], Doc("Specialisms, such as growth or platform.", ["growth"])] = ()
    set_aside: Annotated[
        tuple[Modifier, ...], Doc("Words that say nothing of the level: place, contract, requisition number.")
    ] = ()
    roles: Annotated[tuple[str, ...], Doc("Each role that the title names.", ["group product manager"])] = ()


@_whole
class Named:
    """An id with its label."""

    id: Annotated[str, Doc("Stable id.", "group-product-manager")]
    label: Annotated[str, Doc("Label for people.", "Group Product Manager")]


@_whole
class Family:
    """A job family."""

    id: Annotated[str, Doc("Stable id; `unknown` where the words name a job and no family.", "product-management")]
    label: Annotated[str, Doc("Label for people.", "Product management")]
    graded: Annotated[bool, Doc("Whether the family has ladders and duty text of its own.", True)]


@_whole
class Level:
    """A level of the one scale, with the family's own label."""

    id: Annotated[str, Doc("Stable id.", "senior")]
    label: Annotated[str, Doc("What the family calls it.", "Senior/GPM")]
    rank: Annotated[int, Doc("Place on the scale, 1 to 7.", 3)]
    expected_rank: Annotated[float, Doc("Mean rank under the probabilities (1.00 to 7.00): to sort jobs that share a level.", 3.04)]


@_whole
class Confidences:
    """Calibrated probabilities of the parts of the answer; ``None`` where a part is not answered."""

    family: Annotated[float, Doc("That the family is right.", 0.99)]
    level: Annotated[float | None, Doc("That the level is right; null where none is answered.", 0.98)] = None
    track: Annotated[float | None, Doc("That the track is right; null where none is answered.", 0.98)] = None


@_whole
class Range:
    """Between what the evidence leaves the answer; ``about`` is empty where one answer stands."""

    about: Annotated[tuple[Open, ...], Doc("What is open.", ["track"])] = ()
    families: Annotated[tuple[str, ...], Doc("Families, the answer's own first.", ["product-management"])] = ()
    levels: Annotated[tuple[str, ...], Doc("Levels in order of rank.", ["lead"])] = ()
    tracks: Annotated[tuple[str, ...], Doc("Tracks.", ["ic", "manager"])] = ()
    question: Annotated[
        str | None, Doc("What would decide; null where one answer stands.", "Do product managers report to this job?")
    ] = None


@_whole
class Alternative:
    """Another answer; position, level and track are ``None`` where the family has none."""

    family: Annotated[str, Doc("Id of the family.", "product-management")]
    position: Annotated[str | None, Doc("Id of the position.", "lead-product-manager")]
    level: Annotated[str | None, Doc("Id of the level.", "lead")]
    track: Annotated[Track | None, Doc("Track.", "manager")]
    confidence: Annotated[float, Doc("Its probability.", 0.02)]


@_whole
class Condition:
    """What a reading depends on."""

    fact: Annotated[str, Doc("The fact.", "reports")]
    wanted: Annotated[str, Doc("What it must be.", "1 to 5")]
    here: Annotated[str | None, Doc("What is known of it here; null where nothing is.", "5")]
    holds: Annotated[YesNo, Doc("Whether the condition holds.", "yes")]


@_whole
class Candidate:
    """One of the two likeliest places on a ladder."""

    position: Annotated[str | None, Doc("Id of the position; null where it is that there is none.", "lead-product-manager")]
    title: Annotated[str | None, Doc("Its title there.", "Lead Product Manager")]
    relation: Annotated[Relation, Doc("How the job relates to it.", "close")]
    likelihood: Annotated[float, Doc("Probability that the job holds this place.", 0.41)]


@_whole
class Reading:
    """The job's likeliest place on one ladder.

    ``relation`` follows SKOS: how the job relates to this position. With ``none`` there is no such position, or none that is likely
    enough: ``position`` is ``None``, and ``below`` and ``above`` are the nearest ones, where there are any.
    """

    ladder: Annotated[str, Doc("Id of the ladder.", "dual-track")]
    position: Annotated[str | None, Doc("Id of the position there; null where there is none.", "director-or-group")]
    title: Annotated[str | None, Doc("The position's title there.", "Director/Group Product Manager")]
    relation: Annotated[Relation, Doc("How the job relates to it.", "exact")]
    likelihood: Annotated[float, Doc("Probability that the job holds this place.", 0.97)]
    conditions: Annotated[tuple[Condition, ...], Doc("What it depends on.")]
    source: Annotated[str, Doc("Who states the relation; `reference` for a judgement of this project.", "dual-track")]
    candidates: Annotated[
        tuple[Candidate, ...], Doc("The two likeliest places, where the second is near or the first is not likely enough.")
    ] = ()
    below: Annotated[str | None, Doc("With relation none: the nearest position below.", "product-manager")] = None
    above: Annotated[str | None, Doc("With relation none: the nearest position above.", "head-of-product")] = None


@_whole
class Evidence:
    """One piece of evidence."""

    source: Annotated[Literal["title", "description", "organisation"], Doc("Where it stands.", "title")]
    text: Annotated[str, Doc("The words.", "Group")]
    start: Annotated[int, Doc("Offset of its first character in the source.", 0)]
    end: Annotated[int, Doc("Offset after its last character.", 5)]
    says: Annotated[str, Doc("What it says, in a sentence.", "Group names a manager of product managers.")]
    towards: Annotated[Mapping[str, str], Doc("What it speaks for.", {"level": "senior", "track": "manager"})]
    weight: Annotated[float, Doc("Its weight, as log-odds.", 2.7)]


@_whole
class Count:
    """A number that the text states, or a range; ``evidence`` is the index of the piece of evidence that states it."""

    min: Annotated[int | None, Doc("At least so many; null where only a maximum is stated.", 5)]
    max: Annotated[int | None, Doc("At most so many; null where only a minimum is stated.", 5)]
    evidence: Annotated[int | None, Doc("Index of the evidence that states it.", 2)] = None


@_whole
class ReportsTo:
    """Whom the job reports to, as the text states it."""

    text: Annotated[str, Doc("The words.", "Director of Product")]
    position: Annotated[str | None, Doc("Id of that position, where it is known.", "director-of-product")]
    evidence: Annotated[int | None, Doc("Index of the evidence that states it.", 4)] = None


@_whole
class EscoOccupation:
    """An ESCO occupation that a title may name."""

    uri: Annotated[str, Doc("Address of the occupation in ESCO.", "http://data.europa.eu/esco/occupation/example")]
    label: Annotated[str, Doc("Its preferred label in English.", "product manager")]
    isco: Annotated[str, Doc("Its ISCO-08 unit group, four digits.", "1223")]
    confidence: Annotated[float, Doc("Calibrated probability, 0 to 1, on vacancy titles of one government's job board.", 0.62)]


@_whole
class SocOccupation:
    """An O*NET-SOC occupation that a title may name."""

    code: Annotated[str, Doc("Code of the occupation in O*NET-SOC.", "11-2021.00")]
    title: Annotated[str, Doc("Its title.", "Marketing Managers")]
    confidence: Annotated[float, Doc("Calibrated probability, 0 to 1, on titles that workers reported.", 0.41)]


@_whole
class Occupations:
    """The likeliest occupations of a title, best first, at most ten of each scheme; empty where no word of the title is known."""

    esco: Annotated[tuple[EscoOccupation, ...], Doc("Occupations of ESCO.")]
    soc: Annotated[tuple[SocOccupation, ...], Doc("Occupations of O*NET-SOC.")]


@_whole
class Facts:
    """What the text states of the job in so many words."""

    reports: Annotated[Count | None, Doc("How many people report to the job.")] = None
    teams: Annotated[Count | None, Doc("How many teams it answers for.")] = None
    products: Annotated[Count | None, Doc("How many products it answers for.")] = None
    years: Annotated[Count | None, Doc("Years of experience asked for.")] = None
    manages: Annotated[YesNo, Doc("Whether the job manages people.", "yes")] = "unknown"
    manages_managers: Annotated[YesNo, Doc("Whether it manages managers.", "unknown")] = "unknown"
    hires_or_appraises: Annotated[YesNo, Doc("Whether it hires, appraises, pays or dismisses.", "yes")] = "unknown"
    executive: Annotated[YesNo, Doc("Whether it sits on the executive team.", "unknown")] = "unknown"
    product_executive_above: Annotated[YesNo, Doc("Whether a product executive is above it.", "unknown")] = "unknown"
    only_product_person: Annotated[YesNo, Doc("Whether it is the only or first product person.", "unknown")] = "unknown"
    owns_vision: Annotated[YesNo, Doc("Whether it carries the vision or strategy of a product.", "unknown")] = "unknown"
    specifies_only: Annotated[YesNo, Doc("Whether it only specifies and prioritises.", "unknown")] = "unknown"
    reports_to: Annotated[ReportsTo | None, Doc("Whom the job reports to.")] = None
    stated_level: Annotated[str | None, Doc("A level stated in words.", "senior")] = None


@_whole
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
    position: Annotated[Named | None, Doc("Position of the family's reference grid; null where the cell has no name of its own.")]
    level: Annotated[Level | None, Doc("Level of the scale.")]
    track: Annotated[Track | None, Doc("Track.", "manager")]
    people_management: Annotated[YesNo, Doc("Whether the text says that people report to this job.", "unknown")]
    confidence: Annotated[float | None, Doc("Calibrated probability that family, level and track are all right.", 0.97)]
    confidences: Annotated[Confidences | None, Doc("The probabilities of its parts.")]
    range: Annotated[Range, Doc("Between what the evidence leaves the answer.")]
    flags: Annotated[tuple[str, ...], Doc("What to look out for.", ["level_span"])]
    model: Annotated[ModelInfo, Doc("The model that answered.")]
    evidence: Annotated[tuple[Evidence, ...] | None, Doc("Why. On request, and by default.")] = None
    query: Annotated[QueryView | None, Doc("The title as understood. On request.")] = None
    alternatives: Annotated[tuple[Alternative, ...] | None, Doc("Other answers, most probable first. On request.")] = None
    readings: Annotated[tuple[Reading, ...] | None, Doc("The job on every ladder. On request.")] = None
    facts: Annotated[Facts | None, Doc("What the text states in so many words. On request.")] = None
    occupation: Annotated[Occupations | None, Doc("Occupation codes, read from the title alone. On request.")] = None

    def as_json(self) -> dict[str, Any]:
        """The answer as JSON has it: a part that nobody asked for is left out."""
        return {name: value for name, value in vars(self).items() if value is not None or name not in PARTS}

    def _repr_html_(self) -> str:
        """The answer as notebooks show it."""
        from rung.notebook import to_html  # noqa: PLC0415 - it needs the types

        return to_html(self)


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

    ``readable`` is false where no word of it could name a job; ``named`` says where the first role's words stand.
    """

    view: QueryView
    roles: tuple[Role, ...]
    readable: bool
    flags: tuple[str, ...] = ()
    named: tuple[Span, ...] = ()
