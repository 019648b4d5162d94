"""GET /families: every family that an answer can name."""

import httpx

from rung.api.schemas.info import FamiliesOut


async def test_every_family_is_listed_with_what_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/families")
    assert answer.status_code == 200
    families = {family.id: family for family in FamiliesOut.model_validate(answer.json()).families}
    assert [id_ for id_, family in families.items() if family.graded] == ["product-management"]
    assert "unknown" in families
    assert families["nursing"].isco
    assert families["nursing"].soc


async def test_an_answer_names_a_listed_family(client: httpx.AsyncClient) -> None:
    listed = {family["id"] for family in (await client.get("/families")).json()["families"]}
    for title in ("Registered Nurse", "Group PM", "Plumber", "Zookeeper"):
        assert (await client.post("/classify", json={"title": title})).json()["family"]["id"] in listed
