"""What a caller can get wrong: each is told in one shape what and where; what a person would have understood is answered."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

from rung.api.bodies import parse
from rung.api.schemas.answers import ProblemOut

LONG = "x" * 501

REFUSED = [
    ("blank title", b'{"title": " "}', 422, "invalid_query", "title"),
    ("nothing at all", b"{}", 422, "invalid_query", "title"),
    ("blank both", b'{"title": "", "description": "\\n"}', 422, "invalid_query", "title"),
    ("title over the limit", b'{"title": "%s"}' % LONG.encode(), 413, "too_large", "title"),
    ("description over the limit", b'{"title": "PM", "description": "%s"}' % (b"x" * 50_001), 413, "too_large", "description"),
    ("unknown ladder", b'{"title": "PM", "ladder": "rope"}', 422, "unknown_ladder", "ladder"),
    ("unknown field", b'{"title": "PM", "titel": "PM"}', 422, "invalid_query", "titel"),
    ("number for a title", b'{"title": 7}', 422, "invalid_query", "title"),
    ("list for a title", b'{"title": ["PM"]}', 422, "invalid_query", "title"),
    ("list for a body", b'[{"title": "PM"}]', 422, "invalid_query", None),
    ("text for a body", b'"PM"', 422, "invalid_query", None),
    ("confidence above one", b'{"title": "PM", "min_confidence": 1.5}', 422, "invalid_query", "min_confidence"),
    ("unknown sector", b'{"title": "PM", "organisation": {"sector": "moon"}}', 422, "invalid_query", "organisation.sector"),
    (
        "fewer than no teams",
        b'{"title": "PM", "organisation": {"product_teams": -1}}',
        422,
        "invalid_query",
        "organisation.product_teams",
    ),
    ("an id of a megabyte", b'{"title": "PM", "id": "%s"}' % (b"x" * 1_000_000), 422, "invalid_query", "id"),
    ("empty body", b"", 400, "invalid_json", None),
    ("half a body", b'{"title": "PM"', 400, "invalid_json", None),
    ("not UTF-8", b'{"title": "\xff"}', 400, "invalid_json", None),
    ("not a number", b'{"title": "PM", "min_confidence": NaN}', 400, "invalid_json", None),
    ("nested without end", b"[" * 100_000, 400, "invalid_json", None),
    ("nested in a surrogate's shade", b'{"title": "\\ud83d", "x": ' + b"[" * 100_000, 400, "invalid_json", None),
]

UNDERSTOOD = [
    ("control characters", "Group\u0000 \u0007PM\u0085"),
    ("right-to-left marks", "\u202eGroup PM\u202c"),
    ("zero-width letters", "Gro\u200bup P\u00adM"),
    ("full-width letters", "Ｇｒｏｕｐ ＰＭ"),
    ("HTML", "<b>Group</b>&nbsp;PM"),
    ("tabs and breaks", "Group\t\r\nPM"),
]


@pytest.mark.parametrize(("body", "status", "code", "field"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_an_invalid_body_is_a_problem_that_names_the_field(
    client: httpx.AsyncClient, body: bytes, status: int, code: str, field: str | None
) -> None:
    answer = await client.post("/classify", content=body, headers={"content-type": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    problem = ProblemOut.model_validate_json(answer.content)
    assert (answer.status_code, problem.status, problem.code) == (status, status, code)
    if field is not None:
        assert problem.errors[0].field == field
    assert len(answer.content) < 5_000


@pytest.mark.parametrize("title", [row[1] for row in UNDERSTOOD], ids=[row[0] for row in UNDERSTOOD])
async def test_a_title_with_odd_characters_is_answered(client: httpx.AsyncClient, title: str) -> None:
    answer = await client.post("/classify", json={"title": title})
    assert answer.status_code == 200
    assert answer.json()["position"]["id"] == "group-product-manager"


async def test_half_an_emoji_is_understood_and_its_neighbours_too(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json"}
    alone = await client.post("/classify", content=b'{"title": "Group PM \\ud83d"}', headers=headers)
    assert alone.json()["position"]["id"] == "group-product-manager"
    body = b'{"queries": [{"title": "Group PM \\ud83d"}, {"title": "Group PM"}, {"title": 1}]}'
    batch = await client.post("/classify/batch", content=body, headers=headers)
    assert [r["status"] for r in batch.json()["results"]] == ["classified", "classified", "error"]


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "json"]
)
async def test_another_type_is_refused(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post("/classify", content=b'{"title": "PM"}', headers={"content-type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize(
    "kind", ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/vnd.rung+json"]
)
async def test_json_by_any_name_is_read(client: httpx.AsyncClient, kind: str) -> None:
    assert (await client.post("/classify", content=b'{"title": "PM"}', headers={"content-type": kind})).status_code == 200


async def test_a_compressed_body_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(
        "/classify", content=b"\x1f\x8b", headers={"content-type": "application/json", "content-encoding": "gzip"}
    )
    assert answer.status_code == 415


@pytest.mark.parametrize(
    ("path", "body", "kind", "words"),
    [
        ("/classify/csv", b"--x\r\ncontent-disposition: form-data\r\n", "multipart/form-data; boundary=x", "curl -T FILE"),
        ("/classify/csv", "title\nPM\n".encode("utf-16"), "text/csv", "this is UTF-16, not text in UTF-8"),
        ("/classify/csv", gzip.compress(b"title\nPM\n"), "text/csv", "this is gzip, not text in UTF-8"),
        ("/classify/ndjson", gzip.compress(b"{}"), "application/x-ndjson", "this is gzip, not text in UTF-8"),
        ("/classify/csv", b'{"title": "PM"}\n', "text/csv", "/classify/ndjson"),
    ],
)
async def test_a_body_of_another_kind_is_named(client: httpx.AsyncClient, path: str, body: bytes, kind: str, words: str) -> None:
    answer = await client.post(path, content=body, headers={"content-type": kind})
    assert answer.status_code in (415, 422)
    assert words in ProblemOut.model_validate_json(answer.content).detail


@pytest.mark.parametrize("country", ["UK", "uk", "gb", "GBR", "ZZ", ""])
async def test_a_country_is_a_code_of_iso_3166(client: httpx.AsyncClient, country: str) -> None:
    answer = await client.post("/classify", json={"title": "PM", "organisation": {"country": country}})
    assert answer.status_code == 422
    assert "GB" in ProblemOut.model_validate_json(answer.content).errors[0].message


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/info", "/families", "/ladders", "/metrics"])
async def test_the_head_of_what_can_be_read_can_be_asked_for(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.head(path)).status_code == 200
    assert (await client.head("/classify")).status_code == 405


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/classify", 405), ("DELETE", "/info", 405), ("GET", "/nothing", 404)],
)
async def test_no_such_route(client: httpx.AsyncClient, method: str, path: str, status: int) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    ProblemOut.model_validate_json(answer.content)


@pytest.mark.parametrize(
    ("method", "path", "detail"),
    [
        ("POST", "/clasify", "There is no route /clasify. Did you mean '/classify'? /docs lists the routes."),
        ("GET", "/v1/qqq", "There is no route /v1/qqq. /docs lists the routes."),
        ("GET", "/classify", "/classify does not answer GET; use POST"),
    ],
)
async def test_a_wrong_address_names_the_nearest(client: httpx.AsyncClient, method: str, path: str, detail: str) -> None:
    assert (await client.request(method, path)).json()["detail"] == detail


WORDS = [
    (b'{"titel": "PM"}', "There is no field 'titel'. Did you mean 'title'?"),
    (b'{"qqq": "PM"}', "There is no field 'qqq'. Known: id, title, description"),
    (b'{"title": 7}', "title: must be a string, not a number"),
    (b'{"title": ["PM"]}', "title: must be a string, not a list"),
    (
        b'{"title": "PM", "include": ["fact"]}',
        "include.0: must be one of evidence, query, alternatives, readings, facts, occupation, all; 'facts' is nearest to 'fact'",
    ),
    (b'{"title": "PM", "min_confidence": "much"}', "min_confidence: must be a number, not a string"),
    (b'{"title": "PM", "min_confidence": 7}', "min_confidence: must be at most 1"),
    (b'{"title": "PM", "organisation": 5}', "organisation: must be an object, not a number"),
    (b'{"title": "PM", "organisation": {"sectr": "private"}}', "There is no field 'sectr'. Did you mean 'sector'?"),
    (
        b'{"title": "PM", "organisation": {"sector": "goverment"}}',
        "organisation.sector: must be one of government, private, non-profit; 'government' is nearest to 'goverment'",
    ),
    (
        b'{"title": "PM", "organisation": {"sector": null, "size": 5}}',
        "organisation.size: must be one of small, medium, large, not a",
    ),
    (
        b'{"title": "PM", "organisation": {"product_teams": 1.5}}',
        "organisation.product_teams: must be a whole number, not a number",
    ),
    (b'{"title": "PM", "id": "%s"}' % (b"x" * 201), "id: is longer than 200 characters"),
    (b"5", "body: must be an object, not a number"),
    (b'{"title": "PM"', "the body is not JSON at line 1, column 15; check the quotes, commas and brackets there"),
    (b'{\n "title": PM}', "the body is not JSON at line 2, column 11; check"),
    (b"", 'the body is empty; send a JSON object such as {"title": "…"}'),
    (b"[" * 5_000, "the body is nested too deeply"),
]


@pytest.mark.parametrize(("body", "says"), WORDS, ids=[row[1][:40] for row in WORDS])
async def test_an_error_says_what_is_wrong_where_and_what_to_do(client: httpx.AsyncClient, body: bytes, says: str) -> None:
    answer = await client.post("/classify", content=body, headers={"content-type": "application/json"})
    assert answer.json()["detail"].startswith(says)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"querys": []}', "There is no field 'querys'. Did you mean 'queries'?"),
        (b'{"queries": 5}', "queries: must be a list, not a number"),
        (b"{}", "queries: is required"),
        (b"[]", "body: must be an object, not a list"),
    ],
)
async def test_what_is_wrong_with_a_batch_is_said_too(client: httpx.AsyncClient, body: bytes, says: str) -> None:
    answer = await client.post("/classify/batch", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert says in [each["message"] for each in answer.json()["errors"]] + [answer.json()["detail"]]


async def test_an_unknown_parameter_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/crosswalk?from=reference&position=product-manager&to=reference&sice=large")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "sice")
    says = "There is no query parameter 'sice'. Did you mean 'size'? Known: from, position, to, size, sector, country."
    assert answer.json()["detail"] == says
    missing = await client.get("/crosswalk?position=product-manager&to=reference")
    assert missing.json()["detail"] == "from: is required"


@pytest.mark.parametrize(
    ("method", "path", "known"),
    [
        ("POST", "/classify", "This route takes none."),
        ("POST", "/classify/batch", "This route takes none."),
        ("POST", "/classify/csv", "Did you mean 'column'? Known: column, reading, include."),
        ("POST", "/classify/ndjson", "Did you mean 'column'? Known: column, reading, include."),
        ("GET", "/info", "This route takes none."),
        ("GET", "/families", "This route takes none."),
        ("GET", "/ladders", "This route takes none."),
        ("GET", "/ladders/reference", "This route takes none."),
        ("GET", "/crosswalk", "Known: from, position, to, size, sector, country."),
    ],
)
async def test_every_route_refuses_a_parameter_that_it_does_not_take(
    client: httpx.AsyncClient, method: str, path: str, known: str
) -> None:
    answer = await client.request(method, f"{path}?colum=title=Job", content=b"title\nGroup PM\n" if method == "POST" else None)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")
    message = f"There is no query parameter 'colum'. {known}"
    assert (answer.json()["detail"], answer.json()["errors"]) == (message, [{"field": "colum", "message": message}])


async def test_every_unknown_parameter_is_named_once_and_few_of_many_are(client: httpx.AsyncClient) -> None:
    answer = await client.get("/info?a=1&b&a=2&" + "&".join(f"c{at}={at}" for at in range(100)) + f"&{LONG}=")
    assert [each["field"] for each in answer.json()["errors"]] == ["a", "b", "c0", "c1", "c2"]
    answer = await client.get(f"/info?{LONG}")
    assert answer.json()["errors"][0]["field"] == LONG[:100]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/", "/docs"])
async def test_probes_and_pages_may_have_any_parameter(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(f"{path}?at=1")).status_code == 200


async def test_a_redirect_does_not_go_where_the_host_header_says(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ladders/", headers={"host": "elsewhere.example"})
    assert answer.status_code == 404
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    "text",
    [
        r"\ud83d",
        r"\ude00",
        r"\ud83d\ude00",
        r"\ude00\ud83d",
        r"\ud83d\ud83d\ude00",
        r"\ud83d\ude00\ude00",
        r"\\ud83d \ud83d",
        r"\\\ud83d",
        r"\"\ud83d\"",
        r"\uD83D\uDE00 \uDBFF",
    ],
)
def test_halves_of_a_surrogate_pair_are_replaced_and_nothing_else(text: str) -> None:
    body = f'{{"title": "{text}"}}'
    whole = json.loads(body)["title"]
    wanted = "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in whole)
    assert parse(body.encode())["title"] == wanted


async def test_a_query_of_a_batch_that_is_no_object_is_named_by_its_place(client: httpx.AsyncClient) -> None:
    body = {"queries": [{"id": "a", "title": "Group PM"}, None, {"id": 7, "title": "CPO"}, dict.fromkeys(map(str, range(51)))]}
    results = (await client.post("/classify/batch", json=body)).json()["results"]
    assert [(result["id"], result["status"]) for result in results] == [("a", "classified"), *[(None, "error")] * 3]
    assert results[1]["error"]["detail"] == "queries.1: must be an object, not null"
    assert results[2]["error"]["detail"] == "id: must be a string, not a number"
    assert results[3]["error"]["detail"].startswith("queries.3: has 51 fields")


@pytest.mark.parametrize("path", ["/classify", "/classify/batch"])
async def test_a_byte_order_mark_before_the_body_is_skipped(client: httpx.AsyncClient, path: str) -> None:
    body = b'\xef\xbb\xbf{"title": "CPO"}' if path == "/classify" else b'\xef\xbb\xbf{"queries": [{"title": "CPO"}]}'
    answer = await client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200, answer.text
