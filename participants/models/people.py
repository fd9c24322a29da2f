"""Participant and Invite."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import clock
from core.models import User
from participants.enums import HOLDING_STATES, InvitePurpose, InviteState, ParticipantState
from participants.querysets import InviteQuerySet, ParticipantQuerySet
from programs.models import Program, Seat


@pghistory.track()
class Participant(models.Model):
    """A person of one program. `number` is what reports call them ("User #12"); the seat is what lets them in.

    The migration adds a composite foreign key: nobody holds a seat of another program.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="participants")
    number = models.PositiveIntegerField(editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField("e-mail", max_length=254)
    tier = models.CharField(max_length=30, default="FREE")
    cohort = models.CharField(max_length=60, blank=True)
    priority = models.SmallIntegerField(default=0, help_text="Higher goes first when a seat becomes free.")
    external_id = models.CharField(
        "external id", max_length=120, blank=True, help_text="The product's own id of this person."
    )
    state = models.CharField(
        max_length=10, choices=ParticipantState, default=ParticipantState.WAITLISTED, editable=False
    )
    seat = models.OneToOneField(
        Seat, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="holder"
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    invited_at = models.DateTimeField(null=True, blank=True, editable=False)
    accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    activated_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the person left or was removed."
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                "program",
                Lower("email"),
                name="participant_email_once_a_program",
                violation_error_message="Somebody with this e-mail address is in the program already.",
            ),
            models.UniqueConstraint(
                fields=["program", "number"],
                name="participant_number_once_a_program",
                violation_error_message="Somebody in the program has this number already.",
            ),
            models.UniqueConstraint(
                fields=["program", "external_id"],
                condition=~Q(external_id=""),
                name="participant_external_id_once_a_program",
                violation_error_message="Somebody with this external id is in the program already.",
            ),
            models.CheckConstraint(
                name="participant_holds_seat",
                condition=Q(state__in=HOLDING_STATES, seat__isnull=False)
                | (~Q(state__in=HOLDING_STATES) & Q(seat=None)),
                violation_error_message=(
                    "Whoever is invited, accepted, active or suspended holds a seat, and nobody else does."
                ),
            ),
            models.CheckConstraint(
                name="participant_active_since",
                condition=~Q(state=ParticipantState.ACTIVE) | Q(activated_at__isnull=False),
                violation_error_message="Nobody is active without having signed.",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "state", "-priority", "created_at"], name="participant_by_state"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class Invite(models.Model):
    """A personal link. The token is stored as its hash; `state` leaves `open` once, by a conditional UPDATE.

    Opening the link writes nothing, since mail scanners open links too. When a person answers, the time and place of
    the opening come along in a signed cookie and are kept in `opened_*` as evidence.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="invites")
    purpose = models.CharField(max_length=6, choices=InvitePurpose, default=InvitePurpose.JOIN)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=InviteState, default=InviteState.OPEN, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When it was answered, expired or was revoked."
    )
    opened_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When the person who answered had opened the link."
    )
    opened_ip = models.GenericIPAddressField("opened from", null=True, blank=True, editable=False)
    opened_agent = models.CharField("opened with", max_length=400, blank=True, editable=False)
    answered_by = models.CharField(
        max_length=64,
        blank=True,
        editable=False,
        help_text="Hash of the browser's cookie that answered: its second click is not somebody else's.",
    )
    decline_reason = models.TextField(blank=True)

    objects = InviteQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "purpose"],
                condition=Q(state=InviteState.OPEN),
                name="invite_open_once_a_person",
                violation_error_message="This person has an open invite already.",
            ),
            models.CheckConstraint(
                name="invite_closed_dated",
                condition=Q(state=InviteState.OPEN, closed_at=None)
                | (~Q(state=InviteState.OPEN) & Q(closed_at__isnull=False)),
                violation_error_message="An invite that is not open says when it was closed.",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state=InviteState.OPEN), name="invite_open_by_expiry")
        ]

    def __str__(self) -> str:
        return f"Invite of {self.participant}"


class ImportUpload(models.Model):
    """A file of people between its preview and its confirmation: only who uploaded it can confirm it."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="+")
    uploaded_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200)
    content = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.filename
