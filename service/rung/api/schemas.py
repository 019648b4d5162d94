"""What the service reads, and what it answers beside ``rung.types.Result``: a description and an example of every field.

``QueryIn`` validates. The answer to a query is described by the fields of ``Result`` itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from rung.types import (
    DEFAULT_PARTS,
    NOTHING_STATED,
    PARTS,
    REFERENCE,
    Condition,
    Family,
    ModelInfo,
    Organisation,
    Part,
    Query,
    Relation,
    Result,
    Sector,
    Size,
)

Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Closed(BaseModel):
    """A body in which an unknown field is an error: a misspelt one must not be ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_Count = Annotated[int | None, Field(ge=0, le=1_000_000)]


class OrganisationIn(Closed):
    """What is known of the employer; it changes what titles mean."""

    sector: Sector | None = Field(None, description="Sector of the employer.", examples=["private"])
    country: str | None = Field(None, pattern="^[A-Z]{2}$", description="Country of the job, as ISO 3166 alpha-2.", examples=["GB"])
    size: Size | None = Field(None, description="Size of the employer.", examples=["large"])
    products: _Count = Field(None, description="How many products it has.", examples=[6])
    product_managers: _Count = Field(None, description="How many product managers it has.", examples=[20])
    business_areas: _Count = Field(None, description="How many business areas it has.", examples=[2])
    product_teams: _Count = Field(None, description="How many product teams it has.", examples=[6])


class QueryIn(Closed):
    """One job to classify. At least one of title and description must hold words."""

    id: str | None = Field(None, max_length=200, description="The caller's own id, echoed in the answer.", examples=["job-4711"])
    title: str | None = Field(
        None, description="The job title as it was written; blank only where there is a description.", examples=["Group PM"]
    )
    description: str | None = Field(
        None, description="Plain text of the posting.", examples=["You lead a team of four product managers."]
    )
    company: str | None = Field(None, max_length=500, description="Name of the employer.", examples=["Example Ltd"])
    organisation: OrganisationIn | None = Field(
        None, description="What is known of the employer.", examples=[{"sector": "private", "size": "large", "product_teams": 6}]
    )
    ladder: str | None = Field(
        None, max_length=100, description="Id of the ladder whose words the title is read by.", examples=[REFERENCE]
    )
    stated_level: str | None = Field(
        None,
        max_length=100,
        description="The level that the source of the job states in a field of its own.",
        examples=["Mid-Senior level"],
    )
    min_confidence: Probability | None = Field(
        None, description="Answer `ambiguous` where the confidence lies below this.", examples=[0.8]
    )
    min_precision: Probability | None = Field(
        None, description="Answer `ambiguous` below the confidence that gave this precision on labelled data.", examples=[0.95]
    )

    include: list[Part | Literal["all"]] | None = Field(
        None,
        max_length=10,
        description="Which parts to send beside the bare answer; `[]` for none of them, `evidence` where nothing is said.",
        examples=[["evidence", "readings"]],
    )

    def query(self, include: tuple[Part, ...] = DEFAULT_PARTS) -> Query:
        """The query that the normaliser takes; ``include`` holds where the query names no parts itself."""
        org = self.organisation
        return Query(
            self.title or "",
            self.description,
            self.id,
            self.company,
            Organisation(**org.model_dump()) if org is not None else NOTHING_STATED,
            self.ladder or REFERENCE,
            self.stated_level,
            self.min_confidence,
            self.min_precision,
            include if self.include is None else parts(self.include),
        )


def parts(names: Sequence[str]) -> tuple[Part, ...]:
    """The parts that some names stand for; ``all`` stands for each."""
    return PARTS if "all" in names else tuple(part for part in PARTS if part in names)


class BatchIn(Closed):
    """Several jobs; each is answered by itself, in order."""

    queries: list[QueryIn] = Field(description="The jobs.", examples=[[{"id": "1", "title": "Group PM"}]])
    include: list[Part | Literal["all"]] | None = Field(
        None, max_length=10, description="Which parts to send of each answer, where its query does not say.", examples=[[]]
    )


class Out(BaseModel):
    """A part of an answer; it has all of its fields, always."""

    # Answers are not validated: these are made ready when the document of the API is first asked for.
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True, defer_build=True)


