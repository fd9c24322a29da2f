"""Whether the figures still move: a product that fell silent is noticed on every page."""

import datetime as dt

from core import clock
from metrics.selectors import last_event_at
from programs.enums import ProgramState
from programs.models import Program

SILENT_AFTER = dt.timedelta(hours=24)


def is_silent(last: dt.datetime) -> bool:
    """Whether an event that came `last` is too long ago."""
    return clock.now() - last > SILENT_AFTER


def silent_since(program: Program) -> dt.datetime | None:
    """Return when the last event of a live program came, where that is too long ago; else None.

    None too before the first event: nothing went silent that never spoke.
    """
    if program.state != ProgramState.LIVE:
        return None
    last = last_event_at(program)
    return last if last and is_silent(last) else None
