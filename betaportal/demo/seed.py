"""Make the demo program, by living through its days with the services that real days use."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from django.db import transaction

from betaportal.demo import company, intake, story, survey
from betaportal.demo.people import PEOPLE, Persona
from core import clock, jobs
from core.enums import RunState
from core.exceptions import Conflict
from core.models import JobRun, OutboxMessage, User
from feedback.parsing import read_table, suggest_map
from feedback.services import import_responses
from metrics.services.aggregation import aggregate_day
from participants.emails import invite_key
from participants.enums import ParticipantState
from participants.models import Participant
from participants.selectors import newest_agreement
from participants.services import accept_invite, import_people, invite_participant, sign_agreement
from participants.visits import Visit, session_hash
from programs.models import Program
from programs.services import check_readiness, create_api_key, create_program, launch, revoke_api_key
from reports.services import send_due_reports

SLUG = "demo"
JOB = "demo.seed"
PRODUCT = "AccuBooks, production"
SEED = 20260201
DAYS = 30
TZ = ZoneInfo("Europe/Berlin")
LINK = re.compile(r"/i/([\w-]+)")
BROWSER = "Mozilla/5.0 (Linux; Android 15) Demo"
Progress = Callable[[list[dt.date]], Iterable[dt.date]]


def is_wanted() -> bool:
    """Whether `make run` makes the demo: in an empty portal that never had it whole, also when a start was cut off."""
    made = JobRun.objects.filter(job=JOB, state=RunState.DONE).exists()
    return not made and not Program.objects.exclude(slug=SLUG).exists()


def seed_demo(*, actor: User | None, progress: Progress = iter) -> Program:
    """Make the demo and live through its thirty days up to now; one that was cut off is lived on to its end.

    Raises `Conflict` when the demo is complete or being made. Every step may be repeated: a person joins once, an event
    counts once, a report is built once.
    """
    with jobs.claim(JOB, SLUG) as mine:
        if not mine:
            raise Conflict(f"The demo is here already, or is being made. Open the program “{SLUG}” in the admin.")
        program = Program.objects.filter(slug=SLUG).first() or _found(actor)
        _live_through(program, actor, progress)
    return program


@transaction.atomic
def _found(actor: User | None) -> Program:
    """The program on its first morning: created, made ready, launched, its people imported."""
    first = clock.today(TZ) - dt.timedelta(days=DAYS - 1)
    with clock.at(_moment(first, dt.time(6))):
        program = create_program(
            blueprint="controlled", slug=SLUG, name="AccuBooks beta", timezone=TZ.key, actor=actor, starts_on=first
        )
        company.introduce(program)
        for item in program.readiness_items.all():
            check_readiness(item_id=item.pk, actor=actor, evidence=company.EVIDENCE[item.key])
        program = launch(program_id=program.pk, actor=actor)
        import_people(program_id=program.pk, content=_people_file(), actor=actor)
        company.plan(program, actor)
    return program


def _live_through(program: Program, actor: User | None, progress: Progress) -> None:
    until = clock.now()
    days = clock.days_between(program.starts_on, program.ends_on)
    events = _events_by_day(days, until)
    write_key = _write_key(program, actor)
    with intake.intake() as address:
        for number, day in enumerate(progress(days), start=1):
            _report(program, day, until)
            _welcome(program, number, day, until, actor)
            intake.send(address, write_key, events.get(day, []))
            with clock.at(min(until, clock.day_bounds(day, TZ)[1])):
                aggregate_day(program_id=program.pk, day=day)
            if number - 1 in survey.ROUNDS:
                _import_survey(program, days, min(until, clock.day_bounds(day, TZ)[1]), actor)


def _write_key(program: Program, actor: User | None) -> str:
    """The demo product's key; one that a cut-off run made is lost, so it is revoked."""
    for key in program.api_keys.filter(label=PRODUCT, revoked_at=None):
        revoke_api_key(key_id=key.pk, actor=actor)
    with clock.at(_moment(program.starts_on, dt.time(6, 5))):
        return create_api_key(program_id=program.pk, scope="ingest", label=PRODUCT, actor=actor)[1]


def _report(program: Program, day: dt.date, until: dt.datetime) -> None:
    """Do what the weekly run does on that day at the program's hour, if that has come."""
    moment = _moment(day, dt.time(program.report_hour, 1))
    if moment <= until:
        with clock.at(moment):
            send_due_reports(program=program)


def _welcome(program: Program, number: int, day: dt.date, until: dt.datetime, actor: User | None) -> None:
    """Invite those who join on this day, and let them accept and sign, as far as the day has come."""
    for minute, person in enumerate(person for person in PEOPLE if person.joins == number):
        invited = _moment(day, dt.time(6, 10 + minute))
        participant = Participant.objects.get(program=program, email=person.email)
        if invited <= until and participant.state == ParticipantState.WAITLISTED:
            with clock.at(invited), transaction.atomic():
                invite_participant(participant_id=participant.pk, actor=actor)
                _answer(participant, person)


def _answer(participant: Participant, person: Persona) -> None:
    """Open the link that the mail brought, accept, read the agreement for some minutes, and sign."""
    invite = participant.invites.get()
    token = LINK.search(OutboxMessage.objects.get(key=invite_key(invite)).text)
    if token is None:
        raise RuntimeError("The invite's mail has no link in it.")
    opened = _visit(person, clock.now() + dt.timedelta(minutes=4))
    with clock.at(opened.at + dt.timedelta(minutes=1)):
        accept_invite(token=token[1], opened=opened)
    if person.signs:
        signed = _visit(person, opened.at + dt.timedelta(minutes=7))
        viewed = _visit(person, opened.at + dt.timedelta(minutes=2))
        with clock.at(signed.at):
            sign_agreement(
                participant_id=participant.pk,
                agreement_id=newest_agreement(participant.program_id).pk,
                typed_name=person.name,
                consented=True,
                viewed=viewed,
                signed=signed,
            )


def _visit(person: Persona, at: dt.datetime) -> Visit:
    # 192.0.2.0/24 is kept for examples (RFC 5737).
    address = f"192.0.2.{PEOPLE.index(person) + 1}"
    return Visit(at=at, ip=address, user_agent=BROWSER, session=session_hash(person.email))


def _import_survey(program: Program, days: list[dt.date], until: dt.datetime, actor: User | None) -> None:
    """Import the form tool's export as it stands at `until`: a later one holds the earlier answers too."""
    content = survey.file(PEOPLE, days=days, tz=TZ, until=until, seed=SEED)
    table = read_table(content)
    with clock.at(until):
        import_responses(
            program_id=program.pk,
            survey_name=survey.NAME,
            table=table,
            column_map=suggest_map(table).map,
            file_name=survey.FILE_NAME,
            content=content,
            actor=actor,
        )


def _events_by_day(days: list[dt.date], until: dt.datetime) -> dict[dt.date, list[story.Event]]:
    by_day: dict[dt.date, list[story.Event]] = {}
    for event in story.events(PEOPLE, days=days, tz=TZ, until=until, seed=SEED):
        day = clock.local_day(dt.datetime.fromisoformat(event["timestamp"]), TZ)
        by_day.setdefault(day, []).append(event)
    return by_day


def _people_file() -> bytes:
    """The people as the CSV file that staff would import."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["name", "email", "tier", "cohort", "external_id"])
    writer.writerows([person.name, person.email, person.tier, person.cohort, person.external_id] for person in PEOPLE)
    return out.getvalue().encode()


def _moment(day: dt.date, time: dt.time) -> dt.datetime:
    return dt.datetime.combine(day, time, tzinfo=TZ).astimezone(dt.UTC)
