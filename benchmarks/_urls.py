"""The real endpoint, and beside it the same one written the usual Django way: json, model objects, `bulk_create`."""

import json
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.utils.dateparse import parse_datetime
from django.views.decorators.csrf import csrf_exempt

from core import clock
from metrics.models import Event
from metrics.selectors import program_of_write_key
from metrics.views import _key_in_header as key_in_header


def as_event(program_id: int, item: dict[str, Any], received_at: Any) -> Event:
    """The model object of one item. It is trusted: no check is made that the real intake makes."""
    moment = parse_datetime(item["timestamp"])
    assert moment is not None
    properties = item["properties"]
    return Event(
        program_id=program_id,
        message_id=item["messageId"],
        day=moment.date(),
        occurred_at=moment,
        received_at=received_at,
        type=item["type"],
        name=item["event"],
        user_id=item["userId"],
        anonymous_id="",
        endpoint=properties.get("endpoint"),
        method=properties.get("method"),
        status=properties.get("status"),
        latency_ms=properties.get("latency_ms"),
        props=properties,
    )


@csrf_exempt
def bulk(request: HttpRequest) -> HttpResponse:
    """Store a batch with `bulk_create`, then answer 200."""
    program = program_of_write_key(key_in_header(request))
    received_at = clock.now()
    items = json.loads(request.body)["batch"]
    with transaction.atomic():
        Event.objects.bulk_create([as_event(program.pk, item, received_at) for item in items], ignore_conflicts=True)
    return JsonResponse({"success": True, "accepted": len(items)})


urlpatterns = [path("bulk/batch", bulk), path("", include("metrics.urls"))]
