"""The document tells the truth: it is committed as it is built, explains every field, and its models are those of the answer."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import jsonschema_rs
import pytest

from rung import types
from rung.api import create_app
from rung.api.access import required_scope
from rung.api.schemas.requests import OrganisationIn, QueryIn
from rung.cli.openapi import files
from rung.settings import Settings

FOLDER = Path(__file__).parents[2] / "openapi"
WRITTEN = files(FOLDER)

PAIRS = {QueryIn: types.Query, OrganisationIn: types.Organisation}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.name)
def test_the_committed_file_is_what_the_command_writes(path: Path) -> None:
    committed = path.read_bytes() if path.is_file() else b""
    assert committed == WRITTEN[path], f"{path} is out of date; write it with `rung openapi`"


@pytest.mark.parametrize(("model", "kind"), PAIRS.items(), ids=lambda value: value.__name__)
def test_a_body_has_the_fields_of_the_query(model: type, kind: type) -> None:
    assert set(model.model_fields) == {field.name for field in dataclasses.fields(kind)}


def test_every_field_has_a_description_and_an_example() -> None:
    document = json.loads(WRITTEN[FOLDER / "openapi.json"])
    without = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, about in schema.get("properties", {}).items()
        if not about.get("description") or not (about.get("examples") or "$ref" in json.dumps(about))
    ]
    assert not without


def test_every_parameter_has_a_description_and_an_example() -> None:
    document = json.loads(WRITTEN[FOLDER / "openapi.json"])
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["description"]
            for parameter in operation.get("parameters", ()):
                assert parameter["description"]
                assert parameter.get("examples") or parameter["schema"].get("examples")


def test_every_example_fits_the_document() -> None:
    document = json.loads(WRITTEN[FOLDER / "openapi.json"])
    for path, content in WRITTEN.items():
        if path.parent.name != "examples":
            continue
        example = json.loads(content)
        batch = "queries" in example["request"]
        name = "BatchOut" if batch else "Result" if example["status"] == 200 else "ProblemOut"
        jsonschema_rs.validate({"$ref": f"#/components/schemas/{name}", "components": document["components"]}, example["answer"])


async def test_the_answers_in_the_document_are_those_of_the_service(client) -> None:
    operation = (await client.get("/openapi.json")).json()["paths"]["/classify"]["post"]
    requests = operation["requestBody"]["content"]["application/json"]["examples"]
    answers = operation["responses"]["200"]["content"]["application/json"]["examples"]
    assert requests.keys() == answers.keys()
    for name, request in requests.items():
        answer = await client.post("/classify", json=request["value"])
        assert (answer.status_code, answer.json()) == (200, answers[name]["value"])


async def test_the_example_of_a_batch_is_a_batch(client) -> None:
    operation = (await client.get("/openapi.json")).json()["paths"]["/classify/batch"]["post"]
    for request in operation["requestBody"]["content"]["application/json"]["examples"].values():
        assert (await client.post("/classify/batch", json=request["value"])).status_code == 200


def test_administration_always_asks_for_a_key(normaliser) -> None:
    paths = create_app(normaliser, Settings()).openapi()["paths"]
    assert {} not in paths["/admin/reload"]["post"]["security"]
    assert {} in paths["/classify"]["post"]["security"]


async def test_the_reference_is_served_from_here_alone(client) -> None:
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    links = re.findall(r'(?:src|href)="([^"]*)"', page.text)
    assert links
    for link in links:
        assert link.startswith("/")
        assert (await client.get(link)).status_code == 200


def test_the_limits_of_the_settings_stand_in_the_document(normaliser) -> None:
    document = create_app(normaliser, Settings(max_title=77, max_batch=3)).openapi()
    models = document["components"]["schemas"]
    assert models["QueryIn"]["properties"]["title"]["anyOf"][0]["maxLength"] == 77
    assert models["BatchIn"]["properties"]["queries"]["maxItems"] == 3


def test_routes_that_need_no_key_are_these_alone(normaliser) -> None:
    routes = [route for route in create_app(normaliser, Settings()).router.routes if hasattr(route, "path")]
    pages = {route.path for route in routes if not getattr(route, "include_in_schema", True)}
    assert {route.path for route in routes if required_scope(route.path) is None} - pages == {"/healthz", "/readyz"}
    assert {path for path in pages if required_scope(path) is not None} == set()
