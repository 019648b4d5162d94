"""The OpenAPI document: what FastAPI derives from the routes, and what raw routes must state: their bodies and limits."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from rung.api.access import needed
from rung.api.bodies import read_query
from rung.api.files import REFERENCE as REFERENCE_PAGE
from rung.api.links import LINKS
from rung.api.problems import MEDIA_TYPE
from rung.api.schemas import BatchIn, ProblemOut, QueryIn
from rung.api.state import Service
from rung.normaliser import Normaliser
from rung.settings import Settings

_REQUESTS = REFERENCE_PAGE / "requests.json"
_REF = "#/components/schemas/{model}"
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
PROBLEMS: Mapping[int, dict[str, Any]] = {
    status: {"description": words, "content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="ProblemOut")}}}}
    for status, words in _WORDS.items()
}
_BODIES: Mapping[str, type[Any]] = {"/classify": QueryIn, "/classify/batch": BatchIn}
_STREAMS = ("/classify/csv", "/classify/ndjson")
_STREAM_ERRORS = (401, 403, 404, 408, 422, 429, 503)
_SUMMARY = "Job titles and descriptions into a level and a track, with calibrated confidence and the evidence."


def install(app: FastAPI) -> None:
    """Make the application answer with this document; it is built once, when it is first asked for and the model is loaded."""
    app.openapi = lambda: _built(app)  # type: ignore[method-assign]


def _built(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = build(app)
    if app.state.service.ready:
        app.openapi_schema = document
    return document


def build(app: FastAPI) -> dict[str, Any]:
    """The document of an application."""
    from rung import __version__  # noqa: PLC0415 - the package imports this module's parent when it is itself imported

    document = get_openapi(title="Rung", version=__version__, summary=_SUMMARY, routes=app.router.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    models: list[Any] = [(QueryIn, "validation"), (BatchIn, "validation"), (ProblemOut, "serialization")]
    schemas.update(models_json_schema(models, ref_template=_REF)[1]["$defs"])
    for path, model in _BODIES.items():
        content = {"application/json": {"schema": {"$ref": _REF.format(model=model.__name__)}}}
        document["paths"][path]["post"]["requestBody"] = {"required": True, "content": content}
    _state_limits(schemas, app.state.service.settings)
    _state_examples(document["paths"], app.state.service)
    metrics = document["paths"]["/metrics"]["get"]["responses"]["200"]
    metrics["content"] = {"text/plain": {"schema": {"type": "string"}}}
    for path in _STREAMS:
        document["paths"][path]["post"]["responses"] |= {str(status): PROBLEMS[status] for status in _STREAM_ERRORS}
    for path, item in document["paths"].items():
        if needed(path) is not None:
            for operation in item.values():
                operation["security"] = [*([] if path.startswith("/admin/") else [{}]), {"bearer": []}, {"key": []}]
    for (path, method), links in LINKS.items():
        document["paths"][path][method]["responses"]["200"]["links"] = links
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    return document


def _state_examples(paths: dict[str, Any], service: Service) -> None:
    """Example requests, and to each query what the loaded model answers."""
    for path, requests in json.loads(_REQUESTS.read_text(encoding="utf-8")).items():
        content = paths[path]["post"]["requestBody"]["content"]["application/json"]
        content["examples"] = {name: {"value": body} for name, body in requests.items()}
        if path == "/classify" and service.ready:
            answers = {name: {"value": _answer(service.normaliser, body)} for name, body in requests.items()}
            paths[path]["post"]["responses"]["200"]["content"]["application/json"]["examples"] = answers


def _answer(normaliser: Normaliser, body: dict[str, Any]) -> Any:
    return orjson.loads(orjson.dumps(normaliser.classify(read_query(orjson.dumps(body))).as_json()))


def _state_limits(schemas: dict[str, Any], settings: Settings) -> None:
    query = schemas["QueryIn"]["properties"]
    for field, limit in (("title", settings.max_title), ("description", settings.max_description)):
        for option in query[field]["anyOf"]:
            if option["type"] == "string":
                option["maxLength"] = limit
    schemas["BatchIn"]["properties"]["queries"]["maxItems"] = settings.max_batch
