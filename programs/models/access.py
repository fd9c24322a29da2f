"""Who gets at a program: staff by membership, products by key; and whom people can turn to."""

import pghistory
from django.db import models
from django.db.models import Q

from core import clock
from core.models import User
from programs.enums import KeyScope, Role
from programs.models.program import Program
from programs.querysets import ApiKeyQuerySet


@pghistory.track()
class Membership(models.Model):
    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=8, choices=Role, default=Role.VIEWER)

    class Meta:
        verbose_name = "member"
        ordering = ["user__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "user"],
                name="membership_once_a_program",
                violation_error_message="This person is a member of the program already. Change the role there.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


@pghistory.track()
class Contact(models.Model):
    """A person to turn to. The first by position signs the invites and is named on every public page."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=60, help_text="For example Report issues, Emergency, CTO.")
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    gets_report = models.BooleanField("gets the weekly report", default=False)
    is_public = models.BooleanField("shown to participants", default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="contact_reachable",
                condition=~Q(email="", phone=""),
                violation_error_message="A contact needs an e-mail address or a phone number.",
            ),
            models.CheckConstraint(
                name="contact_report_by_mail",
                condition=Q(gets_report=False) | ~Q(email=""),
                violation_error_message="The weekly report goes by mail. Give this contact an e-mail address.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.name}"


@pghistory.track()
class ApiKey(models.Model):
    """A key of the product. The key itself is shown once; the row keeps its hash and its first characters."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="api_keys")
    scope = models.CharField(max_length=8, choices=KeyScope)
    label = models.CharField(max_length=80, help_text="Where the key is used, such as “production server”.")
    prefix = models.CharField(max_length=16, editable=False)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    created_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = "key"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"
