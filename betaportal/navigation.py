"""The sidebar: pages grouped by what people do, each shown to those who may open it.

A page is named by the model whose list it is. Models without an admin in this version are left out, so that the table
may run ahead of the house.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.http import HttpRequest
from django.urls import reverse

from programs.scoping import current_program


@dataclass(frozen=True, slots=True)
class Page:
    """A list in the admin: its title, the model's label and a Material Symbol."""

    title: str
    model: str
    icon: str


GROUPS: dict[str, tuple[Page, ...]] = {
    "People": (
        Page("Participants", "participants.participant", "group"),
        Page("Invites", "participants.invite", "mail"),
        Page("Agreements", "participants.agreement", "contract"),
        Page("Signatures", "participants.signature", "signature"),
    ),
    "Voice": (
        Page("Surveys", "feedback.survey", "quiz"),
        Page("Survey responses", "feedback.response", "forum"),
        Page("Survey imports", "feedback.surveyimport", "upload_file"),
        Page("Column maps", "feedback.surveymap", "view_column"),
    ),
    "Health": (
        Page("Daily figures", "metrics.dailymetric", "monitoring"),
        Page("Daily activity", "metrics.dailyactivity", "directions_run"),
        Page("Events received", "metrics.recentevent", "stream"),
        Page("Rejected items", "metrics.rejecteditems", "block"),
    ),
    "Control": (Page("Freezes", "programs.freeze", "ac_unit"),),
    "Reports": (
        Page("Status reports", "reports.statusreport", "description"),
        Page("Exit criteria", "reports.exitcriterion", "flag"),
        Page("Stopped reports", "reports.reportsubscription", "unsubscribe"),
    ),
    "Program": (
        Page("Settings", "programs.program", "tune"),
        Page("Readiness", "programs.readinessitem", "checklist"),
        Page("Weeks", "programs.week", "date_range"),
        Page("Goals", "programs.goal", "target"),
        Page("Deployments", "programs.deployment", "rocket_launch"),
        Page("Action items", "programs.actionitem", "task_alt"),
        Page("Notes", "programs.note", "sticky_note_2"),
        Page("Contacts", "programs.contact", "contact_mail"),
        Page("Members", "programs.membership", "badge"),
        Page("Keys and sources", "programs.apikey", "key"),
    ),
    "System": (
        Page("Outbox", "core.outboxmessage", "outbox"),
        Page("Jobs", "core.jobrun", "schedule"),
        Page("Ledger", "core.auditentry", "history_edu"),
        Page("Users", "core.user", "manage_accounts"),
        Page("Sign-in attempts", "axes.accessattempt", "lock"),
    ),
}


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return Unfold's navigation for this person: groups of items with title, icon, link and `active`."""
    groups = [{"title": "Today", "items": [_home(request)]}]
    for title, pages in GROUPS.items():
        items = [item for page in pages if (item := _item(request, page))]
        if items:
            groups.append({"title": title, "items": items})
    return groups


def _home(request: HttpRequest) -> dict[str, Any]:
    program = current_program(request)
    link = reverse("program_home", args=[program.pk]) if program else reverse("admin:index")
    return {"title": "Program home", "icon": "home", "link": link, "active": request.path == link}


def _item(request: HttpRequest, page: Page) -> dict[str, Any] | None:
    if not apps.is_installed(page.model.split(".")[0]):
        return None
    try:
        model = apps.get_model(page.model)
        model_admin = admin.site.get_model_admin(model)
    except (LookupError, NotRegistered):
        return None
    if not model_admin.has_view_or_change_permission(request):
        return None
    name = page.model.replace(".", "_")
    folder = link = reverse(f"admin:{name}_changelist")
    if page.model == "programs.program":
        program = current_program(request)
        if program is None:
            return None
        folder = f"{link}{program.pk}/"
        link = reverse(f"admin:{name}_change", args=[program.pk])
    active = request.path.startswith(folder) and not request.path.endswith("/home/")
    return {"title": page.title, "icon": page.icon, "link": link, "active": active}
