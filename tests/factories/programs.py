"""Programs for tests, made by the services that make real ones."""

import itertools
from typing import Any

from core.models import User
from programs.models import Program
from programs.services import check_readiness_of_all, create_program, launch

_numbers = itertools.count(1)


def draft_program(**fields: Any) -> Program:
    """A program as its blueprint (`controlled` unless given) makes it. Other fields are set on the row."""
    number = next(_numbers)
    named = {key: fields.pop(key) for key in ("timezone", "actor", "starts_on") if key in fields}
    program = create_program(
        blueprint=fields.pop("blueprint", "controlled"),
        slug=fields.pop("slug", f"beta-{number}"),
        name=fields.pop("name", f"Beta {number}"),
        **named,
    )
    if fields:
        Program.objects.filter(pk=program.pk).update(**fields)
        program.refresh_from_db()
    return program


def live_program(**fields: Any) -> Program:
    """A launched program."""
    program = draft_program(**fields)
    check_readiness_of_all(program_id=program.pk, actor=None, evidence="checked in a test")
    return launch(program_id=program.pk, actor=None)


def staff_user(**fields: Any) -> User:
    """A member of staff without any program."""
    number = next(_numbers)
    values = {"username": f"staff-{number}", "email": f"staff-{number}@example.org", "is_staff": True, **fields}
    return User.objects.create_user(**values)
