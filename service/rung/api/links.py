"""The links of the OpenAPI document: which calls can follow an answer, with values from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rung.types import REFERENCE

_EXAMPLE_TITLE = "Product Manager"
# A pointer names the first entry of a list; any other entry works too.
LINKS: Mapping[tuple[str, str], Mapping[str, dict[str, Any]]] = {
    ("/ladders", "get"): {
        "show": {"operationId": "ladder", "parameters": {"ladder": "$response.body#/ladders/0/id"}},
        "read_by": {
            "operationId": "classify",
            "requestBody": {"title": _EXAMPLE_TITLE, "ladder": "$response.body#/ladders/0/id"},
            "description": "Read a title by the words of a ladder.",
        },
    },
    ("/ladders/{ladder}", "get"): {
        "on_the_reference": {
            "operationId": "crosswalk",
            "parameters": {"from": "$request.path.ladder", "position": "$response.body#/positions/0/id", "to": REFERENCE},
        },
    },
    ("/crosswalk", "get"): {
        "back": {
            "operationId": "crosswalk",
            "parameters": {
                "from": "$request.query.to",
                "position": "$response.body#/crossings/0/position",
                "to": "$request.query.from",
            },
            "description": "The way back, if there is such a position.",
        },
    },
    ("/classify", "post"): {
        "ladder_of_a_reading": {"operationId": "ladder", "parameters": {"ladder": "$response.body#/readings/0/ladder"}},
        "position_on_a_ladder": {
            "operationId": "crosswalk",
            "parameters": {
                "from": REFERENCE,
                "position": "$response.body#/position/id",
                "to": "$response.body#/readings/0/ladder",
            },
        },
    },
}
