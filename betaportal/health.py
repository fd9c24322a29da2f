"""What a supervisor and a monitoring system ask: does the process live, can it work, and how is it doing?"""

from collections.abc import Callable, Iterator
from typing import TypeVar

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from betaportal.celery import app
from core import clock, jobs
from core.enums import MessageState
from core.models import OutboxMessage
from core.tokens import constant_time_equal

T = TypeVar("T")


@require_safe
@never_cache
def healthz(_: HttpRequest) -> HttpResponse:
    """Answer that this process lives; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(_: HttpRequest) -> JsonResponse:
    """Answer whether requests can be served and jobs run: 200 or 503, with what is wrong by part."""
    checks = {"database": database_trouble(), "broker": broker_trouble()}
    checks["schedule"] = "" if checks["database"] else schedule_trouble()
    ready = not any(checks.values())
    parts = {part: trouble or "ok" for part, trouble in checks.items()}
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with Prometheus figures, read from the database when asked, so that every web worker tells the same.

    Where `METRICS_TOKEN` is set, only who sends it as a bearer token is answered.
    """
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and not constant_time_equal(given, settings.METRICS_TOKEN):
        return HttpResponse("The metrics were refused: send METRICS_TOKEN as a bearer token.\n", status=401)
    registry = CollectorRegistry()
    registry.register(PortalCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def database_trouble() -> str:
    """Return what is wrong with the database, or an empty text."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "The database does not answer."
    return ""


def broker_trouble() -> str:
    """Return what is wrong with the broker, or an empty text."""
    return "" if _from_broker(lambda client: client.ping()) else "The broker does not answer."


def schedule_trouble() -> str:
    """Return which jobs have gone silent, or an empty text."""
    silent = jobs.silent()
    return f"No success for two turns: {', '.join(silent)}." if silent else ""


class PortalCollector(Collector):
    """The figures of `/metrics`."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every figure that can be had; without a database, that it is down."""
        waiting = _from_broker(lambda client: client.llen(app.conf.task_default_queue))
        database_up = not database_trouble()
        yield _gauge("database_up", "Whether the database answers.", float(database_up))
        yield _gauge("broker_up", "Whether the broker answers.", float(waiting is not None))
        if waiting is not None:
            yield _gauge("tasks_waiting", "Tasks that no worker has taken yet.", waiting)
        if database_up:
            yield from self._outbox()
            yield from self._jobs()

    def _outbox(self) -> Iterator[GaugeMetricFamily]:
        messages = GaugeMetricFamily("betaportal_outbox_messages", "Mails by state.", labels=["state"])
        for state in MessageState:
            messages.add_metric([state], OutboxMessage.objects.filter(state=state).count())
        yield messages
        due = OutboxMessage.objects.filter(state=MessageState.QUEUED, next_attempt_at__lte=clock.now())
        oldest = due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
        age = (clock.now() - oldest).total_seconds() if oldest else 0.0
        yield _gauge("outbox_oldest_due_seconds", "How long the mail that waits longest has been due.", age)

    def _jobs(self) -> Iterator[GaugeMetricFamily]:
        successes = GaugeMetricFamily(
            "betaportal_job_last_success_timestamp_seconds", "When a job was last done.", labels=["job"]
        )
        silent = GaugeMetricFamily("betaportal_job_silent", "Whether a job missed two turns.", labels=["job"])
        silent_jobs = jobs.silent()
        for schedule in jobs.schedules():
            if (success := jobs.last_success(schedule.job)) is not None:
                successes.add_metric([schedule.job], success.timestamp())
            silent.add_metric([schedule.job], float(schedule.job in silent_jobs))
        yield successes
        yield silent


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"betaportal_{name}", text, value=value)


def _from_broker(ask: Callable[..., T]) -> T | None:
    """Return what the broker answers to `ask`, or None when it does not answer."""
    with app.connection_for_write() as broker:
        try:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            return ask(broker.default_channel.client)
        except (OperationalError, *broker.connection_errors, *broker.channel_errors):
            return None
