"""What waits for a person: each line says what it is and leads to where it is acted on."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from core import clock, jobs
from core.enums import MessageState
from core.models import OutboxMessage
from metrics.selectors import last_event_at
from participants.selectors import SeatCounts, unanswered_invites
from programs.ages import age
from programs.enums import FreezeScope, KeyScope, ProgramState
from programs.models import ApiKey, Freeze, Program, ReadinessItem
from reports.home import links
from reports.home.freshness import is_silent

UNANSWERED_AFTER = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Need:
    """`tone` is red, yellow or blue: how soon it hurts. `action` is what the link does; without `href` no link."""

    text: str
    action: str
    href: str
    tone: str = "yellow"


def needs(program: Program, seats: SeatCounts, freezes: Sequence[Freeze]) -> list[Need]:
    """Return what waits, the most urgent first."""
    found = [
        *_frozen(freezes),
        *_mails(program),
        *_jobs(),
        *_people(program, seats),
        *_readiness(program),
        *_sources(program),
        *_tasks(program),
        *_end(program),
    ]
    return sorted(found, key=lambda need: ("red", "yellow", "blue").index(need.tone))


def _frozen(freezes: Sequence[Freeze]) -> Iterator[Need]:
    for freeze in freezes:
        what = "Invites are" if freeze.scope == FreezeScope.INVITES else "Everything is"
        yield Need(
            f"{what} frozen: {freeze.cause}", "Lift with evidence", links.row("programs.freeze", freeze.pk), tone="red"
        )


def _mails(program: Program) -> Iterator[Need]:
    lost = OutboxMessage.objects.filter(
        scope=program.slug, state__in=[MessageState.FAILED, MessageState.BOUNCED]
    ).count()
    if lost:
        text = f"{_count(lost, 'mail')} did not arrive"
        yield Need(text, "See which", links.rows("core.outboxmessage", state__exact="failed"), tone="red")


def _jobs() -> Iterator[Need]:
    silent = jobs.silent()
    if silent:
        text = f"{_count(len(silent), 'scheduled job')} went silent: {', '.join(silent[:3])}. Is the worker running?"
        yield Need(text, "See the jobs", links.rows("core.jobrun"), tone="red")


def _people(program: Program, seats: SeatCounts) -> Iterator[Need]:
    quiet = unanswered_invites(program, older_than=UNANSWERED_AFTER).count()
    if quiet:
        yield Need(
            f"{_count(quiet, 'invite')} unanswered for 3 days",
            "Remind or revoke",
            links.rows("participants.participant", state__exact="invited"),
        )
    if seats.accepted:
        yield Need(
            f"{_people_count(seats.accepted)} accepted but did not sign",
            "See who",
            links.rows("participants.participant", state__exact="accepted"),
        )
    if program.state == ProgramState.LIVE and seats.waiting and seats.free > 0:
        yield Need(
            f"{_count(seats.free, 'seat')} free, {seats.waiting} waiting",
            "Invite the next",
            links.rows("participants.participant", state__exact="waitlisted"),
        )


def _readiness(program: Program) -> Iterator[Need]:
    if program.state == ProgramState.ENDED:
        return
    still_open = ReadinessItem.objects.filter(program=program, checked_at=None).order_by("position", "pk")
    text = _first_of(still_open.values_list("label", flat=True))
    if text:
        yield Need(f"Readiness not done: {text}", "Check off", links.rows("programs.readinessitem"))


def _sources(program: Program) -> Iterator[Need]:
    if program.state != ProgramState.LIVE:
        return
    if not ApiKey.objects.usable().filter(program=program, scope=KeyScope.INGEST).exists():
        yield Need(
            "No product is connected, so there are no figures", "Make a write key", links.rows("programs.apikey")
        )
        return
    last = last_event_at(program)
    if last is None:
        yield Need("The product has not sent any event yet", "See the keys", links.rows("programs.apikey"))
    elif is_silent(last):
        text = f"No event for {age(last, clock.now())}: the figures stand still"
        yield Need(text, "See the events", links.rows("metrics.recentevent"), tone="red")


def _tasks(program: Program) -> Iterator[Need]:
    due = program.action_items.filter(Q(due_on__lte=program.today), done_at=None)
    text = _first_of(due.order_by("due_on", "pk").values_list("title", flat=True))
    if text:
        yield Need(f"Due: {text}", "See action items", links.rows("programs.actionitem"))


def _end(program: Program) -> Iterator[Need]:
    if program.state == ProgramState.LIVE and program.today > program.ends_on:
        yield Need(
            f"The last day was {program.ends_on:%d %B}, and the program is still live",
            "End it or move the date",
            links.row("programs.program", program.pk),
        )


def _first_of(names: QuerySet[Any, str]) -> str:
    """Name the first and count the others: “Call the bank” and 3 more; empty where there is none."""
    first, total = names.first(), names.count()
    if first is None:
        return ""
    return f"“{first}” and {total - 1} more" if total > 1 else f"“{first}”"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _people_count(number: int) -> str:
    return "1 person" if number == 1 else f"{number} people"
