"""What runs when. In code, because a schedule whose rows staff can edit loses runs.

Each job says itself how often it runs, where it is declared (`core.jobs`). Beat only knocks: every job is keyed by
`JobRun`, so a knock that comes twice, late or after an outage does the work of a period once.
"""

from datetime import timedelta
from typing import Any

from core import jobs


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Return Celery's entry for every declared job; the apps' tasks must have been imported."""
    return {schedule.job: _entry(schedule.job, schedule.tick) for schedule in jobs.schedules()}


def _entry(job: str, tick: timedelta) -> dict[str, Any]:
    # A knock that nobody answered before the next one is worth nothing: without workers none pile up.
    return {"task": job, "schedule": tick, "options": {"expires": tick.total_seconds()}}
