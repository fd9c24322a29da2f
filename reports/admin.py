"""The reports in the admin: what was built, what it said, to whom it went; the criteria; who stopped the mail."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display

from core import clock
from core.admin import Explanation, confirmed_action
from core.enums import MessageState, Overall
from programs import ages
from programs.admin.pages import button, form_page
from programs.enums import Role
from programs.models import Program
from programs.scoping import ProgramScopedAdmin, current_program, stay_with_program
from programs.templatetags.portal import OVERALL_LOOKS, badge
from reports import services, verdicts, views
from reports.enums import ReportFormat, ReportKind
from reports.forms import BuildForm
from reports.models import ExitCriterion, ReportSubscription, StatusReport
from reports.selectors import recipients
from reports.snapshot import days_text

NAMED = 12  # Recipients named on a confirm page; the rest are counted.


def explain_send(_request: HttpRequest, reports: QuerySet[StatusReport]) -> Explanation:
    will = []
    for report in reports.select_related("program").defer("snapshot")[:20]:
        people = sorted(recipients(report.program))
        reached = set(report.deliveries.values_list("email", flat=True))
        missing = [email for email in people if email not in reached]
        more = f" and {len(missing) - NAMED} more" if len(missing) > NAMED else ""
        names = f"{', '.join(missing[:NAMED])}{more}"
        will.append(f"{report} goes to {names}." if missing else f"{report}: everybody who gets it has got it already.")
    return Explanation(
        will=will,
        will_not=["Nobody gets the same report twice, and whoever stopped the mail gets none."],
        undo="A report that was sent stays sent. A correction is a new report.",
    )


@admin.register(StatusReport)
class StatusReportAdmin(ProgramScopedAdmin):
    list_display = ["week_name", "days", "verdict", "why", "slots", "sent", "act"]
    list_filter = ["overall", "state", "kind", "late"]
    list_select_related = ["program", "generated_by"]
    search_fields = ["reason"]
    fields = [
        ("week_name", "days"),
        ("verdict", "why"),
        ("slots", "documents"),
        ("sent", "built"),
        "deliveries",
        "fingerprint",
    ]
    readonly_fields = [
        *("week_name", "days", "verdict", "why", "slots", "sent"),
        *("built", "documents", "deliveries", "fingerprint"),
    ]
    change_role = delete_role = None
    actions = ["send"]
    actions_detail = ["send"]
    audited_by_service = True
    empty = "A week's report is built and sent at the program's report hour. Add one to build it now."

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusReport]:
        rows: QuerySet[StatusReport] = super().get_queryset(request).defer("snapshot")
        return rows.annotate(mails=Count("deliveries"))

    @display(description="report", ordering="week")
    def week_name(self, report: StatusReport) -> str:
        name = f"Week {report.week}" if report.kind == ReportKind.WEEKLY else f"Week {report.week}, interim"
        return f"{name}, late" if report.late else name

    @display(description="days", ordering="last")
    def days(self, report: StatusReport) -> str:
        return days_text(report.first, report.last)

    @display(description="verdict", ordering="overall")
    def verdict(self, report: StatusReport) -> SafeString:
        overall = Overall(report.overall)
        return badge(overall.label, *OVERALL_LOOKS[overall])

    @display(description="because of", ordering="reason")
    def why(self, report: StatusReport) -> str:
        return report.reason

    @display(description="fingerprint (SHA-256)")
    def fingerprint(self, report: StatusReport) -> str:
        return report.sha256

    @display(description="slots with data", ordering="slots_filled")
    def slots(self, report: StatusReport) -> str:
        return f"{report.slots_filled} of {report.slots_total}"

    @display(description="sent to", ordering="sent_at")
    def sent(self, report: StatusReport) -> str:
        mails: int = report.mails  # type: ignore[attr-defined]  # annotated in get_queryset
        if report.sent_at is None:
            return "not sent"
        return f"{mails} {'person' if mails == 1 else 'people'}, {ages.ago(report.sent_at, clock.now())}"

    @display(description="built", ordering="generated_at")
    def built(self, report: StatusReport) -> str:
        who = report.generated_by.display_name if report.generated_by else "the schedule"
        return f"{ages.ago(report.generated_at, clock.now())} by {who}"

    @display(description="")
    def act(self, report: StatusReport) -> SafeString:
        read = reverse("admin:reports_statusreport_view", args=[report.pk])
        opened = format_html('<a class="bp-button bp-small" href="{}" target="_blank">Read</a>', read)
        return opened if report.sent_at else format_html("{} {}", opened, button(self, "send", report.pk, "Send"))

    @display(description="read it")
    def documents(self, report: StatusReport) -> SafeString:
        read = reverse("admin:reports_statusreport_view", args=[report.pk])
        links = [(read, "Open")]
        links += [
            (reverse("admin:reports_statusreport_download", args=[report.pk, name]), ReportFormat(name).label)
            for name in ReportFormat.values
        ]
        return format_html_join(" ", '<a class="bp-button bp-small" href="{}" target="_blank">{}</a>', links)

    @display(description="mails")
    def deliveries(self, report: StatusReport) -> SafeString | str:
        rows = [
            (row.email, MessageState(row.message.state).label if row.message else "Removed from the outbox")
            for row in report.deliveries.select_related("message")
        ]
        return format_html_join(mark_safe("<br>"), "{}: {}", rows) or "None yet"

    @confirmed_action(label="Send", done="sent", title="Send the report?", explain=explain_send, permission="operate")
    def send(self, request: HttpRequest, report: StatusReport) -> None:
        services.send_report(report_id=report.pk, actor=request.user)  # type: ignore[arg-type]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Build a report now. It is not sent by that."""
        stay_with_program(request)
        program = current_program(request)
        if program is None or not self.has_add_permission(request):
            raise PermissionDenied
        form = BuildForm(request.POST or None, program=program)
        explanation = Explanation(
            will=["The report is built from the data as it is now, and opens here. It stays as it is built."],
            will_not=["Nobody gets it by mail until you send it, or its hour comes."],
        )
        return form_page(
            self,
            request,
            form,
            lambda data: self._build(request, program, data),
            title="Build a status report now",
            submit="Build now",
            explanation=explanation,
        )

    def _build(self, request: HttpRequest, program: Program, data: Mapping[str, Any]) -> HttpResponse:
        kind, span = data["period"]
        report = services.build_report(
            program_id=program.pk,
            first=span.first,
            last=span.last,
            kind=kind,
            actor=request.user,  # type: ignore[arg-type]
        )
        told = "It was sent already, and stays as it was." if report.sent_at else "Nobody has got it by mail yet."
        messages.success(request, f"{report} is here to be read. {told}")
        return HttpResponseRedirect(self.change_url(report))

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("<int:report_id>/view/", self._page(views.read_report), name="reports_statusreport_view"),
            path(
                "<int:report_id>/download/<str:file_format>/",
                self._page(views.download_report),
                name="reports_statusreport_download",
            ),
        ]
        return [*own, *super().get_urls()]

    def _page(self, view: Any) -> Any:
        """Show a document to whoever may see the report; another program's is not found."""

        def shown(request: HttpRequest, report_id: int, **kwargs: Any) -> HttpResponse:
            report = self.get_object(request, str(report_id))
            response: HttpResponse = view(request, report, **kwargs)
            return response

        return self.admin_site.admin_view(shown)


class CriterionForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    class Meta:
        model = ExitCriterion
        fields = ["kind", "key", "label", "metric", "dimension", "target", "unit", "rule", "position"]

    def clean(self) -> dict[str, Any]:
        """Say on the form that a ratio's target was written as percent, which no rule can use."""
        data = super().clean() or self.cleaned_data
        if {"target", "rule"} <= data.keys() and not verdicts.is_usable(data["target"], data["rule"]):
            self.add_error("target", f"{data['target']} is not a share. Write 99.9% as 0.999.")
        return data


@admin.register(ExitCriterion)
class ExitCriterionAdmin(ProgramScopedAdmin):
    form = CriterionForm
    list_display = ["label", "kind", "metric", "target_text", "rule"]
    list_filter = ["kind"]
    search_fields = ["label", "metric"]
    delete_role = Role.OWNER
    change_role = Role.OWNER
    add_role = Role.OWNER
    empty = "Criteria say when the beta is good enough to end. Add one for each figure that decides."

    @display(description="target", ordering="target")
    def target_text(self, criterion: ExitCriterion) -> str:
        return verdicts.target_text(criterion.target, criterion.rule, criterion.unit)


@admin.register(ReportSubscription)
class ReportSubscriptionAdmin(ProgramScopedAdmin):
    """Who stopped the weekly report, by the link in the mail. People decide that themselves: nothing to edit here."""

    list_display = ["email", "state"]
    list_filter = [("unsubscribed_at", admin.EmptyFieldListFilter)]
    search_fields = ["email"]
    add_role = change_role = delete_role = None
    empty = "Nobody has stopped the weekly report."

    @display(description="state", ordering="unsubscribed_at")
    def state(self, row: ReportSubscription) -> str:
        return f"Stopped {ages.ago(row.unsubscribed_at, clock.now())}" if row.unsubscribed_at else "Gets it again"

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
