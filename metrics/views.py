"""Segment's HTTP API: who sends, how much, and the answer. What is sent is read by `metrics.segment`."""

import base64
import binascii
import zlib
from http import HTTPStatus
from typing import Final

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from core.exceptions import Refusal
from metrics import segment
from metrics.exceptions import BadBatch, BatchTooLarge, UnknownEncoding
from metrics.selectors import program_of_write_key
from metrics.services import ingest

MAX_BODY_BYTES: Final = 500 * 1024


@csrf_exempt
def batch(request: HttpRequest) -> HttpResponse:
    """`POST /v1/batch`: up to 2,500 events."""
    return _take(request, only_type=None)


@csrf_exempt
def single(request: HttpRequest, kind: str) -> HttpResponse:
    """`POST /v1/track` and its like: one event."""
    return _take(request, only_type=kind)


def _take(request: HttpRequest, only_type: str | None) -> HttpResponse:
    if request.method != "POST":
        return _problem(405, "Events are sent with POST; nothing was stored.", headers={"Allow": "POST"})
    try:
        plain = _key_in_header(request)
        program = program_of_write_key(plain) if plain else None  # Before anything is read, where possible.
        content = _content(request)
        body = segment.read_single(content) if only_type else segment.read_batch(content)
        program = program or program_of_write_key(body.write_key or "")
        receipt = ingest(program=program, items=body.batch, sent_at=body.sent_at, only_type=only_type)
    except Refusal as refusal:
        headers = {"WWW-Authenticate": 'Basic realm="write key"'} if refusal.status == HTTPStatus.UNAUTHORIZED else {}
        return _problem(refusal.status, str(refusal), headers=headers)
    answer = {
        "success": True,
        "accepted": receipt.accepted,
        "duplicates": receipt.duplicates,
        "rejected": receipt.rejected,
    }
    return HttpResponse(msgspec.json.encode(answer), content_type="application/json")


def _key_in_header(request: HttpRequest) -> str:
    """Return the write key: Basic auth's user name, or a bearer token; empty where there is none that can be read."""
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(value, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""


def _content(request: HttpRequest) -> bytes:
    """Return the body, unpacked. Never holds more than the limit, however much is sent or unpacks."""
    packed = request.read(MAX_BODY_BYTES + 1)
    if len(packed) > MAX_BODY_BYTES:
        raise _too_large()
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in {"", "identity"}:
        return packed
    if encoding != "gzip":
        raise UnknownEncoding(f"Nothing was stored: Content-Encoding “{encoding}” is not read here. Use gzip or none.")
    return _unpacked(packed)


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = unpacker.decompress(packed, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise BadBatch("Nothing was stored: the body says gzip but cannot be unpacked. Send it again.") from error
    if len(content) > MAX_BODY_BYTES:
        raise _too_large()
    if not unpacker.eof:
        raise BadBatch("Nothing was stored: the gzip body ends too early. Send it again.")
    return content


def _too_large() -> BatchTooLarge:
    return BatchTooLarge(
        f"Nothing was stored: the body has more than {MAX_BODY_BYTES // 1024} KB. Send fewer events in one batch."
    )


def _problem(status: int, sentence: str, *, headers: dict[str, str]) -> HttpResponse:
    """RFC 9457 problem details; `code` and `message` are what Segment's clients show."""
    title = HTTPStatus(status).phrase
    problem = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": sentence,
        "code": title.lower().replace(" ", "_"),
        "message": sentence,
    }
    return HttpResponse(
        msgspec.json.encode(problem), status=status, content_type="application/problem+json", headers=headers
    )
