"""A row of every model that has admin pages, so that tests can walk through all of them.

Whoever registers a model adds a line to `ROWS`; `tests/betaportal/test_every_admin_page.py` fails until then.
"""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

from axes.models import AccessAttempt
from django.db.models import Model

from core import audit, clock, outbox
from core.models import AuditEntry, JobRun, OutboxMessage, User
from feedback.models import Response, Survey, SurveyImport, SurveyMap
from metrics.models import DailyActivity, DailyMetric, RecentEvent, RejectedItems
from metrics.services import aggregate_dirty_days
from participants.models import Agreement, Invite, Participant, Signature
from participants.services import publish_agreement
from programs.enums import DeploymentKind, FreezeScope, KeyScope, NoteKind
from programs.models import (
    ActionItem,
    ApiKey,
    Contact,
    Deployment,
    Freeze,
    Goal,
    Membership,
    Note,
    Program,
    ReadinessItem,
    Week,
)
from programs.services import create_api_key, freeze
from reports.enums import ReportKind
from reports.models import ExitCriterion, ReportSubscription, StatusReport
from reports.services import build_report
from tests.factories.feedback import SPEC, import_survey
from tests.factories.metrics import request_event, send
from tests.factories.participants import active_person, invited_person, waiting_person
from tests.factories.programs import draft_program, staff_user

_numbers = itertools.count(1)


def new_row(model: type[Model], program: Program) -> Any:
    """One more row of the model, in the program where it belongs to one."""
    return ROWS[model](program, next(_numbers))


def _program(program: Program, _number: int) -> Program:
    """Another program of the same members."""
    other = draft_program()
    for member in program.memberships.all():
        Membership.objects.create(program=other, user=member.user, role=member.role)
    return other


def _day(program: Program, number: int) -> None:
    """A request of a new person at a new endpoint and a rejected item, counted."""
    moment = clock.now() - dt.timedelta(minutes=number)
    send(program, [request_event(at=moment, user=f"u{number}", endpoint=f"/{number}"), {"type": f"odd {number}"}])
    aggregate_dirty_days(program_id=program.pk, until=program.today)


def _daily_metric(program: Program, number: int) -> DailyMetric:
    _day(program, number)
    return DailyMetric.objects.get(program=program, dimension=f"/{number}", metric="requests")


def _daily_activity(program: Program, number: int) -> DailyActivity:
    _day(program, number)
    return DailyActivity.objects.get(program=program, person=f"u{number}")


def _recent_event(program: Program, number: int) -> RecentEvent:
    _day(program, number)
    return RecentEvent.objects.get(program=program, user_id=f"u{number}")


def _rejected(program: Program, number: int) -> RejectedItems:
    """Items are counted by day and reason: each row is of another day."""
    _day(program, number)
    newest = RejectedItems.objects.filter(program=program).latest("pk")
    RejectedItems.objects.filter(pk=newest.pk).update(day=newest.day - dt.timedelta(days=number))
    return newest


def _agreement(program: Program, number: int) -> Agreement:
    return publish_agreement(program_id=program.pk, title=f"Terms {number}", body=f"Text {number}", actor=None)


def _mail(program: Program, number: int) -> Model:
    return outbox.enqueue(key=f"test-{number}", scope=program.slug, to="a@example.org", subject="Hello", text="Hello")


def _report(program: Program, number: int) -> StatusReport:
    first = program.starts_on
    return build_report(program_id=program.pk, first=first, last=first, kind=ReportKind.INTERIM, actor=None)


def _attempt(_program: Program, number: int) -> AccessAttempt:
    return AccessAttempt.objects.create(
        username=f"u{number}", ip_address="192.0.2.1", user_agent="Firefox", failures_since_start=1
    )


ROWS: dict[type[Model], Callable[[Program, int], Any]] = {
    AccessAttempt: _attempt,
    User: lambda _program, _number: staff_user(),
    OutboxMessage: _mail,
    AuditEntry: lambda program, number: audit.record(
        actor=None, action=f"test.{number}", obj=program, scope=program.slug
    ),
    JobRun: lambda _program, number: JobRun.objects.create(job=f"job-{number}", period="now"),
    Program: _program,
    ActionItem: lambda program, number: ActionItem.objects.create(program=program, title=f"Task {number}"),
    ApiKey: lambda program, number: create_api_key(
        program_id=program.pk, scope=KeyScope.INGEST, label=f"Key {number}", actor=staff_user()
    )[0],
    Contact: lambda program, number: Contact.objects.create(
        program=program, role="Support", name=f"Contact {number}", email="support@example.org"
    ),
    Deployment: lambda program, number: Deployment.objects.create(
        program=program, kind=DeploymentKind.HOTFIX, version=f"1.0.{number}", deployed_at=clock.now()
    ),
    Freeze: lambda program, number: freeze(
        program_id=program.pk, scope=FreezeScope.INVITES, cause=f"Cause {number}", actor=staff_user()
    ),
    Goal: lambda program, number: Goal.objects.create(
        program=program, label=f"Goal {number}", metric=f"metric_{number}", target=10
    ),
    Membership: lambda program, _number: Membership.objects.create(program=program, user=staff_user()),
    Note: lambda program, number: Note.objects.create(
        program=program, kind=NoteKind.MARKET, text=f"Note {number}", author=staff_user()
    ),
    ReadinessItem: lambda program, number: ReadinessItem.objects.create(
        program=program, key=f"item-{number}", label=f"Item {number}"
    ),
    Week: lambda program, number: Week.objects.create(
        program=program, number=100 + number, starts_on=program.starts_on, ends_on=program.ends_on, title="More"
    ),
    Agreement: _agreement,
    Participant: lambda program, _number: waiting_person(program),
    Invite: lambda program, _number: invited_person(program)[0].invites.get(),
    Signature: lambda program, _number: active_person(program).signatures.get(),
    Survey: lambda program, number: import_survey(program, name=f"Survey {number}").survey,
    SurveyImport: lambda program, number: SurveyImport.objects.get(
        survey=import_survey(program, name=f"Survey {number}").survey
    ),
    Response: lambda program, number: Response.objects.filter(
        survey=import_survey(program, name=f"Survey {number}").survey
    )[0],
    SurveyMap: lambda program, number: SurveyMap.objects.create(program=program, name=f"Map {number}", spec=SPEC),
    DailyMetric: _daily_metric,
    DailyActivity: _daily_activity,
    RecentEvent: _recent_event,
    RejectedItems: _rejected,
    StatusReport: _report,
    ExitCriterion: lambda program, number: ExitCriterion.objects.create(
        program=program, kind="exit", key=f"key-{number}", label=f"Criterion {number}", metric="uptime", target=1
    ),
    ReportSubscription: lambda program, number: ReportSubscription.objects.create(
        program=program, email=f"r{number}@example.org", unsubscribed_at=clock.now()
    ),
}
