"""What ``/info`` and ``/families`` answer."""

from __future__ import annotations

from pydantic import Field

from rung.api.schemas.answers import Out
from rung.types import (
    Family,
    ModelInfo,
)


class NamedOut(Out):
    """An id with its label."""

    # ``rung.types.Named`` has the same fields; its examples are of a position, these of a ladder.
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


class LimitsOut(Out):
    """What is accepted."""

    title: int = Field(description="Longest title, in characters.", examples=[500])
    description: int = Field(description="Longest description, in characters.", examples=[50_000])
    batch: int = Field(description="Most queries of one batch.", examples=[1_000])
    body: int = Field(description="Largest body, in bytes.", examples=[4_000_000])
    headers: int = Field(description="Largest head of a request, in bytes.", examples=[32_768])
    pending: int = Field(description="Requests accepted and not yet answered; more are refused with 503.", examples=[128])
    rate: float | None = Field(description="Requests a second for each caller; null if unlimited.", examples=[50.0])
    body_seconds: float = Field(description="Seconds in which a body must arrive.", examples=[30.0])
    request_seconds: float = Field(description="Seconds spent on one batch.", examples=[30.0])


class InfoOut(Out):
    """What this service is and accepts."""

    name: str = Field(description="Name of the service.", examples=["rung"])
    version: str = Field(description="Version of the service.", examples=["2.0.0"])
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
    definition: str = Field(description="What the person does all day; empty for `unknown`.", examples=["Cares for patients."])
    near: list[str] = Field(description="Ids of the families that it is mistaken for.", examples=[["medical"]])
    isco: list[str] = Field(description="Prefixes of its ISCO-08 codes; the longest prefix of a code decides.", examples=[["222"]])
    soc: list[str] = Field(description="The same for O*NET-SOC.", examples=[["29-1141"]])


class FamiliesOut(Out):
    """Every job family."""

    families: list[FamilyOut] = Field(description="The families, the one with ladders first.")
