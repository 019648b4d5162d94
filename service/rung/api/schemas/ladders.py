"""What ``/ladders`` and ``/crosswalk`` answer."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from rung.api.schemas.answers import Out
from rung.types import (
    Condition,
    Relation,
)


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


class CrossingOut(Out):
    """Where a position is on another ladder; with relation `none` there is none, and `below` and `above` are the nearest."""

    position: str | None = Field(description="Id of the position there.", examples=["group-product-manager"])
    title: str | None = Field(description="Its title there.", examples=["Group Product Manager"])
    relation: Relation = Field(description="How the position asked for relates to it.", examples=["exact"])
    likelihood: float = Field(
        ge=0,
        le=1,
        description="Share of the jobs at this position that hold that position there.",
        examples=[1.0],
    )
    conditions: list[Condition] = Field(description="What it depends on.")
    source: str = Field(description="Who states it; empty if nobody is named.", examples=["rung"])
    note: str = Field(description="A further note; may be empty.", examples=["Larger organisations split this in two."])
    below: str | None = Field(description="With relation none: the nearest position below.", examples=["product-manager"])
    above: str | None = Field(description="With relation none: the nearest position above.", examples=["senior-product-manager"])


class CrosswalkOut(BaseModel):
    """A position of one ladder on another."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: str = Field(alias="from", description="The ladder that the position is on.", examples=["reference"])
    position: str = Field(description="The position.", examples=["group-product-manager"])
    to: str = Field(description="The ladder to find it on.", examples=["nine-levels"])
    crossings: list[CrossingOut] = Field(description="Its places there, the best relation first; never empty.")
