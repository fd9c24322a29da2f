"""Signing in to the admin: who guesses passwords is locked out, and nobody else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories.programs import staff_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def try_from(settings: Any) -> Callable[[str, str], int]:
    """Try a password from an address that our proxy saw; returns the status of the answer."""
    settings.BEHIND_PROXY = True
    user = staff_user(password="the right one")

    def attempt(address: str, password: str) -> int:
        fields = {"username": user.username, "password": password}
        return Client(headers={"X-Forwarded-For": address}).post("/admin/login/", fields).status_code

    return attempt


def test_guessing_locks_out_the_guessers_address_alone(try_from: Callable[[str, str], int]) -> None:
    assert [try_from("203.0.113.9", "a guess") for _ in range(8)][-1] == 429
    assert try_from("203.0.113.9", "the right one") == 429
    assert try_from("198.51.100.4", "the right one") == 302
