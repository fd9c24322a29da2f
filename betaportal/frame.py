"""What stands around every admin page: the program switcher and the bars that say what is frozen or stale."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from programs.models import Freeze, Program
from programs.scoping import chosen_program, current_program, visible_programs
from reports.home.freshness import silent_since

SWITCHER_ROWS = 12
BAR_ROWS = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """`program` is the one this page belongs to; `chosen` is the one that lists show."""

    program: Program | None
    chosen: Program | None
    choices: list[Program]
    more_choices: bool
    freezes: list[Freeze]
    silent_since: dt.datetime | None

    @property
    def elsewhere(self) -> bool:
        """Whether the page belongs to another program than the lists show."""
        return self.program is not None and self.chosen is not None and self.program != self.chosen


def context(request: HttpRequest) -> dict[str, Any]:
    """Return the template variables that Unfold adds to every admin page; none for people who are not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_active or not user.is_staff:
        return {}
    visible = visible_programs(request)
    choices = list(visible.order_by("name", "pk")[: SWITCHER_ROWS + 1])
    freezes = Freeze.objects.in_force().filter(program__in=visible).select_related("program", "started_by")
    program = current_program(request)
    return {
        "frame": Frame(
            program=program,
            chosen=chosen_program(request),
            choices=choices[:SWITCHER_ROWS],
            more_choices=len(choices) > SWITCHER_ROWS,
            freezes=list(freezes.order_by("-started_at")[:BAR_ROWS]),
            silent_since=silent_since(program) if program else None,
        )
    }


def environment(_request: HttpRequest) -> list[str] | None:
    """Return the label beside the page title: nothing where it matters, a word where it is a trial."""
    return None if settings.PRODUCTION else ["Development", "info"]
