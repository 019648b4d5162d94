"""``POST /classify`` and ``/classify/batch``: what comes out for what goes in."""

from __future__ import annotations

import httpx
import orjson
import pytest
from pydantic import TypeAdapter

from rung import Normaliser, Query, Result
from rung.api.schemas.answers import BatchOut


async def test_the_answer_is_the_normaliser_s_own(client: httpx.AsyncClient, normaliser: Normaliser) -> None:
    answer = await client.post("/classify", json={"id": "1", "title": "Group PM", "description": None})
    assert answer.status_code == 200
    assert answer.content == orjson.dumps(normaliser.classify(Query(title="Group PM", id="1")).as_json())
    assert answer.json()["level"]["label"] == "Senior/GPM"
    assert answer.json()["track"] == "manager"


@pytest.mark.parametrize("title", ["Group PM", "Project Manager", "asdf", "PM / Senior PM", "Produktmanager (m/w/d) – Berlin"])
async def test_every_answer_is_as_documented(client: httpx.AsyncClient, title: str) -> None:
    text = "You lead a team of four product managers and set the strategy. " * 3
    for body in ({"title": title}, {"title": title, "description": text}, {"description": text + title}):
        TypeAdapter(Result).validate_json((await client.post("/classify", json=body)).content)


async def test_one_bad_query_of_a_batch_fails_only_itself(client: httpx.AsyncClient) -> None:
    queries = [
        {"id": "a", "title": "Group PM"},
        {"id": "b", "title": 7},
        {"id": "c", "titel": "PM"},
        {"id": "d", "title": "x" * 501},
        {"id": "e", "title": " "},
        "no object",
        {"id": "g", "title": "Group PM"},
    ]
    answer = await client.post("/classify/batch", json={"queries": queries})
    assert answer.status_code == 200
    BatchOut.model_validate_json(answer.content)
    results = answer.json()["results"]
    assert [r["id"] for r in results] == ["a", "b", "c", "d", "e", None, "g"]
    assert [r["status"] for r in results] == ["classified", "error", "error", "error", "error", "error", "classified"]
    assert [r["error"]["errors"][0]["field"] for r in results[1:5]] == ["title", "titel", "title", "title"]


async def test_a_batch_of_one_answers_as_a_single_query(client: httpx.AsyncClient) -> None:
    single = (await client.post("/classify", json={"title": "Snr Prodct Mangr"})).json()
    batch = (await client.post("/classify/batch", json={"queries": [{"title": "Snr Prodct Mangr"}]})).json()
    assert batch == {"results": [single], "model": single["model"]}
