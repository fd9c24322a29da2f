"""Filters with names for people and invites."""

import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.db import models
from django.db.models.functions import Lower

from participants.enums import HOLDING_STATES, InviteState, ParticipantState


class ParticipantQuerySet(models.QuerySet[Any]):
    def holding_seats(self) -> Self:
        return self.filter(state__in=HOLDING_STATES)

    def waiting(self) -> Self:
        """The waitlist in the order of promotion: priority, then date."""
        return self.filter(state=ParticipantState.WAITLISTED).order_by("-priority", "created_at", "pk")

    def with_email(self, emails: Collection[str]) -> Self:
        """People with one of these addresses, whatever the case of its letters."""
        return self.alias(lower_email=Lower("email")).filter(lower_email__in={email.lower() for email in emails})


class InviteQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state=InviteState.OPEN)

    def overdue(self, at: dt.datetime) -> Self:
        return self.open().filter(expires_at__lte=at)
