"""The plan and the daily log of a beta: weeks, goals, deployments, action items, notes."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display

from core import clock
from core.admin import Explanation, confirmed_action
from core.numbers import format_value
from programs import ages, services
from programs.admin.pages import button
from programs.enums import DeploymentKind, Priority, Risk, Role
from programs.models import ActionItem, Deployment, Goal, Note, Week
from programs.scoping import ProgramScopedAdmin
from programs.templatetags.portal import badge

RISK_LOOKS = {Risk.LOW: ("grey", "○"), Risk.MEDIUM: ("yellow", "◆"), Risk.HIGH: ("red", "▲")}
PRIORITY_LOOKS = {Priority.LOW: ("grey", "○"), Priority.MEDIUM: ("blue", "●"), Priority.HIGH: ("red", "▲")}
KIND_LOOKS = {
    DeploymentKind.RELEASE: ("blue", "●"),
    DeploymentKind.HOTFIX: ("yellow", "◆"),
    DeploymentKind.PLANNED: ("grey", "○"),
}


def explain_finish(_request: HttpRequest, items: QuerySet[ActionItem]) -> Explanation:
    return Explanation(
        will=[f"“{item.title}” is marked as done today." for item in items[:20]],
        undo="Add it again: what was done stays in the list and in the reports.",
    )


@admin.register(Week)
class WeekAdmin(ProgramScopedAdmin):
    list_display = ["name", "days", "when", "focus"]
    empty = "Weeks give the beta its rhythm: a focus now, highlights afterwards, both in the weekly report."
    fields = ["number", "title", ("starts_on", "ends_on"), "focus", "highlights"]
    list_select_related = ["program"]

    @display(description="week", ordering="number")
    def name(self, week: Week) -> str:
        return str(week)

    @display(description="days", ordering="starts_on")
    def days(self, week: Week) -> str:
        return f"{week.starts_on:%d %b} to {week.ends_on:%d %b %Y}"

    @display(description="when")
    def when(self, week: Week) -> SafeString:
        today = week.program.today
        if week.ends_on < today:
            return badge("Over", "grey", "■")
        return badge("This week", "green") if week.starts_on <= today else badge("To come", "grey", "○")


@admin.register(Goal)
class GoalAdmin(ProgramScopedAdmin):
    list_display = ["label", "period", "week", "figure", "aim", "rule"]
    list_filter = ["period", "rule"]
    search_fields = ["label", "metric"]
    empty = "Targets turn figures into lights. Add one that holds always for each headline figure."
    list_select_related = ["week"]
    fieldsets = [
        (None, {"fields": ["label", ("metric", "dimension")]}),
        ("Target", {"fields": [("target", "unit"), "rule"], "description": "Ratios as 0 to 1: write 99.9% as 0.999."}),
        ("When it holds", {"fields": [("period", "week"), "position"]}),
    ]

    @display(description="figure", ordering="metric")
    def figure(self, goal: Goal) -> str:
        return f"{goal.metric} / {goal.dimension}" if goal.dimension else goal.metric

    @display(description="target", ordering="target")
    def aim(self, goal: Goal) -> str:
        return format_value(goal.target, goal.unit)


@admin.register(Deployment)
class DeploymentAdmin(ProgramScopedAdmin):
    list_display = ["version", "kind_badge", "when", "risk_badge", "changes_short", "deployed_by"]
    list_filter = ["kind", "risk"]
    search_fields = ["version", "changes"]
    empty = "Record releases, hotfixes and what is planned: the weekly report lists them."
    list_select_related = ["program"]
    fieldsets = [
        (None, {"fields": [("kind", "version"), "changes"]}),
        (
            "When",
            {
                "fields": [("deployed_at", "planned_on")],
                "description": "On the program's clock. What is planned has a date; what is done has a time.",
            },
        ),
        ("How", {"fields": [("method", "deployed_by"), "risk"]}),
    ]

    @display(description="kind", ordering="kind")
    def kind_badge(self, deployment: Deployment) -> SafeString:
        return badge(deployment.get_kind_display(), *KIND_LOOKS[DeploymentKind(deployment.kind)])

    @display(description="risk", ordering="risk")
    def risk_badge(self, deployment: Deployment) -> SafeString:
        return badge(deployment.get_risk_display(), *RISK_LOOKS[Risk(deployment.risk)])

    @display(description="when", ordering="deployed_at")
    def when(self, deployment: Deployment) -> str:
        if deployment.deployed_at:
            return ages.ago(deployment.deployed_at, clock.now())
        return f"planned for {deployment.planned_on:%d %B %Y}"

    @display(description="changes")
    def changes_short(self, deployment: Deployment) -> str:
        return deployment.changes[:80]


@admin.register(ActionItem)
class ActionItemAdmin(ProgramScopedAdmin):
    list_display = ["title", "priority_badge", "owner", "due", "state", "act"]
    list_filter = [("done_at", admin.EmptyFieldListFilter), "priority"]
    search_fields = ["title", "owner"]
    list_select_related = ["program"]
    fields = ["title", ("priority", "owner"), "due_on"]
    act_role = Role.OPERATOR
    actions = ["finish"]
    actions_detail = ["finish"]
    empty = "What somebody promised to do, with a name and a date. Open items are listed in the weekly report."

    @display(description="priority", ordering="priority")
    def priority_badge(self, item: ActionItem) -> SafeString:
        return badge(item.get_priority_display(), *PRIORITY_LOOKS[Priority(item.priority)])

    @display(description="due", ordering="due_on", empty_value="no date")
    def due(self, item: ActionItem) -> str | None:
        return f"{item.due_on:%d %b %Y}" if item.due_on else None

    @display(description="state", ordering="done_at")
    def state(self, item: ActionItem) -> SafeString:
        if item.done_at:
            return badge(f"Done {ages.ago(item.done_at, clock.now())}", "green", "✓")
        if item.due_on and item.due_on < item.program.today:
            return badge(f"{(item.program.today - item.due_on).days} d late", "red", "▲")
        return badge("Open", "grey", "○")

    @display(description="")
    def act(self, item: ActionItem) -> SafeString | str:
        return "" if item.done_at else button(self, "finish", item.pk, "Done")

    def change_url(self, obj: Model) -> str:
        """Lead from “done” back to the list, where the next item waits."""
        return reverse("admin:programs_actionitem_changelist")

    @confirmed_action(
        label="Mark done",
        done="done",
        explain=explain_finish,
        permission="operate",
        icon="task_alt",
        available=lambda item: item.done_at is None,
    )
    def finish(self, request: HttpRequest, item: ActionItem) -> None:
        services.finish_action_item(item_id=item.pk, actor=request.user)  # type: ignore[arg-type]


@admin.register(Note)
class NoteAdmin(ProgramScopedAdmin):
    list_display = ["text_short", "kind", "written", "author"]
    list_filter = ["kind"]
    search_fields = ["text"]
    empty = "Write down what you notice about the product, the people and the market. The report takes it up."
    list_select_related = ["author"]
    fields = ["kind", "text"]

    @display(description="note")
    def text_short(self, note: Note) -> str:
        return str(note)

    @display(description="written", ordering="created_at")
    def written(self, note: Note) -> str:
        return ages.ago(note.created_at, clock.now())

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        if not change:
            obj.author = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)
