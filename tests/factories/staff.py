"""Members of staff for tests, signed in."""

from typing import Any

from django.test import Client

from core.models import User
from programs.enums import Role
from programs.models import Membership, Program
from tests.factories.programs import staff_user


def member(program: Program, role: str = Role.OWNER, **fields: Any) -> User:
    """Somebody who holds `role` in the program."""
    user = staff_user(**fields)
    Membership.objects.create(program=program, user=user, role=role)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def client_of(program: Program, role: str = Role.OWNER) -> Client:
    """The browser of a member with `role`."""
    return signed_in(member(program, role))


def superuser_client() -> Client:
    return signed_in(staff_user(is_superuser=True))
