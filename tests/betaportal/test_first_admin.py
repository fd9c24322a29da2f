"""The first admin: made once, with a password that is told once."""

import pytest

from betaportal.first_admin import ensure_admin
from core.models import User

pytestmark = pytest.mark.django_db


def can_sign_in(password: str) -> bool:
    return User.objects.get(username="admin").check_password(password)


def test_a_new_portal_gets_an_admin_with_a_password_of_its_own() -> None:
    password = ensure_admin()
    assert len(password) >= 16
    assert can_sign_in(password)


def test_the_second_start_changes_nothing_and_tells_nothing() -> None:
    password = ensure_admin()
    assert ensure_admin() == ""
    assert can_sign_in(password)


def test_a_given_password_is_set_and_not_repeated() -> None:
    assert ensure_admin(password="given-by-hand") == ""
    assert can_sign_in("given-by-hand")


def test_a_given_password_is_the_way_back_in() -> None:
    ensure_admin()
    ensure_admin(password="given-by-hand")
    assert can_sign_in("given-by-hand")


def test_no_second_admin_is_made_beside_a_superuser_of_another_name() -> None:
    User.objects.create_superuser("ada", "ada@example.com", "x")
    assert ensure_admin() == ""
    assert not User.objects.filter(username="admin").exists()
