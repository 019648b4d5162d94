"""Requests made from the OpenAPI document, fitting it and not: no defect, no answer that the document does not know."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    use_after_free,
)

from rung import Normaliser
from rung.api import create_app
from rung.settings import Settings

EXAMPLES = int(os.environ.get("ATTACK_EXAMPLES", "12"))
# What is refused is ours to say beyond the document (two blank fields, a table without a title), so refusals are not checked for.
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    use_after_free,
]

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
schema = schemathesis.openapi.from_asgi("/openapi.json", create_app(Normaliser.load(), Settings(max_body=2_000_000)))


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_knows(case: schemathesis.Case) -> None:
    case.call_and_validate(checks=CHECKS)


@pytest.mark.slow
def test_every_answer_is_one_that_the_document_knows_at_length(record: Callable[..., None]) -> None:
    """The same by the hundred, one operation after the other."""
    asked = 0

    for operation in schema.get_all_operations():

        @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.ok().as_strategy())
        def attack(case: schemathesis.Case) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(checks=CHECKS)

        attack()
    record(asked=asked)
    assert asked > 2_000
