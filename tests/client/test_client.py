"""The client against the real service: what it answers, in which order, and what it does about a service that is ill."""

from __future__ import annotations

import csv
import io
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import orjson
import pytest

from rung import InvalidQuery, Organisation, Query, ServiceError, TableError, TooLarge, Unavailable, UnknownLadder
from rung.client import AsyncClient, Client
from rung.errors import SettingsError
from rung.ladders.crosswalk import cross
from rung.settings import Settings

FULL = (503, [(b"retry-after", b"1"), (b"content-type", b"application/problem+json")], b'{"detail": "full", "code": "unavailable"}')
BROKEN = (502, [], b"<h1>Bad gateway</h1>")


def test_an_answer_has_the_types_of_the_package(service, normaliser):
    query = Query(title="Group PM", description="You lead four product managers and hire two more this year.", id="job-1")
    with Client(service) as client:
        assert client.classify(query) == normaliser.classify(query)


@pytest.mark.parametrize("wrong", [None, {"title": "PM"}, 7])
def test_what_is_no_query_is_named(service, wrong):
    with Client(service) as client, pytest.raises(InvalidQuery, match=f"not {type(wrong).__name__}"):
        client.classify(wrong)


def test_a_string_is_a_title(service):
    with Client(service) as client:
        result = client.classify("Group PM")
    assert (result.level.id, result.track) == ("senior", "manager")


def test_what_is_stated_of_the_organisation_arrives(service, normaliser):
    query = Query(
        title="Head of Product", organisation=Organisation(sector="private", size="small", product_teams=1), min_confidence=0.99
    )
    with Client(service) as client:
        assert client.classify(query) == normaliser.classify(query)


def test_many_keep_their_order_and_a_bad_one_fails_only_itself(service):
    titles = ["Product Manager", "", "Senior Product Manager", "x" * 501, "Chief Product Officer"]
    queries = [Query(title=title, id=str(n)) for n, title in enumerate(titles * 20)]
    with Client(service, chunk=7, concurrency=3) as client:
        outcomes = list(client.classify_many(queries))
    assert len(outcomes) == len(queries)
    for query, outcome in zip(queries, outcomes, strict=True):
        if query.title in ("", titles[3]):
            assert isinstance(outcome, InvalidQuery)
            assert outcome.errors[0].field == "title"
        else:
            assert outcome.id == query.id
    assert isinstance(outcomes[3], TooLarge)


def test_many_reads_no_further_ahead_than_what_is_under_way(service):
    read = []

    def queries():
        for number in range(1000):
            read.append(number)
            yield "Product Manager"

    with Client(service, chunk=5, concurrency=2) as client:
        outcomes = client.classify_many(queries())
        next(outcomes)
        assert len(read) <= 5 * 3 + 1
        outcomes.close()


def test_a_batch_over_the_limits_of_the_service_goes_in_smaller_ones(faulty):
    _, url = faulty(settings=Settings(max_batch=3))
    queries = [Query(title="Product Manager", id=str(n)) for n in range(10)]
    queries[4] = Query(title="Product Manager", description="x" * 60_000, id="4")
    with Client(url, chunk=10) as client:
        outcomes = list(client.classify_many(queries))
    assert isinstance(outcomes[4], TooLarge)
    assert [o.id for n, o in enumerate(outcomes) if n != 4] == [q.id for n, q in enumerate(queries) if n != 4]


def test_half_an_emoji_is_no_error(service):
    with Client(service) as client:
        assert client.classify("Product Manager \ud83d").family.id == "product-management"


def test_an_invalid_query_says_which_field(service):
    with Client(service) as client, pytest.raises(InvalidQuery) as caught:
        client.classify(" ")
    assert caught.value.errors[0].field == "title"


def test_a_full_service_is_asked_again_after_the_pause_that_it_names(faulty):
    app, url = faulty(FULL, BROKEN)
    with Client(url) as client:
        assert client.classify("Group PM").level.id == "senior"
    times = [at for at, _ in app.seen]
    assert len(times) == 3
    assert times[1] - times[0] >= 1.0


def test_retry_after_may_be_a_date(faulty):
    def in_two_seconds():
        return [(b"retry-after", format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True).encode())]

    app, url = faulty((429, in_two_seconds, b""))
    with Client(url) as client:
        client.classify("Group PM")
    assert app.seen[1][0] - app.seen[0][0] >= 0.5


