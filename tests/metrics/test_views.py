"""The HTTP side: keys, sizes, encodings, problem details; and Segment's own Python client, unmodified."""

import base64
import gzip
import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from segment.analytics.client import Client as SegmentClient
from segment.analytics.request import APIError

from metrics.models import Event
from programs.enums import KeyScope
from programs.models import ApiKey, Program
from programs.services import create_api_key, end_program, revoke_api_key
from tests.factories.metrics import event, write_key
from tests.factories.programs import live_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def program() -> Program:
    return live_program()


@pytest.fixture
def key(program: Program) -> str:
    return write_key(program)


def basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def post(content: Any, *, path: str = "/v1/batch", **headers: str) -> HttpResponse:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    response: HttpResponse = Client(enforce_csrf_checks=True).post(path, body, "application/json", headers=headers)
    return response


def assert_problem(response: HttpResponse, status: int, words: str) -> None:
    problem = json.loads(response.content)
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    assert problem["status"] == status
    assert words in problem["detail"]
    assert problem["message"] == problem["detail"]
    assert Event.objects.count() == 0


def test_a_batch_is_answered_with_what_became_of_each_item(key: str) -> None:
    message = event()
    response = post({"batch": [message, message, {"type": "x", "messageId": "odd"}]}, **basic(key))
    answer = json.loads(response.content)
    rejected = answer.pop("rejected")
    assert (response.status_code, answer) == (200, {"success": True, "accepted": 1, "duplicates": 1})
    assert (rejected[0]["index"], rejected[0]["messageId"], rejected[0]["code"]) == (2, "odd", "unknown_type")


@pytest.mark.parametrize("where", ["basic", "bearer", "body"])
def test_the_write_key_is_taken_from_header_or_body(key: str, where: str) -> None:
    headers = {"basic": basic(key), "bearer": {"Authorization": f"Bearer {key}"}, "body": {}}[where]
    content = {"batch": [event()], "writeKey": key if where == "body" else "of no use"}
    assert post(content, **headers).status_code == 200


@pytest.mark.parametrize("kind", ["track", "identify", "page", "screen", "group", "alias"])
def test_single_calls_are_stored_by_their_type(program: Program, key: str, kind: str) -> None:
    assert post({"event": "x", "userId": "u", "writeKey": key}, path=f"/v1/{kind}").status_code == 200
    assert Event.objects.get(program=program).type == kind


def test_gzip_is_unpacked(key: str) -> None:
    packed = gzip.compress(json.dumps({"batch": [event()]}).encode())
    assert post(packed, **basic(key), **{"Content-Encoding": "gzip"}).status_code == 200


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic " + "/w==", "Digest x", "Bearer bp_ingest_guess"])
def test_a_missing_forged_or_garbled_key_is_refused(header: str) -> None:
    response = post({"batch": [event()]}, **({"Authorization": header} if header else {}))
    assert_problem(response, 401, "key is missing or unknown")
    assert response["WWW-Authenticate"].startswith("Basic")


def test_a_revoked_key_is_refused_by_the_next_request(program: Program, key: str) -> None:
    revoke_api_key(key_id=ApiKey.objects.get(program=program).pk, actor=None)
    assert_problem(post({"batch": [event()]}, **basic(key)), 401, "was revoked")


def test_a_key_for_something_else_is_refused(program: Program) -> None:
    _, other = create_api_key(program_id=program.pk, scope=KeyScope.READ, label="dashboards", actor=None)
    assert_problem(post({"batch": [event()]}, **basic(other)), 401, "Use a key of that scope")


def test_an_ended_program_refuses_events(program: Program, key: str) -> None:
    end_program(program_id=program.pk, actor=None, reason="over")
    assert_problem(post({"batch": [event()]}, **basic(key)), 409, "has ended")


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b'{"batch": [', 400, "cannot be read"),
        (b"", 400, "cannot be read"),
        (b" " * 512_001, 413, "more than 500 KB"),
        (json.dumps({"batch": [{}] * 2_501}).encode(), 413, "2,501 events"),
    ],
    ids=["bad JSON", "empty", "too many bytes", "too many events"],
)
def test_a_bad_body_is_refused_with_the_fitting_status(key: str, content: bytes, status: int, words: str) -> None:
    assert_problem(post(content, **basic(key)), status, words)


@pytest.mark.parametrize(
    ("content", "encoding", "status", "words"),
    [
        (gzip.compress(b"0" * 50_000_000), "gzip", 413, "more than 500 KB"),
        (gzip.compress(b"{}")[:-5], "gzip", 400, "ends too early"),
        (b"{}", "gzip", 400, "cannot be unpacked"),
        (b"{}", "br", 415, "Use gzip"),
    ],
    ids=["gzip bomb", "cut off", "not gzip", "other encoding"],
)
def test_a_body_that_cannot_be_unpacked_is_refused(
    key: str, content: bytes, encoding: str, status: int, words: str
) -> None:
    assert_problem(post(content, **basic(key), **{"Content-Encoding": encoding}), status, words)


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track"])
@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_post_is_allowed(path: str, method: str) -> None:
    response = getattr(Client(), method)(path)
    assert (response.status_code, response["Allow"]) == (405, "POST")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("packed", [False, True])
def test_segments_own_client_delivers(live_server: Any, program: Program, key: str, packed: bool) -> None:
    client = SegmentClient(key, host=live_server.url, gzip=packed, max_retries=0)
    for number in range(120):
        client.track(f"user-{number}", "Message Sent", {"words": number})
    client.identify("user-1", {"email": "ada@example.org"})
    client.shutdown()
    assert Event.objects.filter(program=program, type="track").count() == 120
    assert Event.objects.get(program=program, type="identify").props == {"email": "ada@example.org"}


@pytest.mark.django_db(transaction=True)
def test_segments_own_client_is_told_why_it_is_refused(live_server: Any) -> None:
    client = SegmentClient("forged", host=live_server.url, sync_mode=True, max_retries=0)
    with pytest.raises(APIError, match="The key is missing or unknown"):
        client.track("user-1", "Message Sent")
