"""Filters with names, used wherever programs and their rows are read."""

from typing import Any, Self

from django.db import models

from core.models import User


class ProgramQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """Programs that this member of staff belongs to; superusers see every one."""
        return self if user.is_superuser else self.filter(memberships__user=user)


class FreezeQuerySet(models.QuerySet[Any]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None)


class SeatQuerySet(models.QuerySet[Any]):
    def free(self) -> Self:
        return self.filter(held_since=None)


class ApiKeyQuerySet(models.QuerySet[Any]):
    def usable(self) -> Self:
        return self.filter(revoked_at=None)
