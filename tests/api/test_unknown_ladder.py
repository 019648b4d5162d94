"""A ladder that does not exist is told the same way at every door: what was asked for, in which field, and which ids are near."""

from __future__ import annotations

import httpx
import pytest

from rung import Normaliser, Query, UnknownLadder
from rung.api.schemas.answers import BatchOut, ProblemOut
from rung.cli.__main__ import main
from rung.errors import FieldError

SAYS = "There is no ladder 'uk-goverment'; the nearest are uk-government"


def told(problem: dict[str, object], field: str, says: str = SAYS, status: int = 404) -> None:
    """The problem names the field, and says there what its detail says."""
    found = ProblemOut.model_validate(problem)
    assert (found.code, found.status) == ("unknown_ladder", status)
    assert [each.field for each in found.errors] == [field]
    assert found.errors[0].message == found.detail
    assert found.detail.startswith(says)


async def test_a_query_names_the_unknown_ladder(client: httpx.AsyncClient) -> None:
    answer = await client.post("/classify", json={"title": "PM", "ladder": "uk-goverment"})
    assert answer.status_code == 422
    told(answer.json(), "ladder", status=422)


async def test_one_query_of_a_batch_that_names_it_fails_alone(client: httpx.AsyncClient) -> None:
    queries = [{"id": "a", "title": "PM", "ladder": "uk-goverment"}, {"id": "b", "title": "PM"}]
    answer = await client.post("/classify/batch", json={"queries": queries})
    BatchOut.model_validate_json(answer.content)
    bad, good = answer.json()["results"]
    assert (answer.status_code, bad["id"], bad["status"]) == (200, "a", "error")
    told(bad["error"], "ladder", status=422)
    assert good["status"] != "error"


@pytest.mark.parametrize(
    ("path", "field", "says"),
    [
        ("/ladders/uk-goverment", "ladder", SAYS),
        ("/crosswalk?from=uk-goverment&position=product-manager&to=reference", "from", SAYS),
        ("/crosswalk?from=reference&position=product-manager&to=uk-goverment", "to", SAYS),
        (
            "/crosswalk?from=reference&position=product-manger&to=uk-government",
            "position",
            "The ladder 'reference' has no position 'product-manger'; the nearest are product-manager",
        ),
    ],
)
async def test_a_path_or_a_parameter_that_names_it(client: httpx.AsyncClient, path: str, field: str, says: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    told(answer.json(), field, says)


def test_python_names_the_unknown_ladder(normaliser: Normaliser) -> None:
    with pytest.raises(UnknownLadder) as caught:
        normaliser.classify(Query(title="PM", ladder="uk-goverment"))
    assert caught.value.errors == (FieldError("ladder", caught.value.detail),)


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify", "PM", "--ladder", "uk-goverment"],
        ["ladders", "show", "uk-goverment"],
        ["crosswalk", "uk-goverment", "product-manager", "reference"],
    ],
)
def test_the_command_line_names_the_unknown_ladder(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"rung: {SAYS}")
    assert shown.err.count("uk-goverment") == 1  # said once, not again for its field
