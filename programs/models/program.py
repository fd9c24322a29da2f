"""Program, its seats, and the freezes that stop it."""

import datetime as dt
from zoneinfo import ZoneInfo, available_timezones

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from core import clock
from core.models import User
from programs.enums import (
    CONTROLLED_MAX_SEATS,
    CONTROLLED_MIN_DAYS,
    CONTROLLED_MIN_SEATS,
    FreezeScope,
    ProgramState,
    Stage,
    Weekday,
)
from programs.querysets import FreezeQuerySet, ProgramQuerySet, SeatQuerySet
from programs.triggers import cap_equals_seats


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"“{value}” is not a time zone. Use a name such as Europe/Berlin or UTC.")


def default_tiers() -> list[str]:
    return ["FREE", "PREMIUM", "ENTERPRISE"]


@pghistory.track()
class Program(models.Model):
    slug = models.SlugField(
        unique=True,
        error_messages={"unique": "Another program has this short name. Choose another one."},
        help_text="Short name in addresses and commands, such as “accubooks”. Stays as it is.",
    )
    name = models.CharField(max_length=120, help_text="What people see, such as “AccuBooks beta”.")
    product = models.CharField(max_length=120, help_text="The product under test.")
    version = models.CharField(max_length=40, help_text="The version under test, such as 1.0.2.")
    stage = models.CharField(max_length=12, choices=Stage)
    state = models.CharField(max_length=8, choices=ProgramState, default=ProgramState.DRAFT, editable=False)
    timezone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_timezone],
        help_text="Days and report times are in this zone.",
    )
    starts_on = models.DateField("starts on")
    ends_on = models.DateField("ends on", help_text="The last day of the beta.")
    launched_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    seat_cap = models.PositiveIntegerField(
        "seat cap", help_text="How many people may hold a seat. Controlled betas: 10 to 20."
    )
    billing_enabled = models.BooleanField(
        default=False, help_text="A controlled beta runs with billing off (sandbox only)."
    )
    tiers = ArrayField(models.CharField(max_length=30), default=default_tiers)
    invite_days = models.PositiveSmallIntegerField(
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text="Days until an unanswered invite expires.",
    )
    expectations = models.TextField(
        blank=True,
        help_text="What taking part asks of a person: time a week, until when. Shown on the invite.",
    )
    data_collected = models.TextField(
        blank=True, help_text="What is collected about a person, in plain words. Shown on the invite."
    )
    report_weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    report_hour = models.PositiveSmallIntegerField(default=8, validators=[MaxValueValidator(23)])
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="program_controlled_seat_cap",
                condition=~Q(stage=Stage.CONTROLLED)
                | Q(seat_cap__gte=CONTROLLED_MIN_SEATS, seat_cap__lte=CONTROLLED_MAX_SEATS),
                violation_error_message="A controlled beta has 10 to 20 seats. Choose a cap in that range.",
            ),
            models.CheckConstraint(
                name="program_controlled_duration",
                condition=~Q(stage=Stage.CONTROLLED)
                | Q(ends_on__gte=F("starts_on") + dt.timedelta(days=CONTROLLED_MIN_DAYS - 1)),
                violation_error_message="A controlled beta lasts 14 days or more. Choose a later last day.",
            ),
            models.CheckConstraint(
                name="program_controlled_sandbox",
                condition=~Q(stage=Stage.CONTROLLED) | Q(billing_enabled=False),
                violation_error_message="A controlled beta runs with billing off. Switch it off, or use an open beta.",
            ),
            models.CheckConstraint(
                name="program_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="The last day lies before the first. Choose a later last day.",
            ),
            models.CheckConstraint(
                name="program_has_seats",
                condition=Q(seat_cap__gte=1),
                violation_error_message="A program has at least one seat.",
            ),
            models.CheckConstraint(
                name="program_report_hour",
                condition=Q(report_hour__lte=23, report_weekday__lte=6),
                violation_error_message="The report hour is 0 to 23, its weekday Monday to Sunday.",
            ),
        ]
        # The cap is physical: at commit, a program owns exactly `seat_cap` seat rows, whoever wrote them and how.
        triggers = [
            cap_equals_seats(operation=pgtrigger.Insert | pgtrigger.UpdateOf("seat_cap"), program_id="NEW.id"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def today(self) -> dt.date:
        return clock.today(self.tz)

    @property
    def day_number(self) -> int:
        """1 on the first day; 0 or less before it."""
        return (self.today - self.starts_on).days + 1

    @property
    def length_days(self) -> int:
        return (self.ends_on - self.starts_on).days + 1


@pghistory.track()
class Seat(models.Model):
    """A place in the beta, and the only way in. `held_since` marks it as taken; the holder's row points here."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="seats")
    number = models.PositiveIntegerField()
    held_since = models.DateTimeField(null=True, blank=True)

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["program", "number"], name="seat_number_once_a_program"),
            # The target of the holder's composite foreign key: nobody holds a seat of another program.
            models.UniqueConstraint(fields=["program", "id"], name="seat_of_program"),
            models.CheckConstraint(
                name="seat_number_positive",
                condition=Q(number__gte=1),
                violation_error_message="Seats are numbered from 1.",
            ),
        ]
        indexes = [models.Index(fields=["program", "number"], condition=Q(held_since=None), name="seat_free")]
        triggers = [
            cap_equals_seats(operation=pgtrigger.Insert, program_id="NEW.program_id"),
            cap_equals_seats(operation=pgtrigger.Delete, program_id="OLD.program_id", name="cap_equals_seats_left"),
        ]

    def __str__(self) -> str:
        return f"Seat {self.number}"


@pghistory.track()
class Freeze(models.Model):
    """Something that stops a program until a person lifts it with evidence. `started_by` empty means the machine."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="freezes")
    scope = models.CharField(max_length=10, choices=FreezeScope)
    cause = models.CharField(max_length=300, help_text="Why, in a sentence that staff and participants may read.")
    started_at = models.DateTimeField(default=clock.now)
    started_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    evidence = models.TextField(blank=True, help_text="What shows that it is safe to go on.")

    objects = FreezeQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                name="freeze_lifted_with_evidence",
                condition=Q(lifted_at=None) | (Q(lifted_by__isnull=False) & ~Q(evidence="")),
                violation_error_message="A freeze is lifted by a person, with evidence that it is safe to go on.",
            ),
            models.CheckConstraint(
                name="freeze_has_cause",
                condition=~Q(cause=""),
                violation_error_message="Say why the program is frozen.",
            ),
        ]
        indexes = [models.Index(fields=["program"], condition=Q(lifted_at=None), name="freeze_in_force")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} frozen: {self.cause}"
