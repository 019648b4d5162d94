"""What one answer names is asked for next, by the links of the OpenAPI document: it is there, and its answer as documented."""

from __future__ import annotations

import copy
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.stateful.state_machine import StepInput, StepOutput

from rung import Normaliser
from rung.api import create_app
from rung.settings import Settings
from tests.attack.test_contract import CHECKS

CHAINS = int(os.environ.get("ATTACK_CHAINS", "30"))
LINKS = 6
TITLES = ["Group PM", "VP Product", "PM / Senior PM", "Produktmanagerin (m/w/d)", "プロダクトマネージャー", "Nurse", "asdf", "Lead"]
app = create_app(Normaliser.load(), Settings())


def document() -> dict[str, Any]:
    """The document, its links widened: any of a list in the place of the first; titles of which most can be read; readings."""
    widened = copy.deepcopy(app.openapi())
    query = widened["components"]["schemas"]["QueryIn"]
    query["properties"] |= {"title": {"enum": TITLES}, "include": {"enum": [["readings"]]}}
    query["required"] = [*query.get("required", ()), "include"]
    for path in widened["paths"].values():
        for operation in path.values():
            for link in operation["responses"]["200"].get("links", {}).values():
                link["x-schemathesis"] = {"is_inferred": True}  # what makes the tool read /*/
                for stated in (link.get("parameters", {}), link.get("requestBody", {})):
                    stated.update({name: value.replace("/0/", "/*/") for name, value in stated.items()})
                link.get("requestBody", {}).pop("title", None)
    return widened


@dataclass
class Seen:
    """The links that were followed whole, and what was wrong; told at the end, since the tool draws by chance and cannot repeat."""

    links: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def chains(seen: Seen) -> type:
    """Chains of requests, that keep account."""
    schema = schemathesis.openapi.from_dict(document())
    schema.app = app
    machine: type = schema.as_state_machine()

    class Chains(machine):
        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            try:
                case.validate_response(response, checks=CHECKS, transport_kwargs=more or None)
            except FailureGroup as error:
                seen.wrong.append(str(error))

        def step(self, input: StepInput) -> StepOutput:
            output = super().step(input)
            if followed(input):
                seen.links[input.transition.id] += 1
                if output.response.status_code == 404:
                    seen.wrong.append(f"{input.transition.id} leads to what is not there: {output.response.text}")
            return output

    return Chains


def followed(step: StepInput) -> bool:
    """True where the request has all that its link states, and not only some of it."""
    if step.transition is None:
        return False
    stated = [name for parameters in step.transition.parameters.values() for name in parameters]
    stated += step.transition.request_body.definition if step.transition.request_body else ()
    return sorted(stated) == sorted(name for _, name in step.applied_parameters)


def follow(count: int) -> Seen:
    seen = Seen()
    chains(seen).run(
        settings=settings(
            max_examples=count,
            stateful_step_count=20,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
    )
    return seen


def test_what_an_answer_names_is_there() -> None:
    seen = follow(CHAINS)
    assert not seen.wrong
    assert len(seen.links) == LINKS


@pytest.mark.slow
def test_what_an_answer_names_is_there_at_length(record: Callable[..., None]) -> None:
    seen = follow(CHAINS * 8)
    record(chains=CHAINS * 8, links_followed=seen.links.total(), wrong=len(seen.wrong))
    assert not seen.wrong
    assert min(seen.links.values()) > CHAINS
