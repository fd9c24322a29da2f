"""The admin base for everything that belongs to a program: staff see and change only what their membership allows.

Built on `core.admin.BaseAdmin`. It is not in core because scope comes from `Membership` and imports run one way.
"""

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponseRedirect

from core.admin import BaseAdmin
from programs.enums import ROLE_RANK, Role
from programs.models import Membership, Program

SESSION_KEY = "program"


def roles_of(request: HttpRequest) -> dict[int, str]:
    """Program id -> role of the signed-in member, read once a request."""
    if not hasattr(request, "betaportal_roles"):
        rows = Membership.objects.filter(user_id=request.user.pk).values_list("program_id", "role")
        request.betaportal_roles = dict(rows)  # type: ignore[attr-defined]
    return request.betaportal_roles  # type: ignore[attr-defined, no-any-return]


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


def current_program(request: HttpRequest) -> Program | None:
    """The program that the switcher shows: the chosen one, else the first that this member sees."""
    if not hasattr(request, "betaportal_program"):
        visible = visible_programs(request)
        chosen = visible.filter(pk=request.session.get(SESSION_KEY)).first()
        request.betaportal_program = chosen or visible.order_by("name").first()  # type: ignore[attr-defined]
    return request.betaportal_program  # type: ignore[attr-defined, no-any-return]


class ProgramScopedAdmin(BaseAdmin):
    """Lists show the current program; another program's id is a 404; what one may do follows from the role there."""

    program_path: ClassVar[str] = "program"  # Lookup from the model to its program.
    view_role: ClassVar[str] = Role.VIEWER
    add_role: ClassVar[str | None] = Role.OPERATOR  # None: nobody, rows come from elsewhere.
    change_role: ClassVar[str | None] = Role.OPERATOR
    delete_role: ClassVar[str | None] = Role.OWNER

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        if getattr(request.resolver_match, "url_name", "").endswith("_changelist"):
            program = current_program(request)
            return rows.filter(**{self.program_path: program}) if program else rows.none()
        if request.user.is_superuser:
            return rows
        return rows.filter(**{f"{self.program_path}__in": list(roles_of(request))})

    def program_id_of(self, obj: Model) -> int:
        """The program of a row, by `program_path`."""
        value: Any = obj
        for name in self.program_path.split("__"):
            value = getattr(value, name)
        return int(value.pk)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request, self.view_role)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.view_role, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        program = current_program(request)
        return program is not None and self.add_role is not None and may(request, self.add_role, program.pk)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.change_role, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._may(request, self.delete_role, obj)

    def _may(self, request: HttpRequest, role: str | None, obj: Model | None) -> bool:
        if role is None:
            return False
        if obj is not None and obj.pk is not None:
            return may(request, role, self.program_id_of(obj))
        program = current_program(request)
        return program is not None and may(request, role, program.pk)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponseRedirect:
        # Django sends people home with a message; another program's row must look like one that was never there.
        raise Http404

    def get_exclude(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Nothing that a machine knows is asked: a new row belongs to the current program."""
        excluded = list(super().get_exclude(request, obj) or [])
        return [*excluded, "program"] if self.program_path == "program" else excluded

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if self.program_path == "program" and obj.program_id is None:
            obj.program = current_program(request)
        super().save_model(request, obj, form, change)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices of a relation come from the current program only."""
        related = db_field.remote_field.model
        if "queryset" not in kwargs and any(field.name == "program" for field in related._meta.get_fields()):
            kwargs["queryset"] = related._default_manager.filter(program=current_program(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
