"""The launch checklist: each item is checked by a person, with evidence."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import slugify
from unfold.decorators import display

from core import clock
from core.admin import Explanation, ReasonForm, confirmed_action
from programs import ages, services
from programs.admin.pages import button
from programs.enums import Role
from programs.forms import EvidenceForm
from programs.models import ReadinessItem
from programs.scoping import ProgramScopedAdmin
from programs.templatetags.portal import badge


def explain_check(_request: HttpRequest, items: QuerySet[ReadinessItem]) -> Explanation:
    return Explanation(
        will=[f"“{item.label}” is checked off, with your name and what you write below." for item in items[:20]],
        will_not=["Nothing is launched by this."],
        undo="Open the item again; what was written stays in the ledger.",
    )


def explain_reopen(_request: HttpRequest, items: QuerySet[ReadinessItem]) -> Explanation:
    return Explanation(
        will=[f"“{item.label}” is open again, and required items that are open stop a launch." for item in items[:20]],
        will_not=["A program that is live stays live. The evidence given before stays in the ledger."],
        undo="Check it again.",
    )


@admin.register(ReadinessItem)
class ReadinessAdmin(ProgramScopedAdmin):
    list_display = ["label", "needed", "state", "evidence_short", "act"]
    list_filter = [("checked_at", admin.EmptyFieldListFilter), "required"]
    search_fields = ["label", "evidence"]
    list_select_related = ["checked_by"]
    fields = ["label", "required", "position", "state", "evidence"]
    readonly_fields = ["state", "evidence"]
    add_role = change_role = Role.OWNER
    act_role = Role.OPERATOR
    actions = ["check_off", "reopen"]
    actions_detail = ["check_off", "reopen"]
    empty = "The checklist comes from the blueprint. Add what must be true before the first person is invited."

    def change_url(self, obj: Model) -> str:
        """Lead from a step back to the list, where the next item waits."""
        return reverse("admin:programs_readinessitem_changelist")

    @display(description="needed for launch", ordering="required")
    def needed(self, item: ReadinessItem) -> str:
        return "Required" if item.required else "Optional"

    @display(description="state", ordering="checked_at")
    def state(self, item: ReadinessItem) -> SafeString:
        if item.checked_at is None:
            return badge("Open", "yellow" if item.required else "grey", "○")
        who = item.checked_by.display_name if item.checked_by else "the command line"
        return badge(f"Checked {ages.ago(item.checked_at, clock.now())} by {who}", "green", "✓")

    @display(description="evidence")
    def evidence_short(self, item: ReadinessItem) -> str:
        return item.evidence[:80]

    @display(description="")
    def act(self, item: ReadinessItem) -> SafeString | str:
        return "" if item.checked_at else button(self, "check_off", item.pk, "Check off")

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        return [*super().get_exclude(request, obj), "key"]

    def save_model(self, request: HttpRequest, obj: ReadinessItem, form: Any, change: bool) -> None:
        if not change:
            obj.key = free_key(obj)
        super().save_model(request, obj, form, change)

    @confirmed_action(
        label="Check off",
        done="checked off",
        title="Check off with evidence?",
        explain=explain_check,
        permission="operate",
        form_class=EvidenceForm,
        icon="check",
        available=lambda item: item.checked_at is None,
    )
    def check_off(self, request: HttpRequest, item: ReadinessItem, evidence: str) -> None:
        services.check_readiness(item_id=item.pk, actor=request.user, evidence=evidence)  # type: ignore[arg-type]

    @confirmed_action(
        label="Open again",
        done="opened again",
        explain=explain_reopen,
        permission="operate",
        form_class=ReasonForm,
        available=lambda item: item.checked_at is not None,
    )
    def reopen(self, request: HttpRequest, item: ReadinessItem, reason: str) -> None:
        services.reopen_readiness(item_id=item.pk, actor=request.user, reason=reason)  # type: ignore[arg-type]


def free_key(item: ReadinessItem) -> str:
    """Return a key from the label that no other item of the program has."""
    base = slugify(item.label)[:40] or "item"
    taken = set(item.program.readiness_items.values_list("key", flat=True))
    return next(key for n in range(len(taken) + 1) if (key := f"{base}-{n + 1}" if n else base) not in taken)