def test_a_pause_of_minutes_is_raised_at_once(faulty, monkeypatch):
    app, url = faulty((503, [(b"retry-after", b"600")], b""))
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail(f"it paused for {seconds} s"))
    with Client(url) as client, pytest.raises(Unavailable) as caught:
        client.classify("Group PM")
    assert caught.value.retry_after == 600
    assert len(app.seen) == 1


LATE = {"id": None, "status": "error", "error": {"code": "unavailable", "detail": "the batch took too long", "status": 503}}


def test_queries_that_a_batch_had_no_time_for_are_sent_again(faulty, normaliser):
    done = json.loads(orjson.dumps(normaliser.classify(Query("Group PM", include=())).as_json()))
    app, url = faulty((200, [], json.dumps({"results": [done, LATE, LATE]}).encode()))
    with Client(url, retries=0) as client:
        outcomes = list(client.classify_many(["Group PM", "Registered Nurse", "Head of Product"]))
    assert [outcome.family.id for outcome in outcomes] == ["product-management", "nursing", "product-management"]
    assert len(app.seen) == 2


def test_a_batch_without_an_outcome_in_time_is_unavailable(faulty):
    _, url = faulty((200, [], json.dumps({"results": [LATE, LATE]}).encode()))
    with Client(url, retries=0) as client, pytest.raises(Unavailable, match="took too long"):
        list(client.classify_many(["Group PM", "Head of Product"]))


def test_a_refusal_is_not_repeated(faulty):
    refused = (401, [], b'{"detail": "no such key", "code": "unauthenticated"}')
    app, url = faulty(refused, refused)
    with Client(url) as client, pytest.raises(ServiceError, match="no such key"):
        client.classify("Group PM")
    assert len(app.seen) == 1


def test_attempts_are_counted(faulty):
    app, url = faulty(*[BROKEN] * 9)
    with Client(url, retries=2) as client, pytest.raises(Unavailable, match="502"):
        client.classify("Group PM")
    assert len(app.seen) == 3


def test_the_key_travels_as_a_bearer_token(faulty):
    app, url = faulty()
    with Client(url, api_key="secret") as client:
        client.classify("Group PM")
    assert app.seen[0][1][b"authorization"] == b"Bearer secret"


def test_a_service_that_is_not_there_is_unavailable():
    with Client("http://127.0.0.1:9", retries=1) as client, pytest.raises(Unavailable, match="cannot be reached"):
        client.classify("Group PM")


@pytest.mark.parametrize("address", ["127.0.0.1:8000", "localhost:8000", ""])
def test_an_address_without_its_scheme_is_named_and_not_tried_again(address):
    with Client(address, retries=10**6) as client, pytest.raises(SettingsError, match="http:// or https://"):
        client.classify("Product Manager")


def test_a_silent_service_is_given_up_in_time():
    import socket

    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with (
            Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2, retries=1) as client,
            pytest.raises(Unavailable, match="in time"),
        ):
            client.classify("Group PM")


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"status": "classified"}'])
def test_an_answer_that_is_none_is_an_error_of_the_service(faulty, body):
    _, url = faulty((200, [(b"content-type", b"application/json")], body))
    with Client(url) as client, pytest.raises(ServiceError):
        client.classify("Group PM")


def test_a_field_of_a_later_version_is_passed_over(normaliser):
    import orjson

    body = orjson.dumps({**orjson.loads(orjson.dumps(normaliser.classify(Query(title="PM")))), "later": 1})
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=body))
    with Client(transport=transport) as client:
        assert client.classify("PM").level.id == "mid"


async def test_the_async_client_answers_the_same(service, normaliser):
    queries = [Query(title=title, id=title) for title in ["Group PM", "", "CPO", "Product Owner"] * 10]
    async with AsyncClient(service, chunk=6, concurrency=3) as client:
        assert await client.classify(queries[0]) == normaliser.classify(queries[0])
        outcomes = [outcome async for outcome in client.classify_many(queries)]
    expected = normaliser.classify_many(queries)
    assert [getattr(o, "id", None) for o in outcomes] == [getattr(o, "id", None) for o in expected]
    assert [isinstance(o, InvalidQuery) for o in outcomes] == [isinstance(o, InvalidQuery) for o in expected]


