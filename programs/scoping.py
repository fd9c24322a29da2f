"""The admin base for everything that belongs to a program: staff see and change only what their membership allows.

Built on `core.admin.BaseAdmin`. It is not in core because scope comes from `Membership` and imports run one way.
"""

import re
from typing import Any, ClassVar, cast

from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from core.admin import BaseAdmin
from programs.enums import ROLE_RANK, Role
from programs.models import Membership, Program

SESSION_KEY = "program"
FORM_FIELD = "_program"  # Names the program on every form that adds a row.
ROW_ID = re.compile(r"[0-9]{1,18}")


def roles_of(request: HttpRequest) -> dict[int, str]:
    """Program id -> role of the signed-in member, read once a request."""
    if not hasattr(request, "betaportal_roles"):
        rows = Membership.objects.filter(user=request.user.pk or 0).values_list("program_id", "role")
        request.betaportal_roles = dict(rows)  # type: ignore[attr-defined]
    return request.betaportal_roles  # type: ignore[attr-defined]


def may(request: HttpRequest, role: str, program_id: int | None = None) -> bool:
    """Whether the member holds `role` or higher in the program; without a program: in any."""
    if not request.user.is_active or not request.user.is_staff:
        return False
    if request.user.is_superuser:
        return True
    held = roles_of(request)
    ranks = [ROLE_RANK[held[program_id]]] if program_id in held else []
    if program_id is None:
        ranks = [ROLE_RANK[name] for name in held.values()]
    return any(rank >= ROLE_RANK[role] for rank in ranks)


def visible_programs(request: HttpRequest) -> QuerySet[Program]:
    programs = Program.objects.all()
    return programs if request.user.is_superuser else programs.filter(pk__in=roles_of(request))


def chosen_program(request: HttpRequest) -> Program | None:
    """The program that lists show: the one chosen in the switcher, else the first that this member sees."""
    if not hasattr(request, "betaportal_chosen"):
        visible = visible_programs(request)
        chosen = visible.filter(pk=request.session.get(SESSION_KEY) or 0).first()
        request.betaportal_chosen = chosen or visible.order_by("name", "pk").first()  # type: ignore[attr-defined]
    return request.betaportal_chosen  # type: ignore[attr-defined]


def show_program(request: HttpRequest, program: Program) -> None:
    """Let this one page belong to `program`, whatever the switcher shows: a GET changes no choice."""
    request.betaportal_shown = program  # type: ignore[attr-defined]
    timezone.activate(program.tz)  # Until the end of the request: see `programs.middleware`.


def stay_with_program(request: HttpRequest) -> None:
    """Write to the program whose form was filled in, though another was chosen in another tab meanwhile.

    A link may name the program as well, so that “Freeze invites” on a home freezes that program. Raises Http404 for a
    program that this member does not see, so that nothing is written to another one instead.
    """
    posted = request.POST.get(FORM_FIELD) or request.GET.get(FORM_FIELD, "")
    if not posted:
        return
    program = visible_programs(request).filter(pk=posted).first() if ROW_ID.fullmatch(posted) else None
    if program is None:
        raise Http404
    show_program(request, program)


def current_program(request: HttpRequest) -> Program | None:
    """The program that this page belongs to: that of the row on it, else the chosen one."""
    return getattr(request, "betaportal_shown", None) or chosen_program(request)


