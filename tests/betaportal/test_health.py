"""What supervisors and monitoring are told."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from core import clock, jobs
from core.enums import RunState
from core.models import JobRun

pytestmark = pytest.mark.django_db


def make_every_job_succeed(*, ago: timedelta = timedelta(0)) -> None:
    at = clock.now() - ago
    for schedule in jobs.schedules():
        JobRun.objects.create(job=schedule.job, period="p", state=RunState.DONE, started_at=at, finished_at=at)


def test_healthz_asks_no_server(client: Client, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").status_code == 200


def test_readyz_says_that_all_is_well(client: Client) -> None:
    make_every_job_succeed()
    answer = client.get("/readyz")
    assert answer.json() == {"ready": True, "database": "ok", "broker": "ok", "schedule": "ok"}
    assert answer.status_code == 200


def test_readyz_names_the_job_that_has_gone_silent(client: Client) -> None:
    make_every_job_succeed(ago=timedelta(minutes=10))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "core.deliver_outbox" in answer.json()["schedule"]


def test_readyz_says_that_the_broker_is_gone(client: Client, dead_broker: None) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "The broker does not answer."


def test_metrics_tell_of_the_outbox_and_of_each_job(client: Client) -> None:
    make_every_job_succeed(ago=timedelta(minutes=10))
    text = client.get("/metrics").content.decode()
    assert "betaportal_database_up 1.0" in text
    assert 'betaportal_outbox_messages{state="queued"} 0.0' in text
    assert 'betaportal_job_silent{job="core.deliver_outbox"} 1.0' in text


def test_metrics_tell_that_the_broker_is_gone(client: Client, dead_broker: None) -> None:
    assert "betaportal_broker_up 0.0" in client.get("/metrics").content.decode()


def test_metrics_want_the_token_where_one_is_set(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer secret"}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_nothing_is_posted_to_them(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.fixture
def dead_broker(tmp_path, settings: Settings):
    from betaportal.celery import app

    before = app.conf.broker_write_url
    app.conf.broker_write_url = f"redis+socket://{tmp_path}/nobody.sock"
    yield
    app.conf.broker_write_url = before
