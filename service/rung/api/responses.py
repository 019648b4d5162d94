"""The responses that the routes document: a JSON object by the name of its schema, and a problem for each status."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rung.api.problems import MEDIA_TYPE

REF = "#/components/schemas/{model}"
_WORDS: Mapping[int, str] = {
    400: "The body is not valid JSON.",
    401: "An API key is needed.",
    403: "The API key does not allow this.",
    404: "There is no such ladder or position.",
    408: "The body did not arrive in time.",
    413: "The input is too large.",
    415: "The body is not JSON.",
    422: "A field breaks a rule; `errors` names it.",
    429: "Too many requests; `Retry-After` says when to retry.",
    503: "Loading, stopping or full; `Retry-After` says when to retry.",
}


def content(model: str, media: str) -> dict[str, Any]:
    """A body of a media type, by the name of its schema."""
    return {media: {"schema": {"$ref": REF.format(model=model)}}}


def problems(statuses: Iterable[int]) -> dict[int | str, dict[str, Any]]:
    """The problems that some statuses stand for."""
    return {status: {"description": _WORDS[status], "content": content("ProblemOut", MEDIA_TYPE)} for status in sorted(statuses)}
