"""The models that validate requests."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from rung.queries import named_parts
from rung.types import (
    COUNTRY,
    DEFAULT_PARTS,
    MOST_COUNTED,
    NOTHING_STATED,
    REFERENCE,
    Organisation,
    Part,
    Query,
    Sector,
    Size,
)

Included = Literal[Part, "all"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]


class Closed(BaseModel):
    """A body in which an unknown field is an error, so that a typo is not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_COUNTRY = f"^({COUNTRY})$"
_Count = Annotated[int | None, Field(ge=0, le=MOST_COUNTED)]


class OrganisationIn(Closed):
    """What is known of the employer; it changes what titles mean."""

    sector: Sector | None = Field(None, description="Sector of the employer.", examples=["private"])
    country: str | None = Field(
        None,
        pattern=_COUNTRY,
        description="Country of the job, as ISO 3166 alpha-2: two capital letters, GB and not UK.",
        examples=["GB"],
    )
    size: Size | None = Field(None, description="Size of the employer.", examples=["large"])
    products: _Count = Field(None, description="How many products it has.", examples=[6])
    product_managers: _Count = Field(None, description="How many product managers it has.", examples=[20])
    business_areas: _Count = Field(None, description="How many business areas it has.", examples=[2])
    product_teams: _Count = Field(None, description="How many product teams it has.", examples=[6])


class QueryIn(Closed):
    """One job to classify. At least one of title and description must hold words."""

    id: str | None = Field(None, max_length=200, description="The caller's own id, echoed in the answer.", examples=["job-4711"])
    title: str | None = Field(
        None, description="The job title as it was written; blank only if there is a description.", examples=["Group PM"]
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
        None, description="Answer `ambiguous` if the confidence is below this.", examples=[0.8]
    )
    min_precision: Probability | None = Field(
        None, description="Answer `ambiguous` below the confidence that gave this precision on labelled data.", examples=[0.95]
    )

    include: list[Included] | None = Field(
        None,
        max_length=10,
        description="Which parts to add to the answer; `[]` for none, `evidence` by default.",
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
            include if self.include is None else named_parts(self.include),
        )


class BatchIn(Closed):
    """Several jobs; each is answered by itself, in order."""

    queries: list[QueryIn] = Field(description="The jobs.", examples=[[{"id": "1", "title": "Group PM"}]])
    include: list[Included] | None = Field(
        None, max_length=10, description="Which parts to add to each answer whose query names none.", examples=[[]]
    )


class LadderIn(Closed):
    """Which ladder."""

    ladder: str = Field(max_length=100, description="Id of the ladder.", examples=[REFERENCE])


class CrosswalkIn(Closed):
    """Which position, and where it is to be found."""

    model_config = ConfigDict(populate_by_name=True)

    start: str = Field(
        alias="from", max_length=100, description="Id of the ladder that the position is on.", examples=["reference"]
    )
    position: str = Field(max_length=200, description="Id of the position.", examples=["group-product-manager"])
    to: str = Field(max_length=100, description="Id of the ladder to find it on.", examples=["nine-levels"])
    size: Size | None = Field(None, description="Size of the employer, if known.", examples=["large"])
    sector: Sector | None = Field(None, description="Sector of the employer, if known.", examples=["private"])
    country: str | None = Field(
        None, pattern=_COUNTRY, description="Country of the job, if known, as ISO 3166 alpha-2.", examples=["GB"]
    )