class NamedOut(Out):
    """An id with its label."""

    id: str = Field(description="Stable id.", examples=["nine-levels"])
    label: str = Field(description="Label for people.", examples=["Nine levels"])


class LevelOut(Out):
    """A level of the scale."""

    id: str = Field(description="Stable id.", examples=["senior"])
    label: str = Field(description="Label for people.", examples=["Senior"])
    rank: int = Field(description="Place in the order of levels, from 1.", examples=[3])
    labels: dict[str, str] = Field(
        description="What families with ladders call it, by id of the family.", examples=[{"product-management": "Senior/GPM"}]
    )


class OfferedAnswerOut(Out):
    """An answer to a question."""

    label: str = Field(description="The answer in a few words.", examples=["It leads without reports"])
    sentence: str = Field(description="The sentence that gives this answer in a description.", examples=["Nobody reports to you."])


class QuestionOut(Out):
    """A question that `range.question` may ask, with answers to choose from."""

    question: str = Field(description="The question.", examples=["Does this job line-manage people, or lead without reports?"])
    answers: list[OfferedAnswerOut] = Field(description="Its answers.")


class FieldErrorOut(Out):
    """What is wrong with one field."""

    field: str = Field(description="Path of the field.", examples=["title"])
    message: str = Field(description="What is wrong, and what to do.", examples=["title and description are both blank"])


class ProblemOut(Out):
    """An error (RFC 9457)."""

    type: str = Field(description="URI of the kind of error.", examples=["urn:rung:problem:invalid_query"])
    title: str = Field(description="The kind of error, for people.", examples=["The query is not valid"])
    status: int = Field(description="HTTP status.", examples=[422])
    detail: str = Field(description="What was wrong this time, and what to do.", examples=["title: must be a string, not a number"])
    code: str = Field(description="The kind of error, for programs; it does not change.", examples=["invalid_query"])
    errors: list[FieldErrorOut] = Field(description="The fields that are wrong; empty where it is none of them.")


class FailedOut(Out):
    """A query of a batch that could not be answered."""

    id: str | None = Field(description="The caller's id, where it could be read.", examples=["job-4712"])
    status: Literal["error"] = Field(description="Always `error`.", examples=["error"])
    error: ProblemOut = Field(description="Why.")


class BatchOut(Out):
    """The answers to a batch, in the order of its queries."""

    results: list[Result | FailedOut] = Field(description="One answer or error a query.")
    model: ModelInfo = Field(description="The model that answered.")


class HealthOut(Out):
    """Whether the process is alive, or ready."""

    status: Literal["ok"] = Field(description="Always `ok`; anything else is a problem.", examples=["ok"])


class LimitsOut(Out):
    """What is accepted."""

    title: int = Field(description="Longest title, in characters.", examples=[500])
    description: int = Field(description="Longest description, in characters.", examples=[50_000])
    batch: int = Field(description="Most queries of one batch.", examples=[1_000])
    body: int = Field(description="Largest body, in bytes.", examples=[4_000_000])
    headers: int = Field(description="Largest head of a request, in bytes.", examples=[32_768])
    pending: int = Field(description="Requests accepted and not yet answered; more are refused with 503.", examples=[128])
    rate: float | None = Field(description="Requests a second for each caller; null where any.", examples=[50.0])
    body_seconds: float = Field(description="Seconds in which a body must come.", examples=[30.0])
    request_seconds: float = Field(description="Seconds spent on one batch.", examples=[30.0])


class InfoOut(Out):
    """What this service is and accepts."""

    name: str = Field(description="Name of the service.", examples=["rung"])
    version: str = Field(description="Version of the service.", examples=["1.0.0"])
    model: ModelInfo = Field(description="The model that answers.")
    limits: LimitsOut = Field(description="How much is accepted.")
    families: list[Family] = Field(description="Job families that it tells apart.")
    levels: list[LevelOut] = Field(description="Levels of the scale, the lowest first.")
    tracks: list[str] = Field(description="Tracks.", examples=[["ic", "manager"]])
    ladders: list[NamedOut] = Field(description="Ladders that jobs are read on.")
    thresholds: dict[str, float] = Field(
        description="Probabilities by which an answer is decided.", examples=[{"classified": 0.75}]
    )
    questions: list[QuestionOut] = Field(description="Questions that answers ask, each with answers to choose from.")


