"""Beat's schedule and the jobs that exist are the same."""

from betaportal.celery import app
from betaportal.schedule import beat_schedule
from core import jobs


def test_every_declared_job_is_knocked_at() -> None:
    declared = {schedule.job for schedule in jobs.schedules()}
    assert set(app.conf.beat_schedule) == {job for job in declared if not job.startswith("test.")}


def test_every_entry_names_a_task_that_exists() -> None:
    assert {entry["task"] for entry in beat_schedule().values()} <= set(app.tasks)


def test_a_knock_expires_before_the_next_one() -> None:
    for entry in beat_schedule().values():
        assert entry["options"]["expires"] <= entry["schedule"].total_seconds()
