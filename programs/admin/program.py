"""The program: its settings, and the steps of its life."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST
from unfold.decorators import display

from core.admin import BaseAdmin, Explanation, ReasonForm, confirmed_action
from programs import services
from programs.admin.pages import form_page
from programs.enums import ProgramState, Role
from programs.forms import NewProgramForm, SeatCapForm
from programs.models import Program
from programs.scoping import SESSION_KEY, ProgramScopedAdmin, roles_of, visible_programs
from programs.templatetags.portal import state_badge

FIXED_AFTER_LAUNCH = ("stage", "timezone")


def explain_launch(_request: HttpRequest, programs: QuerySet[Program]) -> Explanation:
    program = programs.get()
    open_items = list(program.readiness_items.filter(required=True, checked_at=None).values_list("label", flat=True))
    if open_items:
        return Explanation(
            will=[
                f"The launch will be refused: {len(open_items)} required readiness items are open.",
                *(f"Open: {label}" for label in open_items),
                "Check each off with its evidence under Readiness, then come back.",
            ]
        )
    return Explanation(
        will=[f"{program.name} goes live. From here on invites leave and people can join."],
        will_not=["Nobody is invited by this: people on the waitlist wait until you invite them."],
        undo="A launch is not undone. A live program can be frozen at any time, and ended.",
    )


def explain_end(_request: HttpRequest, programs: QuerySet[Program]) -> Explanation:
    program = programs.get()
    return Explanation(
        will=[f"{program.name} ends now: nobody is invited or joins any more, and no weekly report leaves."],
        will_not=["Figures, signatures and reports stay as they are and can be read."],
        undo="This is not undone: an ended program stays ended.",
    )


def explain_seats(_request: HttpRequest, programs: QuerySet[Program]) -> Explanation:
    program = programs.annotate(held=Count("seats", filter=Q(seats__held_since__isnull=False))).get()
    return Explanation(
        will=[
            f"{program.name} has {program.seat_cap} seats now, {program.held} of them held.",
            "Free seats are added or taken away until there are as many as you say.",
        ],
        will_not=["Nobody loses a seat: a cap below the seats that are held is refused."],
        undo="Change it back in the same way.",
    )


@admin.register(Program)
class ProgramAdmin(ProgramScopedAdmin):
    """Settings of one program; the list compares those that a member sees."""

    program_path = "pk"
    change_role = Role.OWNER
    add_role = delete_role = None
    empty = "A program is one beta of one product. Whoever administers this portal creates it."
    list_display = ["name", "tested", "stage", "state_mark", "day", "seats_held", "home"]
    list_filter = ["stage", "state"]
    search_fields = ["name", "product", "slug"]
    actions_detail = ["launch", "change_seats", "end"]
    readonly_fields = ["slug", "state_mark", "seats_held"]
    fieldsets = [
        (None, {"fields": ["state_mark", "name", ("product", "version")]}),
        ("Time", {"fields": [("starts_on", "ends_on"), "timezone"]}),
        (
            "Taking part",
            {
                "fields": ["expectations", "data_collected", ("invite_days", "tiers")],
                "description": "What people read on the invite before they accept. Tiers are separated by commas.",
            },
        ),
        ("Weekly report", {"fields": [("report_weekday", "report_hour")]}),
        (
            "Careful",
            {
                "fields": ["seats_held", ("stage", "billing_enabled"), "slug"],
                "description": "The number of seats is changed by its own button above, since it decides who gets in. "
                "Stage and time zone are fixed at the launch; the short name from the start.",
            },
        ),
    ]

    # --- Which programs

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        rows = BaseAdmin.get_queryset(self, request).annotate(
            held=Count("seats", filter=Q(seats__held_since__isnull=False))
        )
        return rows if request.user.is_superuser else rows.filter(pk__in=roles_of(request))

    def program_of(self, obj: Model) -> Program:
        return obj  # type: ignore[return-value]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> list[str]:
        fixed = FIXED_AFTER_LAUNCH if obj and obj.state != ProgramState.DRAFT else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    # --- Columns

    @display(description="product")
    def tested(self, program: Program) -> str:
        return f"{program.product} {program.version}"

    @display(description="state", ordering="state")
    def state_mark(self, program: Program) -> SafeString:
        return state_badge(program)

    @display(description="day", ordering="starts_on")
    def day(self, program: Program) -> str:
        if program.state != ProgramState.LIVE:
            return f"from {program.starts_on:%d %b %Y}"
        return f"{program.day_number} of {program.length_days}"

    @display(description="seats held")
    def seats_held(self, program: Any) -> str:
        return f"{program.held} of {program.seat_cap}"

    @display(description="")
    def home(self, program: Program) -> SafeString:
        return format_html(
            '<a class="bp-button bp-small" href="{}">Home</a>', reverse("program_home", args=[program.pk])
        )

    # --- Steps

    def change_url(self, obj: Model) -> str:
        """Lead from a step to the home, where the next one waits."""
        return reverse("program_home", args=[obj.pk])

    @confirmed_action(
        label="Launch",
        done="launched",
        title="Launch the program?",
        explain=explain_launch,
        permission="own",
        icon="rocket_launch",
        available=lambda program: program.state == ProgramState.DRAFT,
    )
    def launch(self, request: HttpRequest, program: Program) -> None:
        services.launch(program_id=program.pk, actor=request.user)  # type: ignore[arg-type]

    @confirmed_action(
        label="Change seats",
        done="changed",
        title="Change the number of seats?",
        explain=explain_seats,
        permission="own",
        form_class=SeatCapForm,
        icon="event_seat",
        available=lambda program: program.state != ProgramState.ENDED,
    )
    def change_seats(self, request: HttpRequest, program: Program, seat_cap: int) -> None:
        services.change_seat_cap(program_id=program.pk, seat_cap=seat_cap, actor=request.user)  # type: ignore[arg-type]

    @confirmed_action(
        label="End program",
        done="ended",
        title="End the program?",
        explain=explain_end,
        permission="own",
        form_class=ReasonForm,
        danger=True,
        icon="stop_circle",
        available=lambda program: program.state == ProgramState.LIVE,
    )
    def end(self, request: HttpRequest, program: Program, reason: str) -> None:
        services.end_program(program_id=program.pk, actor=request.user, reason=reason)  # type: ignore[arg-type]

    # --- Pages of its own

    def get_urls(self) -> list[URLPattern]:
        switch = self.admin_site.admin_view(require_POST(self.switch_view))
        return [path("<int:pk>/switch/", switch, name="programs_program_switch"), *super().get_urls()]

    def switch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the program that lists show. A list stays open, with the rows of the other program."""
        program = visible_programs(request).filter(pk=pk).first()
        if program is None:
            raise Http404
        request.session[SESSION_KEY] = program.pk
        stay = request.POST.get("next", "")
        if url_has_allowed_host_and_scheme(stay, allowed_hosts={request.get_host()}):
            return HttpResponseRedirect(stay)
        return HttpResponseRedirect(reverse("program_home", args=[program.pk]))

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Create a program from a blueprint. The creator becomes its owner, and it becomes the chosen one."""
        if not self.has_add_permission(request):
            raise PermissionDenied

        def act(data: Mapping[str, Any]) -> HttpResponse:
            program = services.create_program(actor=request.user, **data)  # type: ignore[arg-type]
            request.session[SESSION_KEY] = program.pk
            messages.success(request, f"{program.name} was created as a draft. Five steps lead to its launch.")
            return HttpResponseRedirect(reverse("program_home", args=[program.pk]))

        explanation = Explanation(
            will=["The program is created as a draft, with weeks, targets, launch checklist and agreement filled in."],
            will_not=["Nothing is mailed before the launch."],
        )
        form = NewProgramForm(request.POST or None)
        return form_page(
            self, request, form, act, title="New program", submit="Create program", explanation=explanation
        )