class FamilyOut(Out):
    """A job family in a list."""

    id: str = Field(description="Stable id.", examples=["nursing"])
    label: str = Field(description="Label for people.", examples=["Nursing and midwifery"])
    graded: bool = Field(description="Whether the family has ladders and duty text of its own.", examples=[False])
    definition: str = Field(
        description="What the person does all day; empty for the graded family and for `unknown`.", examples=["Cares for patients."]
    )
    near: list[str] = Field(description="Ids of the families that it is mistaken for.", examples=[["medical"]])
    isco: list[str] = Field(description="Prefixes of its ISCO-08 codes; the longest prefix of a code decides.", examples=[["222"]])
    soc: list[str] = Field(description="The same of O*NET-SOC.", examples=[["29-1141"]])


class FamiliesOut(Out):
    """Every job family."""

    families: list[FamilyOut] = Field(description="The families, the one with ladders first.")


class LadderSummaryOut(Out):
    """A ladder in a list."""

    id: str = Field(description="Stable id.", examples=["reference"])
    label: str = Field(description="Label for people.", examples=["Reference ladder"])
    source: str = Field(description="Where it comes from: an id of the sources that the training data lists.", examples=["rung"])
    summary: str = Field(description="Where it holds, in a sentence; may be empty.", examples=["Seven levels on two tracks."])
    positions: int = Field(description="How many positions it has.", examples=[20])


class LaddersOut(Out):
    """Every ladder."""

    ladders: list[LadderSummaryOut] = Field(description="The ladders, the reference first.")


class LadderOut(BaseModel):
    """A ladder as its file states it; what the source does not state is left out."""

    model_config = ConfigDict(extra="allow")

    id: str = Field(description="Stable id.", examples=["reference"])
    label: str = Field(description="Label for people.", examples=["Reference ladder"])
    source: str = Field(description="Where it comes from.", examples=["rung"])
    positions: list[dict[str, Any]] = Field(
        description="Its positions, each with its title, track and what it means on the reference ladder.",
        examples=[[{"id": "product-manager", "title": "Product Manager", "track": "ic"}]],
    )


class CrosswalkIn(Closed):
    """Which position, and where it is to be found."""

    model_config = ConfigDict(populate_by_name=True)

    start: str = Field(
        alias="from", max_length=100, description="Id of the ladder that the position is on.", examples=["reference"]
    )
    position: str = Field(max_length=200, description="Id of the position.", examples=["group-product-manager"])
    to: str = Field(max_length=100, description="Id of the ladder that it is sought on.", examples=["nine-levels"])
    size: Size | None = Field(None, description="Size of the employer, where it is known.", examples=["large"])
    sector: Sector | None = Field(None, description="Sector of the employer, where it is known.", examples=["private"])


class CrossingOut(Out):
    """Where a position is on another ladder; with relation `none` there is none, and `below` and `above` are the nearest."""

    position: str | None = Field(description="Id of the position there.", examples=["group-product-manager"])
    title: str | None = Field(description="Its title there.", examples=["Group Product Manager"])
    relation: Relation = Field(description="How the position asked for relates to it.", examples=["exact"])
    likelihood: float = Field(
        ge=0,
        le=1,
        description="Share of the jobs at the position asked for that stand there, as the crosswalk has it.",
        examples=[1.0],
    )
    conditions: list[Condition] = Field(description="What it depends on.")
    source: str = Field(description="Who says so; empty where nobody is named.", examples=["rung"])
    note: str = Field(description="What else is to be known; may be empty.", examples=["Larger organisations split this in two."])
    below: str | None = Field(description="With relation none: the nearest position below.", examples=["product-manager"])
    above: str | None = Field(description="With relation none: the nearest position above.", examples=["senior-product-manager"])


class CrosswalkOut(BaseModel):
    """A position of one ladder on another."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: str = Field(alias="from", description="The ladder that the position is on.", examples=["reference"])
    position: str = Field(description="The position.", examples=["group-product-manager"])
    to: str = Field(description="The ladder that it was sought on.", examples=["nine-levels"])
    crossings: list[CrossingOut] = Field(description="Where it is there, the best relation first; never empty.")


class ReloadOut(Out):
    """What answers after a reload."""

    model: ModelInfo = Field(description="The model that answers now.")


class MetricsOut(Out):
    """The figures of the service in Prometheus' text format."""