async def test_the_async_client_tries_again_too(faulty):
    app, url = faulty(FULL)
    async with AsyncClient(url) as client:
        await client.classify("Group PM")
    assert len(app.seen) == 2


def test_the_ladders_are_listed_with_the_reference_first(service):
    with Client(service) as client:
        ladders = client.ladders()
    assert ladders[0].id == "reference"
    assert all(ladder.positions > 0 for ladder in ladders)


def test_a_position_is_found_on_another_ladder(service, normaliser):
    with Client(service) as client:
        found = client.crosswalk("reference", "group-product-manager", "uk-government", sector="government")
        assert found == cross(normaliser.crosswalk, "reference", "group-product-manager", "uk-government", {"sector": "government"})
        assert found[0].relation == "close"


def test_an_unknown_ladder_names_the_nearest(service):
    with Client(service) as client, pytest.raises(UnknownLadder, match="uk-government"):
        client.crosswalk("reference", "group-product-manager", "uk-goverment")


async def test_the_async_client_knows_ladders_too(service):
    async with AsyncClient(service) as client:
        assert (await client.ladders())[0].id == "reference"
        assert (await client.crosswalk("reference", "product-manager", "nine-levels"))[0].position


HEADING = b'ref,Job title,"no, tes"\r\n'


def jobs(count):
    titles = ["Group PM", "Project Manager", "", '"Product Manager, ""Growth"""', "Sr. Product\u00a0Manager ü"]
    return HEADING + b"".join(f'{n},{titles[n % 5]},"a\nb{n}"\r\n'.encode() for n in range(count))


def test_a_csv_comes_back_whole_in_order_with_the_answers(service, tmp_path):
    source = tmp_path / "jobs.csv"
    source.write_bytes(jobs(12_000))
    with Client(service, concurrency=3) as client:
        content = b"".join(client.stream_csv(source))
    before = list(csv.reader(io.StringIO(source.read_text(encoding="utf-8"), newline="")))
    after = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert [row[:3] for row in after] == before
    status, level = after[0].index("rung_status"), after[0].index("rung_level")
    assert [row[status] for row in after[1:6]] == ["classified", "classified", "error", "classified", "classified"]
    assert [row[level] for row in after[1:6]] == ["senior", "mid", "", "mid", "senior"]
    assert all(row[3:] == after[1 + n % 5][3:] for n, row in enumerate(after[1:]))


def test_a_csv_answers_as_one_request_would(service):
    content = jobs(40)
    whole = httpx.post(f"{service}/classify/csv", content=content, headers={"content-type": "text/csv"}).content
    with Client(service) as client:
        assert b"".join(client.stream_csv(io.BytesIO(content))) == whole
        assert b"".join(client.stream_csv([content[:31], content[31:]])) == whole


def test_a_csv_whose_part_was_refused_is_whole_all_the_same(faulty):
    app, url = faulty(BROKEN, FULL)
    content = jobs(4_000)
    with Client(url) as client:
        answer = b"".join(client.stream_csv(io.BytesIO(content)))
    assert len(list(csv.reader(io.StringIO(answer.decode(), newline="")))) == 4_001
    assert not app.answers


@pytest.mark.parametrize(("content", "reason"), [(b"", "."), (b"a,b\r\n1,2\r\n", "title"), ("title\n".encode("utf-16"), "UTF-16")])
def test_a_csv_that_cannot_be_read_says_why(service, content, reason):
    with Client(service) as client, pytest.raises(TableError, match=reason):
        list(client.stream_csv(io.BytesIO(content)))


def test_a_file_that_is_not_there_is_named(service, tmp_path):
    with Client(service) as client, pytest.raises(TableError, match=r"absent\.csv"):
        list(client.stream_csv(tmp_path / "absent.csv"))


async def test_the_async_client_streams_the_same(service):
    content = jobs(3_000)
    with Client(service) as client:
        expected = b"".join(client.stream_csv(io.BytesIO(content)))
    async with AsyncClient(service) as client:
        assert b"".join([piece async for piece in client.stream_csv(io.BytesIO(content))]) == expected
