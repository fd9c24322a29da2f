"""A program's life: created from a blueprint, made ready, launched, ended."""

import datetime as dt
from zoneinfo import available_timezones

from django.db import transaction

from core import audit, clock
from core.exceptions import BadInput
from core.models import User
from core.moments import ProgramCreated, announce
from core.validation import clean_or_refuse
from programs import blueprints
from programs.enums import PROGRAM_MOVES, GoalPeriod, ProgramState, Role
from programs.exceptions import LaunchRefused, NoSuchMove
from programs.models import Contact, Goal, Membership, Program, ReadinessItem, Seat, Week


@transaction.atomic
def create_program(
    *,
    blueprint: str,
    slug: str,
    name: str,
    product: str = "",
    version: str = "",
    timezone: str = "UTC",
    actor: User | None = None,
    starts_on: dt.date | None = None,
) -> Program:
    """Create a program complete with what its blueprint states. The creator becomes its owner and first contact.

    `product` and `version` (else "beta") take the place of the blueprint's, which mails and the agreement would name.

    Raises `BadInput` for an unknown blueprint, a slug that is taken, or values that a program cannot have.
    """
    plan = blueprints.load(blueprint)
    if product:
        plan["program"] |= {"product": product, "version": version or "beta"}
    program = _new_program(plan, slug=slug, name=name, timezone=timezone, starts_on=starts_on)
    Seat.objects.bulk_create(Seat(program=program, number=n + 1) for n in range(program.seat_cap))
    _plan_weeks_and_goals(program, plan)
    ReadinessItem.objects.bulk_create(
        ReadinessItem(program=program, position=n, **item) for n, item in enumerate(plan["readiness"])
    )
    if actor:
        Membership.objects.create(program=program, user=actor, role=Role.OWNER)
        Contact.objects.create(
            program=program,
            role="Beta team",
            name=actor.get_full_name() or actor.get_username(),
            email=actor.email,
            is_public=True,
            gets_report=True,
        )
    announce(ProgramCreated(program_id=program.pk, blueprint=plan))
    audit.record(actor=actor, action="program.created", obj=program, scope=slug, after={"blueprint": blueprint})
    return program


def _new_program(
    plan: blueprints.Blueprint, *, slug: str, name: str, timezone: str, starts_on: dt.date | None
) -> Program:
    values = dict(plan["program"])
    days = values.pop("days")
    program = Program(slug=slug, name=name, timezone=timezone, **values)
    refused = f"The program “{slug}” was not created"
    if timezone not in available_timezones():
        raise BadInput(f"{refused}: “{timezone}” is not a time zone. Use a name such as Europe/Berlin or UTC.")
    program.starts_on = starts_on or program.today
    program.ends_on = program.starts_on + dt.timedelta(days=days - 1)
    clean_or_refuse(program, refused=refused)
    program.save()
    return program


def _plan_weeks_and_goals(program: Program, plan: blueprints.Blueprint) -> None:
    """Lay the blueprint's weeks over the program's days; a week that would start after the last day is left out."""
    weeks: dict[int, Week] = {}
    for number, texts in enumerate(plan["weeks"], start=1):
        first = program.starts_on + dt.timedelta(weeks=number - 1)
        if first > program.ends_on:
            break
        last = min(first + dt.timedelta(days=6), program.ends_on)
        weeks[number] = Week.objects.create(program=program, number=number, starts_on=first, ends_on=last, **texts)
    for position, goal in enumerate(plan["goals"]):
        values = dict(goal)
        week = values.pop("week", None)
        if week is None or week in weeks:
            period = values.pop("period", GoalPeriod.WEEK if week else GoalPeriod.PROGRAM)
            Goal.objects.create(program=program, period=period, week=weeks.get(week), position=position, **values)


@transaction.atomic
def check_readiness(*, item_id: int, actor: User | None, evidence: str) -> ReadinessItem:
    """Check a readiness item off. Raises `BadInput` without evidence."""
    if not evidence.strip():
        raise BadInput("The item stays open: say what shows that it is done.")
    item = ReadinessItem.objects.select_for_update(of=("self",)).select_related("program").get(pk=item_id)
    item.checked_at, item.checked_by, item.evidence = clock.now(), actor, evidence.strip()
    item.save(update_fields=["checked_at", "checked_by", "evidence"])
    audit.record(actor=actor, action="readiness.checked", obj=item, scope=item.program.slug, reason=evidence)
    return item


@transaction.atomic
def reopen_readiness(*, item_id: int, actor: User | None, reason: str) -> ReadinessItem:
    """Open a checked item again; what was said as evidence stays in the audit trail."""
    item = ReadinessItem.objects.select_for_update(of=("self",)).select_related("program").get(pk=item_id)
    before = {"evidence": item.evidence}
    item.checked_at, item.checked_by, item.evidence = None, None, ""
    item.save(update_fields=["checked_at", "checked_by", "evidence"])
    audit.record(
        actor=actor,
        action="readiness.reopened",
        obj=item,
        scope=item.program.slug,
        before=before,
        reason=reason,
    )
    return item


@transaction.atomic
def check_readiness_of_all(*, program_id: int, actor: User | None, evidence: str) -> int:
    """Check every open item off with one note. Returns how many there were."""
    open_items = ReadinessItem.objects.filter(program_id=program_id, checked_at=None).values_list("pk", flat=True)
    return len([check_readiness(item_id=pk, actor=actor, evidence=evidence) for pk in list(open_items)])


@transaction.atomic
def launch(*, program_id: int, actor: User | None) -> Program:
    """Let the program go live: from here on invites leave. Raises `LaunchRefused`, naming each open required item."""
    program = Program.objects.select_for_update(no_key=True).get(pk=program_id)
    _refuse_unless_allowed(program, ProgramState.LIVE)
    open_items = list(program.readiness_items.filter(required=True, checked_at=None).values_list("label", flat=True))
    if open_items:
        raise LaunchRefused(
            f"{program.name} was not launched: {len(open_items)} readiness items are open "
            f"({'; '.join(open_items)}). Check each with its evidence, then launch again."
        )
    program.state, program.launched_at = ProgramState.LIVE, clock.now()
    program.save(update_fields=["state", "launched_at"])
    audit.record(actor=actor, action="program.launched", obj=program, scope=program.slug)
    return program


@transaction.atomic
def end_program(*, program_id: int, actor: User | None, reason: str) -> Program:
    """End the program: nobody joins any more. Its figures and reports stay."""
    program = Program.objects.select_for_update(no_key=True).get(pk=program_id)
    _refuse_unless_allowed(program, ProgramState.ENDED)
    program.state, program.ended_at = ProgramState.ENDED, clock.now()
    program.save(update_fields=["state", "ended_at"])
    audit.record(actor=actor, action="program.ended", obj=program, scope=program.slug, reason=reason)
    return program


def _refuse_unless_allowed(program: Program, state: ProgramState) -> None:
    if state not in PROGRAM_MOVES[program.state]:
        raise NoSuchMove(
            f"{program.name} is {program.get_state_display().lower()} and cannot become {state.label.lower()}. "
            "A program goes from draft to live, and from live to ended."
        )
