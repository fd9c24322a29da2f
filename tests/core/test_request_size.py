"""Requests that are too large are refused before they are read."""

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("length", ["1001", "9" * 5000])
@pytest.mark.parametrize("path", ["/admin/login/", "/i/accept/", "/v1/batch"])
def test_a_body_that_is_too_large_is_refused_unread(client: Client, settings: Settings, path: str, length: str) -> None:
    settings.REQUEST_MAX_BYTES = 1000
    response = client.generic("POST", path, b"", CONTENT_LENGTH=length)
    assert response.status_code == 413
    assert "larger" in response.text
    assert "default-src" in response.headers["Content-Security-Policy"]


def test_a_body_that_is_not_too_large_is_read(client: Client, settings: Settings) -> None:
    settings.REQUEST_MAX_BYTES = 1000
    assert client.post("/admin/login/", {"username": "a" * 200}).status_code == 200
