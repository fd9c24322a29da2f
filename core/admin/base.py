"""The admin base: every change leaves an audit entry, and a Refusal is a sentence on the page."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction

from core import audit
from core.exceptions import BadInput, Refusal

# What people type into these stays out of the audit chain.
SECRET = ("password", "secret", "token")


class BaseAdmin(ModelAdmin):
    """Unfold's ModelAdmin with our habits.

    - A Refusal from `save_model`, `delete_model` or an action is shown as a sentence, and nothing was written.
    - Adding, changing and deleting write an audit entry. Where `save_model` calls a service that records its own, set
      `audited_by_service = True`.
    - Lists are quick at ten thousand rows: no second count, fifty rows a page. Set `list_select_related`.

    Hooks for higher apps: `audit_scope(obj)` and the usual `has_*_permission` and `get_queryset`.
    """

    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = False
    warn_unsaved_form = True
    audited_by_service: ClassVar[bool] = False

    def audit_scope(self, obj: Model) -> str:
        """Return the slug of the program that `obj` belongs to, or "" where it belongs to none."""
        return ""

    def change_url(self, obj: Model) -> str:
        """Return the address of the object's page."""
        name = f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_change"
        return reverse(name, args=[obj.pk])

    # --- A Refusal is a sentence

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refusal as refusal:
            # The transaction is undone. Show the form again, as it was filled in, with the sentence on top.
            request.betaportal_refusal = str(refusal)  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        form_class: type[ModelForm[Any]] = super().get_form(request, obj, change=change, **kwargs)
        sentence = getattr(request, "betaportal_refusal", "")
        return _refusing(form_class, sentence) if sentence else form_class

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        try:
            response: HttpResponse = super().changelist_view(request, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.get_full_path())
        return response

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Treat a filter that the database cannot understand, such as NUL or the year 10000, as one that is unknown.

        Django then shows the list without filters.
        """
        try:
            return super().get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        try:
            for chosen in request.POST.getlist(helpers.ACTION_CHECKBOX_NAME):
                self.opts.pk.to_python(chosen)
        except ValidationError as error:
            raise BadInput("Nothing was done: the selection holds a row that cannot be. Choose again.") from error
        return super().response_action(request, queryset)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            response: HttpResponse = super().delete_view(request, object_id, extra_context)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:{self._name}_change", args=[object_id]))
        return response

    # --- Every change leaves an audit entry

    def construct_change_message(
        self, request: HttpRequest, form: ModelForm[Any], formsets: Any, add: bool = False
    ) -> Any:
        request.betaportal_changes = _changes(form)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._audit(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._audit(request, obj, "changed")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        for obj in queryset:
            self._audit(request, obj, "deleted")
        return super().log_deletions(request, queryset)

    def _audit(self, request: HttpRequest, obj: Model, verb: str) -> None:
        if self.audited_by_service:
            return
        before, after = getattr(request, "betaportal_changes", (None, None)) if verb != "deleted" else (None, None)
        audit.record(
            actor=request.user,  # type: ignore[arg-type]
            action=f"{self.opts.model_name}.{verb}",
            obj=obj,
            scope=self.audit_scope(obj),
            before=before if verb == "changed" else None,
            after=after,
        )

    # --- Buttons of confirmed actions

    def _filter_unfold_actions_by_permissions(
        self, request: HttpRequest, actions: list[UnfoldAction], object_id: Any = None
    ) -> list[UnfoldAction]:
        """Ask permissions with the object itself; Unfold passes its id, which no permission check expects."""
        obj = self.get_object(request, str(object_id)) if object_id and actions else None
        return [action for action in actions if self._offers(request, action, obj)]

    def _offers(self, request: HttpRequest, action: UnfoldAction, obj: Model | None) -> bool:
        confirmed = getattr(action.method, "confirmed", None)
        if confirmed is not None and obj is not None and confirmed.available and not confirmed.available(obj):
            return False
        for permission in getattr(action.method, "allowed_permissions", ()):
            if "." in permission:
                allowed = request.user.has_perm(permission)
            else:
                check = getattr(self, f"has_{permission}_permission")
                allowed = check(request, obj) if obj is not None else check(request)
            if not allowed:
                return False
        return True

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"


class ReadOnlyAdmin(BaseAdmin):
    """A ledger: to be read, searched and filtered, never edited."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _refusing(form_class: type[ModelForm[Any]], sentence: str) -> type[ModelForm[Any]]:
    """Return a form that is never valid and says `sentence`."""

    class RefusedForm(form_class):  # type: ignore[valid-type, misc]
        def clean(self) -> Any:
            super().clean()
            raise ValidationError(sentence)

    return RefusedForm


def _changes(form: ModelForm[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the form changed, before and after, without secrets."""
    names = [
        name for name in form.changed_data if name in form.cleaned_data and not any(word in name for word in SECRET)
    ]
    before = {name: _told(form.initial.get(name)) for name in names}
    after = {name: _told(form.cleaned_data.get(name)) for name in names}
    return before, after


def _told(value: Any) -> Any:
    """Return a value as the audit chain tells it: related objects and files by their name."""
    if isinstance(value, (QuerySet, list, tuple, set)):
        return [_told(item) for item in value]
    return value.pk if isinstance(value, Model) else value
