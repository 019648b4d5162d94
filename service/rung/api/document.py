"""The OpenAPI document: what FastAPI derives from the routes, plus the bodies, parameters and limits of the raw routes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from rung.api.access import required_scope
from rung.api.bodies import read_query
from rung.api.files import REFERENCE as REFERENCE_PAGE
from rung.api.links import LINKS
from rung.api.raw import JSON, RawRoute
from rung.api.responses import REF, content, problems
from rung.api.schemas.answers import BatchOut, HealthOut, MetricsOut, ProblemOut, ReloadOut
from rung.api.schemas.info import FamiliesOut, InfoOut
from rung.api.schemas.ladders import CrosswalkOut, LadderOut, LaddersOut
from rung.api.schemas.requests import BatchIn, CrosswalkIn, LadderIn, QueryIn
from rung.api.state import Service
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.types import Result

_REQUESTS = REFERENCE_PAGE / "requests.json"
_BODIES: Mapping[str, type[BaseModel]] = {"/classify": QueryIn, "/classify/batch": BatchIn}
_PARAMETERS: Mapping[str, tuple[str, type[BaseModel]]] = {
    "/ladders/{ladder}": ("path", LadderIn),
    "/crosswalk": ("query", CrosswalkIn),
}
_ANSWERS: Mapping[str, type[Any]] = {
    "/classify": Result,
    "/classify/batch": BatchOut,
    "/info": InfoOut,
    "/healthz": HealthOut,
    "/readyz": HealthOut,
    "/metrics": MetricsOut,
    "/admin/reload": ReloadOut,
    "/families": FamiliesOut,
    "/ladders": LaddersOut,
    "/ladders/{ladder}": LadderOut,
    "/crosswalk": CrosswalkOut,
}
_STREAMS = ("/classify/csv", "/classify/ndjson")
_STREAM_ERRORS = (401, 403, 404, 408, 422, 429, 503)
_SUMMARY = "Job titles and descriptions into a level and a track, with calibrated confidence and the evidence."


def built(app: FastAPI) -> dict[str, Any]:
    """The document of an application; it is kept once the model is loaded."""
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = build(app)
    if app.state.service.ready:
        app.openapi_schema = document
    return document


def build(app: FastAPI) -> dict[str, Any]:
    """The document of an application."""
    from rung import __version__  # noqa: PLC0415 - the package imports this module's parent when it is itself imported

    routes = [_with_answer(route) if isinstance(route, RawRoute) else route for route in app.router.routes]
    document = get_openapi(title="Rung", version=__version__, summary=_SUMMARY, routes=routes)
    paths, schemas = document["paths"], document["components"]["schemas"]
    models: list[Any] = [*((model, "validation") for model in _BODIES.values()), (ProblemOut, "serialization")]
    schemas.update(models_json_schema(models, ref_template=REF)[1]["$defs"])
    for path, model in _BODIES.items():
        paths[path]["post"]["requestBody"] = {"required": True, "content": content(model.__name__, JSON)}
    for path, (place, model) in _PARAMETERS.items():
        paths[path]["get"]["parameters"] = list(_parameters(model, place))
    _state_limits(schemas, app.state.service.settings)
    _state_examples(paths, app.state.service)
    paths["/metrics"]["get"]["responses"]["200"]["content"] = {"text/plain": {"schema": {"type": "string"}}}
    for path in _STREAMS:
        paths[path]["post"]["responses"] |= {str(status): problem for status, problem in problems(_STREAM_ERRORS).items()}
    for path, item in paths.items():
        if required_scope(path) is not None:
            for operation in item.values():
                operation["security"] = [*([] if path.startswith("/admin/") else [{}]), {"bearer": []}, {"key": []}]
    for (path, method), links in LINKS.items():
        paths[path][method]["responses"]["200"]["links"] = links
    document["components"]["securitySchemes"] = {
        "bearer": {"type": "http", "scheme": "bearer"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    }
    return document


def _with_answer(route: RawRoute) -> RawRoute:
    """A copy of the route with the schema of its answer, which only the document needs."""
    model = _ANSWERS[route.path]
    responses = {200: {"model": model, "description": (model.__doc__ or "").strip()}, **route.responses}
    methods = sorted(set(route.methods or ()) - {"HEAD"})
    return RawRoute(route.path, route.endpoint, methods=methods, responses=responses, operation_id=route.operation_id)


def _parameters(model: type[BaseModel], place: str) -> Iterator[dict[str, Any]]:
    """The fields of a model as parameters of the path or of the query string."""
    whole = model.model_json_schema()
    for name, schema in whole["properties"].items():
        required = name in whole.get("required", ())
        yield {"name": name, "in": place, "required": required, "schema": schema, "description": schema["description"]}


def _state_examples(paths: dict[str, Any], service: Service) -> None:
    """Add example requests, and the answers of the loaded model to them."""
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
