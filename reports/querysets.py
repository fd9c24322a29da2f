"""Filters with names for the rows of the reports."""

from typing import Any, Self

from django.db import models


class StatusReportQuerySet(models.QuerySet[Any]):
    def without_snapshot(self) -> Self:
        """Leave the snapshot, some hundred kilobytes a row, in the database: for lists."""
        return self.defer("snapshot")


class SubscriptionQuerySet(models.QuerySet[Any]):
    def stopped(self) -> Self:
        """Those who do not want the report any more."""
        return self.filter(unsubscribed_at__isnull=False)
