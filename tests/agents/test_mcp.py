"""``rung mcp``, driven by the client of the official SDK: in this process, and over the standard streams of a real command."""

from __future__ import annotations

import sys

import pytest

from rung import Organisation, Query

mcp = pytest.importorskip("mcp", reason="needs the mcp extra")
agents = pytest.importorskip("rung.agents")


@pytest.fixture(scope="module")
def server(normaliser):
    return agents.make_server(normaliser)


async def call(server, tool, **arguments):
    async with mcp.Client(server) as client:
        return await client.call_tool(tool, arguments)


async def test_every_tool_says_what_it_does_and_describes_each_argument(server):
    async with mcp.Client(server) as client:
        tools = (await client.list_tools()).tools
    assert [tool.name for tool in tools] == ["classify", "families", "ladders", "crosswalk"]
    for tool in tools:
        assert tool.description
        assert all(field.get("description") for field in tool.input_schema.get("properties", {}).values()), tool.name


async def test_classify_answers_as_the_package_does(server, normaliser):
    answer = (await call(server, "classify", title="Group PM")).structured_content
    expected = normaliser.classify(Query(title="Group PM"))
    assert (answer["level"]["id"], answer["track"], answer["confidence"]) == (
        expected.level.id,
        expected.track,
        expected.confidence,
    )
    assert [piece["text"] for piece in answer["evidence"]] == [piece.text for piece in expected.evidence]


async def test_parts_are_added_on_request(server):
    answer = (await call(server, "classify", title="Group PM", include=["query", "readings"])).structured_content
    assert answer["query"]["head"] == "product manager"
    assert answer["readings"]
    assert "evidence" not in answer


async def test_what_is_known_of_the_employer_counts(server, normaliser):
    answer = (await call(server, "classify", title="Senior PM", sector="government", country="GB")).structured_content
    expected = normaliser.classify(Query("Senior PM", organisation=Organisation(sector="government", country="GB")))
    assert (answer["track"], answer["confidence"]) == (expected.track, expected.confidence)
    assert expected.confidence != normaliser.classify(Query("Senior PM")).confidence


async def test_the_caller_chooses_the_confidence(server):
    answer = (await call(server, "classify", title="Lead PM", min_confidence=0.2)).structured_content
    assert answer["status"] == "classified"


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("classify", {"title": " "}, "blank"),
        ("classify", {"title": "Group PM", "ladder": "dual-trak"}, "dual-track"),
        ("classify", {"title": "Group PM", "country": "UK"}, "ISO 3166, two capital letters: GB, not UK"),
        ("classify", {"title": "Group PM", "min_confidence": 2}, "min_confidence must lie between 0 and 1"),
        ("crosswalk", {"start": "reference", "position": "group-product-manger", "to": "dual-track"}, "group-product-manager"),
        (
            "crosswalk",
            {"start": "reference", "position": "group-product-manager", "to": "uk-government", "country": "UK"},
            "ISO 3166, two capital letters: GB, not UK",
        ),
    ],
)
async def test_a_wrong_call_is_answered_in_rungs_words(server, tool, arguments, reason):
    outcome = await call(server, tool, **arguments)
    assert outcome.is_error
    assert reason in outcome.content[0].text


async def test_ladders_and_families_are_listed(server, normaliser):
    listed = (await call(server, "ladders")).structured_content["ladders"]
    assert [ladder["id"] for ladder in listed] == list(normaliser.crosswalk.ladders)
    families = (await call(server, "families")).structured_content["families"]
    assert [family["id"] for family in families] == [family.id for family in normaliser.families]


async def test_a_position_is_found_on_another_ladder(server):
    crossings = await call(
        server, "crosswalk", start="reference", position="group-product-manager", to="uk-government", sector="government"
    )
    assert crossings.structured_content["crossings"][0]["position"] == "senior-product-manager"


async def test_the_command_serves_over_its_standard_streams():
    command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "rung.cli", "mcp"])
    async with mcp.Client(command) as client:
        answer = (await client.call_tool("classify", {"title": "Registered Nurse"})).structured_content
    assert answer["family"]["id"] == "nursing"


def test_without_the_extra_the_command_says_what_to_install(monkeypatch, capsys):
    from rung.cli.__main__ import main

    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.delitem(sys.modules, "rung.agents", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    assert main(["mcp"]) == 2
    assert "pip install 'rung[mcp]'" in capsys.readouterr().err
