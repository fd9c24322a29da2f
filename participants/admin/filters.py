"""Filters by what a program's people have, not by what any program's have."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

from participants.models import Participant
from programs.scoping import current_program


class TierFilter(SimpleListFilter):
    title = "tier"
    parameter_name = "tier"

    def lookups(self, request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        program = current_program(request)
        return [(tier, tier) for tier in program.tiers] if program else []

    def queryset(self, _request: HttpRequest, rows: QuerySet[Participant]) -> QuerySet[Participant]:
        return rows.filter(tier=self.value()) if self.value() else rows


class CohortFilter(SimpleListFilter):
    title = "cohort"
    parameter_name = "cohort"

    def lookups(self, request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        rows = Participant.objects.filter(program=current_program(request)).exclude(cohort="")
        cohorts = rows.order_by("cohort").values_list("cohort", flat=True).distinct()[:50]
        return [(cohort, cohort) for cohort in cohorts]

    def queryset(self, _request: HttpRequest, rows: QuerySet[Participant]) -> QuerySet[Participant]:
        return rows.filter(cohort=self.value()) if self.value() else rows
