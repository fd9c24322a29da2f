"""The audit chain: what is recorded, how it is linked, and what is refused."""

import pytest
from django.db import connection

from core import audit
from core.models import AuditLink, User

pytestmark = pytest.mark.django_db


def settle() -> None:
    connection.check_constraints()


def test_x():
    u = User.objects.create(username="ada", email="a@example.com")
    audit.record(actor=u, action="x.y", obj=u, before={"a": 1.5})
    audit.record(actor=None, action="x.y", obj=u, before={"a": 1.5})
    settle()
    assert [link.sequence for link in AuditLink.objects.order_by("sequence")] == [1, 2]
