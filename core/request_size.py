"""Refuse a request that is larger than anything the portal takes, before a byte of it is written to disk.

Django parses a form, files and all, before it knows who sends it; it bounds its fields, but not its files.
"""

from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


class RequestSizeMiddleware:
    """Answers 413 to a body above `settings.REQUEST_MAX_BYTES`. Without a stated length Django reads no body at all."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and (len(length) > 18 or int(length) > settings.REQUEST_MAX_BYTES):
            limit = settings.REQUEST_MAX_BYTES // (1024 * 1024)
            return render(request, "413.html", {"limit": limit}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self.get_response(request)
