"""The parts of a result that are sent on request: the title as understood, evidence, alternatives, readings, facts, occupations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, get_type_hints

from rung.schema import Doc, schema_dataclass

Track = Literal["ic", "manager"]
YesNo = Literal["yes", "no", "unknown"]
Relation = Literal["exact", "close", "broad", "narrow", "none"]


@schema_dataclass
class Modifier:
    """A word beside the head of the title."""

    kind: Annotated[str, Doc("What kind of word it is.", "seniority")]
    text: Annotated[str, Doc("The word as written.", "Group")]
    value: Annotated[str, Doc("Its canonical value.", "group")]


@schema_dataclass
class QueryView:
    """The title as understood."""

    title: Annotated[str, Doc("The title as it came.", "Group PM")]
    cleaned: Annotated[str, Doc("Its normal form.", "group pm")]
    head: Annotated[str | None, Doc("The word or words that name the job; null if none do.", "product manager")]
    modifiers: Annotated[tuple[Modifier, ...], Doc("Words that change the level or the track.")] = ()
    specialisms: Annotated[tuple[str, ...], Doc("Specialisms, such as growth or platform.", ["growth"])] = ()
    set_aside: Annotated[
        tuple[Modifier, ...], Doc("Words that say nothing of the level: place, contract, requisition number.")
    ] = ()
    roles: Annotated[tuple[str, ...], Doc("Each role that the title names.", ["group product manager"])] = ()


@schema_dataclass
class Alternative:
    """Another answer; position, level and track are ``None`` if the family has none."""

    family: Annotated[str, Doc("Id of the family.", "product-management")]
    position: Annotated[str | None, Doc("Id of the position.", "lead-product-manager")]
    level: Annotated[str | None, Doc("Id of the level.", "lead")]
    track: Annotated[Track | None, Doc("Track.", "manager")]
    confidence: Annotated[float, Doc("Its probability.", 0.02)]


@schema_dataclass
class Condition:
    """What a reading depends on."""

    fact: Annotated[str, Doc("The fact.", "reports")]
    wanted: Annotated[str, Doc("What it must be.", "1 to 5")]
    here: Annotated[str | None, Doc("What is known of it here; null if nothing is.", "5")]
    holds: Annotated[YesNo, Doc("Whether the condition holds.", "yes")]


@schema_dataclass
class Candidate:
    """One of the two likeliest places on a ladder."""

    position: Annotated[str | None, Doc("Id of the position; null if the ladder has no such position.", "lead-product-manager")]
    title: Annotated[str | None, Doc("Its title there.", "Lead Product Manager")]
    relation: Annotated[Relation, Doc("How the job relates to it.", "close")]
    likelihood: Annotated[float, Doc("Probability that the job holds this place.", 0.41)]


@schema_dataclass
class Reading:
    """The job's likeliest place on one ladder.

    ``relation`` follows SKOS: how the job relates to this position. With ``none`` there is no such position, or none that is likely
    enough: ``position`` is ``None``, and ``below`` and ``above`` are the nearest ones, if there are any.
    """

    ladder: Annotated[str, Doc("Id of the ladder.", "dual-track")]
    position: Annotated[str | None, Doc("Id of the position there; null if there is none.", "director-or-group")]
    title: Annotated[str | None, Doc("The position's title there.", "Director/Group Product Manager")]
    relation: Annotated[Relation, Doc("How the job relates to it.", "exact")]
    likelihood: Annotated[float, Doc("Probability that the job holds this place.", 0.97)]
    conditions: Annotated[tuple[Condition, ...], Doc("What it depends on.")]
    source: Annotated[str, Doc("Who states the relation; `reference` for a judgement of this project.", "dual-track")]
    candidates: Annotated[
        tuple[Candidate, ...], Doc("The two likeliest places, if the second is close or the first is not likely enough.")
    ] = ()
    below: Annotated[str | None, Doc("With relation none: the nearest position below.", "product-manager")] = None
    above: Annotated[str | None, Doc("With relation none: the nearest position above.", "head-of-product")] = None


@schema_dataclass
class Evidence:
    """One piece of evidence."""

    source: Annotated[Literal["title", "description", "organisation", "stated_level"], Doc("Where it stands.", "title")]
    text: Annotated[str, Doc("The words.", "Group")]
    start: Annotated[int, Doc("Offset of its first character in the source.", 0)]
    end: Annotated[int, Doc("Offset after its last character.", 5)]
    says: Annotated[str, Doc("What it says, in a sentence.", "Group names a manager of product managers.")]
    towards: Annotated[Mapping[str, str], Doc("What it speaks for.", {"level": "senior", "track": "manager"})]
    weight: Annotated[float, Doc("By how much the log-odds of the answer fall without it.", 2.7)]


@schema_dataclass
class Count:
    """A number that the text states, or a range; ``evidence`` is the index of the piece of evidence that states it."""

    min: Annotated[int | None, Doc("At least so many; null if only a maximum is stated.", 5)]
    max: Annotated[int | None, Doc("At most so many; null if only a minimum is stated.", 5)]
    evidence: Annotated[int | None, Doc("Index of the evidence that states it.", 2)] = None


@schema_dataclass
class ReportsTo:
    """Whom the job reports to, as the text states it."""

    text: Annotated[str, Doc("The words.", "Director of Product")]
    position: Annotated[str | None, Doc("Id of that position; null if it is not known.", "director-of-product")]
    evidence: Annotated[int | None, Doc("Index of the evidence that states it.", 4)] = None


@schema_dataclass
class EscoOccupation:
    """An ESCO occupation that a title may name."""

    uri: Annotated[str, Doc("Address of the occupation in ESCO.", "http://data.europa.eu/esco/occupation/example")]
    label: Annotated[str, Doc("Its preferred label in English.", "product manager")]
    isco: Annotated[str, Doc("Its ISCO-08 unit group, four digits.", "1223")]
    confidence: Annotated[float, Doc("Calibrated probability, 0 to 1, on vacancy titles of one government's job board.", 0.62)]


@schema_dataclass
class SocOccupation:
    """An O*NET-SOC occupation that a title may name."""

    code: Annotated[str, Doc("Code of the occupation in O*NET-SOC.", "11-2021.00")]
    title: Annotated[str, Doc("Its title.", "Marketing Managers")]
    confidence: Annotated[float, Doc("Calibrated probability, 0 to 1, on titles that workers reported.", 0.41)]


@schema_dataclass
class Occupations:
    """The likeliest occupations of a title, best first, at most ten of each scheme; empty if no word of the title is known."""

    esco: Annotated[tuple[EscoOccupation, ...], Doc("Occupations of ESCO.")]
    soc: Annotated[tuple[SocOccupation, ...], Doc("Occupations of O*NET-SOC.")]


@schema_dataclass
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


CLAIMS = tuple(name for name, hint in get_type_hints(Facts).items() if hint == YesNo)  # the facts that are yes, no or unknown
