"""`include: ["occupation"]`: the codes of a title, sent only if they are asked for."""

import httpx
import pytest


async def answered(client: httpx.AsyncClient, title: str, *include: str) -> dict:
    answer = await client.post("/classify", json={"title": title, "include": list(include)})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_codes_are_sent_only_if_asked_for(client: httpx.AsyncClient) -> None:
    assert "occupation" not in await answered(client, "Registered Nurse")
    assert "occupation" not in await answered(client, "Registered Nurse", "evidence", "facts")


async def test_a_nurse_is_a_nurse_in_both_schemes(client: httpx.AsyncClient) -> None:
    found = (await answered(client, "Registered Nurse", "occupation"))["occupation"]
    assert found["esco"][0]["isco"] == "2221"
    assert found["soc"][0]["code"] == "29-1141.00"
    assert 0 < len(found["esco"]) <= 10
    for codes in found.values():
        confidences = [code["confidence"] for code in codes]
        assert confidences == sorted(confidences, reverse=True)
        assert sum(confidences) <= 1.001


async def test_codes_do_not_change_the_answer(client: httpx.AsyncClient) -> None:
    bare, coded = await answered(client, "Store Manager"), await answered(client, "Store Manager", "occupation")
    coded.pop("occupation")
    assert coded == bare


async def test_a_title_without_a_known_word_has_no_codes(client: httpx.AsyncClient) -> None:
    assert (await answered(client, "プロダクト", "occupation"))["occupation"] == {"esco": [], "soc": []}


@pytest.mark.parametrize("noisy", ["Cashier $15/hr", "Cashier (m/w/d)", "Cashier #48213", "URGENT: Cashier"])
async def test_the_noise_of_a_title_has_no_codes(client: httpx.AsyncClient, noisy: str) -> None:
    plain, found = [(await answered(client, title, "occupation"))["occupation"] for title in ("Cashier", noisy)]
    assert found == plain
