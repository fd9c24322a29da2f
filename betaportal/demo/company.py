"""The company of the demo: whom one can turn to, what was shown before launch, what is planned."""

import datetime as dt

from core.models import User
from programs.enums import DeploymentKind, NoteKind, Priority, Risk
from programs.models import ActionItem, Contact, Deployment, Note, Program

# What was shown for each item of the launch checklist.
EVIDENCE = {
    "monitoring": "Grafana dashboard “AccuBooks beta” shows all targets up.",
    "baseline": "26 hours recorded before the first user, p95 between 410 and 470 ms.",
    "alerts": "Each alert fired once by hand and reached the on-call phone.",
    "configuration": "The beta configuration of 1.0.2 is deployed.",
    "limits": "The 61st request in a minute was throttled, the 51st forecast in an hour blocked.",
    "support": "Direct line and shared mailbox answered within the hour.",
    "on-call": "Nadia is on call in odd weeks, Tom in even ones.",
    "approval": "Approved in the launch meeting, minutes of that day.",
}


def introduce(program: Program) -> None:
    """Name the people that participants and staff turn to."""
    program.contacts.update(position=3, is_public=False)  # The creator stands behind the team's own people.
    for contact in (
        {"role": "Report issues", "name": "Nadia Rossi", "email": "beta@example.org", "is_public": True},
        {"role": "Emergency", "name": "Tom Becker", "phone": "+49 30 23125 014", "position": 1},
        {"role": "CTO", "name": "Ines Duarte", "email": "cto@example.org", "gets_report": True, "position": 2},
    ):
        Contact.objects.create(program=program, **contact)


def plan(program: Program, actor: User | None) -> None:
    """Write down the deployments, action items and notes of the demo's month."""
    first = program.starts_on

    def at(day: int, hour: int) -> dt.datetime:
        return dt.datetime.combine(first + dt.timedelta(days=day - 1), dt.time(hour), tzinfo=program.tz)

    def in_days(days: int) -> dt.date:
        return program.ends_on + dt.timedelta(days=days)

    release, hotfix, planned = DeploymentKind.RELEASE, DeploymentKind.HOTFIX, DeploymentKind.PLANNED
    tom, nadia, ines = "Tom Becker", "Nadia Rossi", "Ines Duarte"
    for deployment in (
        {"kind": release, "version": "1.0.2", "deployed_at": at(1, 5), "deployed_by": tom, "risk": Risk.MEDIUM,
         "changes": "The version under test."},
        {"kind": hotfix, "version": "1.0.2-hotfix.1", "deployed_at": at(18, 6), "deployed_by": nadia,
         "changes": "Slow forecasts"},
        {"kind": planned, "version": "1.0.3", "planned_on": in_days(5), "changes": "Clearer errors in bank import"},
    ):  # fmt: skip
        Deployment.objects.create(program=program, method="CI/CD", **deployment)
    for title, owner, priority, due_on in (
        ("Ask Yusuf Demir whether something keeps him from signing", nadia, Priority.HIGH, in_days(2)),
        ("Bring p95 below 500 ms on forecasts", tom, Priority.HIGH, in_days(4)),
        ("Write the decision's minutes", ines, Priority.MEDIUM, in_days(7)),
    ):
        ActionItem.objects.create(program=program, title=title, owner=owner, priority=priority, due_on=due_on)
    Note.objects.create(
        program=program,
        kind=NoteKind.TECHNICAL,
        author=actor,
        created_at=at(18, 9),
        text="Forecasts were slow on two days after a release; the hotfix of day 18 brought them back.",
    )
