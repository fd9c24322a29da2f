"""Daily figures, activity and the events behind them, to be read: rows come from intake and aggregation only."""

import datetime as dt
from typing import Any, ClassVar, cast

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from unfold.decorators import display

from core import clock
from core.numbers import as_percent, format_value
from metrics.definitions import DEFINITIONS
from metrics.histograms import Histogram, quantile
from metrics.models import DailyActivity, DailyMetric, RecentEvent, RejectedItems
from programs.scoping import ProgramScopedAdmin, current_program

MAX_LISTED = 5_000


class LedgerAdmin(ProgramScopedAdmin):
    """Rows that a machine writes: nobody adds, changes or deletes them here."""

    add_role = change_role = delete_role = None
    list_select_related: ClassVar[Any] = []


class RecentDaysFilter(admin.SimpleListFilter):
    title = "days"
    parameter_name = "recent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Today"), ("7", "Last 7 days"), ("30", "Last 30 days")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        program = current_program(request)
        if self.value() not in {"1", "7", "30"} or program is None:
            return queryset
        return queryset.filter(day__gt=program.today - dt.timedelta(days=int(str(self.value()))))


class MetricFilter(admin.SimpleListFilter):
    """By the definitions, so that no distinct values are searched for."""

    title = "metric"
    parameter_name = "metric"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(key, definition.label) for key, definition in DEFINITIONS.items() if definition.stored]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(metric=self.value()) if self.value() else queryset


class WholeOrPartFilter(admin.SimpleListFilter):
    title = "part"
    parameter_name = "part"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("whole", "Whole product"), ("parts", "By endpoint or severity")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "whole":
            return queryset.filter(dimension="")
        return queryset.exclude(dimension="") if self.value() == "parts" else queryset


@admin.register(DailyMetric)
class DailyMetricAdmin(LedgerAdmin):
    list_display = ["day", "what", "dimension", "shown", "count", "covered", "computed_at"]
    list_filter = [MetricFilter, RecentDaysFilter, WholeOrPartFilter]
    fields = [
        "day",
        "what",
        "dimension",
        "shown",
        "formula",
        "count",
        "covered",
        "source",
        "definition_version",
        "computed_at",
    ]
    readonly_fields = fields
    search_fields = ["dimension"]
    search_help_text = "Find an endpoint or severity."

    @display(description="metric", ordering="metric")
    def what(self, row: DailyMetric) -> str:
        definition = DEFINITIONS.get(row.metric)
        return definition.label if definition else row.metric

    @display(description="value")
    def shown(self, row: DailyMetric) -> str:
        definition = DEFINITIONS.get(row.metric)
        unit = definition.unit if definition else "count"
        if row.histogram is None:
            return format_value(row.value, unit)
        latencies = Histogram.from_json(row.histogram)
        return ", ".join(
            f"p{percent} {format_value(quantile(latencies, percent / 100), unit)}" for percent in (50, 95, 99)
        )

    @display(description="definition")
    def formula(self, row: DailyMetric) -> str:
        definition = DEFINITIONS.get(row.metric)
        return definition.formula if definition else "This metric is not defined any more."

    @display(description="covers", ordering="coverage")
    def covered(self, row: DailyMetric) -> str:
        return f"{as_percent(row.coverage, 0)} of the day"


@admin.register(DailyActivity)
class DailyActivityAdmin(LedgerAdmin):
    list_display = [
        "day",
        "person",
        "participant",
        "events",
        "sessions",
        "messages",
        "conversations",
        "requests",
        "errors",
    ]
    list_filter = [RecentDaysFilter, "is_active", ("participant", admin.EmptyFieldListFilter)]
    list_select_related = ["participant"]
    search_fields = ["person", "participant__name"]
    search_help_text = "Find a person by the product's id or by name."


class BoundedPaginator(Paginator):  # type: ignore[type-arg]  # not subscriptable at run time
    """Counts no further than what is worth paging through; counting all raw events would read them all."""

    @cached_property
    def count(self) -> int:
        events = cast("QuerySet[RecentEvent]", self.object_list)
        return events.order_by()[:MAX_LISTED].count()


class ArrivalFilter(admin.SimpleListFilter):
    """How far back to look. Always bounded: raw events are many."""

    title = "when"
    parameter_name = "hours"
    choices_by_hours: ClassVar[dict[str, str]] = {"24": "Last 24 hours", "168": "Last 7 days", "2160": "Last 90 days"}

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(self.choices_by_hours.items())

    def choices(self, changelist: Any) -> Any:
        """Offer no "All": without a choice it is the last 24 hours."""
        return (choice for choice in list(super().choices(changelist))[1:])

    def value(self) -> str:
        chosen = super().value()
        return chosen if chosen in self.choices_by_hours else "24"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(occurred_at__gte=clock.now() - dt.timedelta(hours=int(self.value())))


@admin.register(RecentEvent)
class RecentEventAdmin(LedgerAdmin):
    """What arrives, newest first: the first page to look at when a product is being connected."""

    paginator = BoundedPaginator
    list_display = ["occurred_at", "type", "name", "person", "endpoint", "status", "latency_ms"]
    list_filter = [ArrivalFilter, "type"]
    search_fields = ["=name", "=user_id", "=anonymous_id", "=message_id"]
    search_help_text = "Find an event name, a person's id or a message id, written in full."
    fields = [
        "occurred_at", "received_at", "type", "name", "user_id", "anonymous_id", "endpoint", "status", "latency_ms",
        "severity", "props", "context", "message_id", "day",
    ]  # fmt: skip

    @display(description="person")
    def person(self, event: RecentEvent) -> str:
        return event.user_id or event.anonymous_id

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> RecentEvent | None:
        """Look the event up by its three parts, which are indexed; the key of the view is not."""
        program, _, rest = object_id.partition("/")
        day, _, message_id = rest.partition("/")
        try:
            key = {"program_id": int(program), "day": dt.date.fromisoformat(day), "message_id": message_id}
        except ValueError:
            return None
        if "\0" in message_id:  # PostgreSQL has no such text, and refuses to look for it.
            return None
        found: RecentEvent | None = self.get_queryset(request).filter(**key).first()
        return found


@admin.register(RejectedItems)
class RejectedItemsAdmin(LedgerAdmin):
    list_display = ["day", "reason", "count", "example", "last_at"]
    list_filter = ["reason", RecentDaysFilter]
