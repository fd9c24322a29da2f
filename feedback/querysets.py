"""Filters with names for surveys and their responses."""

import datetime as dt
from typing import Any, Self

from django.db import models


class ResponseQuerySet(models.QuerySet[Any]):
    def answered_between(self, first: dt.date, last: dt.date) -> Self:
        """Responses of the program's days `first` to `last`, both included. Those without a date are in no period."""
        return self.filter(submitted_on__gte=first, submitted_on__lte=last)


class UploadQuerySet(models.QuerySet[Any]):
    def abandoned(self, before: dt.datetime) -> Self:
        """Files that were uploaded before the moment and never confirmed."""
        return self.filter(created_at__lt=before)
