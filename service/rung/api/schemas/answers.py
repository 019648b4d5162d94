"""Response bodies other than ``rung.types.Result``: batches, errors, health."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from rung.types import (
    ModelInfo,
    Result,
)


class Out(BaseModel):
    """A part of an answer; answers always have all of its fields."""

    # Answers are not validated: these models are built when the OpenAPI document is first requested.
    model_config = ConfigDict(extra="forbid", json_schema_serialization_defaults_required=True, defer_build=True)


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
    errors: list[FieldErrorOut] = Field(description="The fields that are wrong; empty if no field is wrong.")


class FailedOut(Out):
    """A query of a batch that could not be answered."""

    id: str | None = Field(description="The caller's id; null if it could not be read.", examples=["job-4712"])
    status: Literal["error"] = Field(description="Always `error`.", examples=["error"])
    error: ProblemOut = Field(description="Why.")


class BatchOut(Out):
    """The answers to a batch, in the order of its queries."""

    results: list[Result | FailedOut] = Field(description="One answer or error a query.")
    model: ModelInfo = Field(description="The model that answered.")


class HealthOut(Out):
    """Whether the process is alive, or ready."""

    status: Literal["ok"] = Field(description="Always `ok`; anything else is a problem.", examples=["ok"])


class ReloadOut(Out):
    """What answers after a reload."""

    model: ModelInfo = Field(description="The model that answers now.")


class MetricsOut(Out):
    """The figures of the service in Prometheus' text format."""