class ProgramScopedAdmin(BaseAdmin):
    """Lists show the current program; another program's id is a 404; what one may do follows from the role there."""

    program_path: ClassVar[str] = "program"  # Lookup from the model to its program.
    empty: ClassVar[str] = ""  # What to do when the list is empty, in a sentence.
    view_role: ClassVar[str] = Role.VIEWER
    add_role: ClassVar[str | None] = Role.OPERATOR  # None: nobody, rows come from elsewhere.
    change_role: ClassVar[str | None] = Role.OPERATOR
    delete_role: ClassVar[str | None] = Role.OWNER
    act_role: ClassVar[str] = Role.VIEWER  # Who sees the column `act`, the buttons in the rows.

    # --- Which rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if getattr(request.resolver_match, "url_name", "").endswith("_changelist"):
            program = current_program(request)
            return rows.filter(**{self.program_path: program}) if program else rows.none()
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.program_path}__in": list(roles_of(request))})

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Show the rows of the program that the address names, as links from reports do; else of the chosen one."""
        named = request.GET.get(self.program_lookup)
        if named is not None:
            program = visible_programs(request).filter(pk=named).first() if ROW_ID.fullmatch(named) else None
            if program is None:
                raise Http404
            show_program(request, program)
        return super().changelist_view(request, extra_context)

    def get_actions_list(self, request: HttpRequest) -> list[Any]:
        return [] if self._lists_another(request) else super().get_actions_list(request)

    def _lists_another(self, request: HttpRequest) -> bool:
        """Whether this list shows another program than the chosen one, on which its import and its add would act."""
        return self.program_lookup in request.GET and current_program(request) != chosen_program(request)

    @property
    def program_lookup(self) -> str:
        """The filter by which the address of a list names its program."""
        return f"{self.program_path}__id__exact"

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == self.program_lookup or super().lookup_allowed(lookup, value, request)

    def program_of(self, obj: Model) -> Program:
        """The program of a row, by `program_path`."""
        value: Any = obj
        for name in self.program_path.split("__"):
            value = getattr(value, name)
        return cast("Program", value)

    def audit_scope(self, obj: Model) -> str:
        return self.program_of(obj).slug

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if object_id:
            self._show_program_of(request, object_id)
        else:
            stay_with_program(request)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        self._show_program_of(request, object_id)
        return super().delete_view(request, object_id, extra_context)

    def _show_program_of(self, request: HttpRequest, object_id: str) -> None:
        """Let the page belong to the row's program."""
        show_program(request, self.program_of(self._row(request, object_id)))

    def _row(self, request: HttpRequest, object_id: str) -> Model:
        """Return the row of an address. Another team's row must look like one that was never there."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return cast("Model", row)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseRedirect:
        # Django sends people home with a message; another program's row must look like one that was never there.
        raise Http404

    # --- Who may

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.view_role)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.holds(request, self.view_role, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not self._lists_another(request) and self.holds(request, self.add_role)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.holds(request, self.change_role, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.holds(request, self.delete_role, obj)

    def has_operate_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """For actions: `permission="operate"`."""
        return self.holds(request, Role.OPERATOR, obj)

    def has_own_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """For actions: `permission="own"`."""
        return self.holds(request, Role.OWNER, obj)

    def holds(self, request: HttpRequest, role: str | None, obj: Model | str | None = None) -> bool:
        """Whether the member holds `role` or higher in the row's program; without a row, in the current one.

        Unfold asks for the button of a detail page with the row's id.
        """
        if role is None:
            return False
        row = self._row(request, obj) if isinstance(obj, str) else obj
        if row is not None and row.pk is not None:
            return may(request, role, self.program_of(row).pk)
        program = current_program(request)
        return program is not None and may(request, role, program.pk)

    def get_list_display(self, request: HttpRequest) -> Any:
        """Leave out the buttons in the rows for those who may not use them."""
        columns = super().get_list_display(request)
        return columns if self.holds(request, self.act_role) else [column for column in columns if column != "act"]

    # --- Forms ask nothing that a machine knows

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Leave the program out: a new row belongs to the current one, and none moves to another."""
        excluded = list(super().get_exclude(request, obj) or [])
        return [*excluded, "program"] if self.program_path == "program" else excluded

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form whose row knows its program, and that says itself what PostgreSQL would refuse.

        Django leaves out every constraint that names a field which is not on the form, such as the program.
        """
        form = super().get_form(request, obj, change=change, **kwargs)
        program = current_program(request) if self.program_path == "program" else None

        class WholeRowForm(form):  # type: ignore[valid-type, misc]
            def __init__(self, *args: Any, **kwargs: Any) -> None:
                super().__init__(*args, **kwargs)
                if program and self.instance.program_id is None:
                    self.instance.program = program

            def _post_clean(self) -> None:
                super()._post_clean()
                if self.errors:
                    return
                try:
                    self.instance.validate_constraints()
                except ValidationError as error:
                    self.add_error(None, error.messages)

        return WholeRowForm

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices of a relation come from the current program only."""
        related = db_field.remote_field.model
        if "queryset" not in kwargs and any(field.name == "program" for field in related._meta.get_fields()):
            kwargs["queryset"] = related._default_manager.filter(program=current_program(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
