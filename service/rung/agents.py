"""Tools for agents, over the Model Context Protocol: classify a job, list families and ladders, go from one ladder to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import orjson
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from rung import __version__
from rung.errors import RungError
from rung.ladders.crosswalk import cross
from rung.normaliser import Normaliser
from rung.queries import checked_country
from rung.types import DEFAULT_PARTS, REFERENCE, Organisation, Part, Query, Sector, Size

INSTRUCTIONS = """Rung reads a job title, a description, or both, and answers the job family, the level (1 to 7 on one scale for all
families) and the track: ic (individual contributor) or manager. Rely on status and confidence: if status is ambiguous, range says
what is open and range.question what would settle it. Rung grades jobs, not people."""


SizeArgument = Annotated[Size | None, Field(description="Size of the employer.")]
SectorArgument = Annotated[Sector | None, Field(description="Sector of the employer.")]
CountryArgument = Annotated[str | None, Field(description="Country of the job, as ISO 3166 alpha-2: GB, not UK.")]


class Tools:
    """The tools; their arguments and descriptions are what an agent reads."""

    def __init__(self, normaliser: Normaliser) -> None:
        self._normaliser = normaliser

    def classify(
        self,
        title: Annotated[str, Field(description="The job title as written; empty if there is only a description.")] = "",
        description: Annotated[str | None, Field(description="The text of the posting, as plain text or HTML.")] = None,
        company: Annotated[str | None, Field(description="Name of the employer.")] = None,
        ladder: Annotated[str, Field(description="Id of the ladder whose words the title is read by.")] = REFERENCE,
        stated_level: Annotated[
            str | None, Field(description="The level that the source states in a field of its own, such as 'Mid-Senior level'.")
        ] = None,
        size: SizeArgument = None,
        sector: SectorArgument = None,
        country: CountryArgument = None,
        min_confidence: Annotated[
            float | None, Field(description="Confidence (0 to 1) from which the answer is classified; else the model's own.")
        ] = None,
        include: Annotated[tuple[Part, ...], Field(description="Parts to add to the answer.")] = DEFAULT_PARTS,
    ) -> dict[str, Any]:
        """Classify one job: family, level, track, confidence, and the evidence for them."""
        query = Query(
            title,
            description,
            company=company,
            organisation=Organisation(sector=sector, country=country, size=size),
            ladder=ladder,
            stated_level=stated_level,
            min_confidence=min_confidence,
            include=include,
        )
        with _refusals():
            return _plain(self._normaliser.classify(query).as_json())

    def families(self) -> dict[str, Any]:
        """List the job families that an answer can name, each with a definition and occupation codes."""
        return _plain({"families": self._normaliser.describe_families()})

    def ladders(self) -> dict[str, Any]:
        """List the career ladders, each with its positions and what they mean on the reference ladder."""
        return _plain({"ladders": [ladder.to_dict() for ladder in self._normaliser.crosswalk.ladders.values()]})

    def crosswalk(
        self,
        start: Annotated[str, Field(description="Id of the ladder that the position is on.")],
        position: Annotated[str, Field(description="Id of the position.")],
        to: Annotated[str, Field(description="Id of the ladder to find it on.")],
        size: SizeArgument = None,
        sector: SectorArgument = None,
        country: CountryArgument = None,
    ) -> dict[str, Any]:
        """Find a position of one ladder on another: the best relation first, alternatives after it."""
        facts = {name: value for name, value in (("size", size), ("sector", sector), ("country", country)) if value}
        with _refusals():
            if country is not None:
                checked_country(country)
            return _plain({"crossings": [asdict(each) for each in cross(self._normaliser.crosswalk, start, position, to, facts)]})


def make_server(normaliser: Normaliser) -> MCPServer:
    """A server with the four tools; ``run()`` serves them over standard input and output."""
    server = MCPServer("rung", title="Rung", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING")
    tools = Tools(normaliser)
    for tool in (tools.classify, tools.families, tools.ladders, tools.crosswalk):
        server.add_tool(tool)
    return server


@contextmanager
def _refusals() -> Iterator[None]:
    """Says what was wrong with a call in Rung's words, so that the agent can correct it."""
    try:
        yield
    except RungError as error:
        raise ToolError(error.detail) from error


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer as plain JSON values."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(answer))
    return plain
