"""Staff users, outgoing mail, the audit chain and the runs of scheduled jobs."""

from __future__ import annotations

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from core import chain, clock
from core.enums import MessageState, RunState
from core.triggers import append_only, refuse


class User(AbstractUser):
    """A member of staff. Beta users are participants and have no account here."""

    email = models.EmailField("e-mail address", help_text="Notices and reports go here, for example ada@example.com.")

    class Meta(AbstractUser.Meta):
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message="Another user has this e-mail address. Use that account or another.",
            )
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name that people read: the full name, else the user name."""
        return self.get_full_name() or self.username


class OutboxMessage(models.Model):
    """One outgoing mail, written in the business transaction and delivered by the worker afterwards.

    `next_attempt_at` is when a worker looks at the row again. While one is sending it holds an advisory lock,
    so that a row in `sending` whose lock is free belongs to a worker that died.
    """

    key = models.CharField(max_length=200, unique=True, help_text="Says what this mail is; the same key is sent once.")
    scope = models.CharField("program", max_length=64, blank=True, db_index=True)
    to = models.EmailField(max_length=320)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    reply_to = models.EmailField(max_length=320, blank=True)
    headers = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.now)
    message_id = models.CharField(max_length=255, unique=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = "outgoing mail"
        verbose_name_plural = "outgoing mails"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MessageState.values),
                name="outbox_state_known",
                violation_error_message="This is not a state of a mail.",
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="outbox_text_present",
                violation_error_message="A mail needs a plain text, since not everybody reads HTML.",
            ),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at__isnull=True)),
                name="outbox_sent_at_says_sent",
                violation_error_message="A mail has a time of sending exactly when it was sent.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state__in=[MessageState.QUEUED, MessageState.SENDING]),
                name="outbox_due",
            ),
            models.Index(fields=["state", "-id"], name="outbox_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


class OutboxAttachment(models.Model):
    """One file that goes with a mail."""

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=200)
    mimetype = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        ordering = ["message_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "position"],
                name="outbox_attachment_position_unique",
                violation_error_message="Two files of one mail cannot have the same place.",
            )
        ]

    def __str__(self) -> str:
        return self.filename


class AuditEntry(models.Model):
    """One consequential action: who did what to which thing, what changed, and why. Written by `core.audit`
    only.

    `fingerprints` holds the SHA-256 of each field and `body_sha256` that of all of them, so that the verifier
    can name the field that somebody changed. The place in the chain is in `AuditLink`.
    """

    at = models.DateTimeField("when", default=clock.now, db_index=True)
    actor = models.ForeignKey(
        User,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Empty: the machine did it.",
    )
    actor_name = models.CharField("who", max_length=200)  # as it was at the time
    action = models.CharField(max_length=100, db_index=True)  # such as participant.invited
    object_type = models.CharField(max_length=100)
    object_pk = models.CharField(max_length=64)
    object_label = models.CharField("what", max_length=200)
    scope = models.CharField("program", max_length=64, blank=True, db_index=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)
    fingerprints = models.JSONField()
    body_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["object_type", "object_pk"], name="audit_by_object")]
        triggers = [*append_only("audit chain"), chain.place_in_chain]

    def __str__(self) -> str:
        return f"{self.action}: {self.object_label}"


class AuditLink(models.Model):
    """An entry's place in the chain, written at commit by the triggers of `core.chain` and nothing else."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, primary_key=True, related_name="link")
    sequence = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, null=True)  # noqa: DJ001 - empty until the commit closes the link
    hash = models.CharField(max_length=64, null=True)  # noqa: DJ001

    class Meta:
        ordering = ["sequence"]
        triggers = [
            *append_only("audit chain")[1:],
            refuse(
                pgtrigger.Update,
                name="no_update",
                condition=pgtrigger.Q(old__hash__isnull=False),
                sentence="The audit chain is append-only: a link is closed once and never changed.",
            ),
            chain.close_link,
        ]

    def __str__(self) -> str:
        return f"link {self.sequence}"


class AuditHead(models.Model):
    """The chain's last link, in one row: what a cut-off tail is noticed by."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1), name="audit_head_single", violation_error_message="The chain has one head."
            )
        ]

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


class JobRun(models.Model):
    """One run of a scheduled job for one period; `core.jobs` sees to it that a period is done once."""

    job = models.CharField(max_length=100)
    period = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    attempts = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True, help_text="When it was last done.")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["job", "period"],
                name="job_run_once_a_period",
                violation_error_message="This job already has a run for this period.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=RunState.values),
                name="job_run_state_known",
                violation_error_message="This is not a state of a run.",
            ),
        ]
        indexes = [
            models.Index(fields=["job", "-finished_at"], name="job_run_latest"),
            models.Index(fields=["-started_at"], name="job_run_by_start"),
        ]

    def __str__(self) -> str:
        return f"{self.job} for {self.period}"
