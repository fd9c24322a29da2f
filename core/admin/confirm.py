"""Consequential actions: a page that says what will happen, and a POST that does it.

    @confirmed_action(label="Invite", done="invited", explain=explain_invite, form_class=ReasonForm)
    def invite(self, request: HttpRequest, participant: Participant, reason: str) -> None:
        services.invite(participant_id=participant.pk, actor=request.user, reason=reason)

The method is called for one object, with the form's cleaned fields as keywords, and calls a service that records
its own audit entry. Its name goes into `actions` (many, from the list) and into `actions_detail` or `actions_row`
(one, at `<pk>/do/<name>/`). Each object has a transaction of its own; a Refusal of one is reported and stops no
other.
"""

import functools
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from unfold.enums import ActionVariant
from unfold.widgets import UnfoldAdminTextareaWidget

from core.exceptions import Refusal

if TYPE_CHECKING:
    from core.admin.base import BaseAdmin

TEMPLATE = "admin/core/confirm.html"
SHOWN = 20  # objects named on the page
SENTENCES = 3  # different refusals repeated in the report


@dataclass(frozen=True)
class Explanation:
    """What a confirm page says, each a list of sentences: what will happen, what will not, and how to undo it."""

    will: Sequence[str]
    will_not: Sequence[str] = ()
    undo: str = ""


class ReasonForm(forms.Form):
    """Asks why; the answer goes into the audit entry."""

    reason = forms.CharField(
        max_length=1000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Kept in the audit chain, for example: agreed with Ada on the phone.",
    )


Explain = Callable[[HttpRequest, QuerySet[Any]], Explanation]
Act = Callable[..., object]


@dataclass(frozen=True)
class ConfirmedAction:
    """How one action is shown and done; see the module."""

    name: str
    label: str
    done: str
    explain: Explain
    act: Act
    title: str
    permission: str
    form_class: type[forms.Form] | None
    danger: bool
    available: Callable[[Any], bool] | None

    def permits(self, model_admin: "BaseAdmin", request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether this person may do this, to `obj` where one is given."""
        check = getattr(model_admin, f"has_{self.permission}_permission")
        return bool(check(request, obj) if obj is not None else check(request))


def confirmed_action(
    *,
    label: str,
    done: str,
    explain: Explain,
    title: str = "",
    permission: str = "change",
    form_class: type[forms.Form] | None = None,
    danger: bool = False,
    icon: str | None = None,
    available: Callable[[Any], bool] | None = None,
) -> Callable[[Act], Any]:
    """Turn a method for one object into an action with a confirm page.

    `label` is the verb on the button, `done` its past form in the report ("3 invited"), `title` the question on the
    page, `explain(request, queryset)` what the page says. `permission` names the check `has_<permission>_permission`,
    asked for each object. `danger` paints the button red. `available(obj)` hides a single object's button where the
    action makes no sense; the service refuses in any case.
    """

    def decorate(act: Act) -> Any:
        action = ConfirmedAction(
            name=act.__name__,
            label=label,
            done=done,
            explain=explain,
            act=act,
            title=title or f"{label}?",
            permission=permission,
            form_class=form_class,
            danger=danger,
            available=available,
        )

        @functools.wraps(act)
        def run(
            model_admin: "BaseAdmin",
            request: HttpRequest,
            queryset: QuerySet[Any] | None = None,
            object_id: str | None = None,
        ) -> HttpResponse:
            return _Run(action, model_admin, request, queryset, object_id).respond()

        run.__dict__.update(
            confirmed=action,
            short_description=label,
            allowed_permissions=[permission],
            url_path=f"do/{act.__name__}",
            attrs={},
            icon=icon,
            variant=ActionVariant.DANGER if danger else ActionVariant.DEFAULT,
        )
        return run

    return decorate


@dataclass
class _Outcome:
    done: int = 0
    refused: list[str] = field(default_factory=list)

    def report(self, verb: str) -> tuple[int, str]:
        """Return the message level and one line such as "3 invited, 1 refused: <sentence>"."""
        text = f"{self.done} {verb}"
        if not self.refused:
            return messages.SUCCESS, f"{text}."
        sentences = list(dict.fromkeys(self.refused))
        more = f" (and {len(sentences) - SENTENCES} other reasons)" if len(sentences) > SENTENCES else ""
        text += f", {len(self.refused)} refused: {' '.join(sentences[:SENTENCES])}{more}"
        return (messages.WARNING if self.done else messages.ERROR), text


class _Run:
    """One request to a confirmed action."""

    def __init__(
        self,
        action: ConfirmedAction,
        model_admin: "BaseAdmin",
        request: HttpRequest,
        queryset: QuerySet[Any] | None,
        object_id: str | None,
    ) -> None:
        self.action = action
        self.admin = model_admin
        self.request = request
        self.single = queryset is None
        self.objects = list(queryset) if queryset is not None else [self._object(object_id)]
        self.queryset = model_admin.get_queryset(request).filter(pk__in=[obj.pk for obj in self.objects])

    def respond(self) -> HttpResponse:
        """Show the page, or do what was confirmed on it."""
        if not all(self.action.permits(self.admin, self.request, obj) for obj in self.objects):
            raise PermissionDenied
        if self.request.POST.get("confirmed") != "yes":
            return self._page(self._form(bound=False))
        if self.request.POST.get("seen") != self._seen():
            messages.warning(self.request, "The selection changed meanwhile. Please look at it again.")
            return self._page(self._form(bound=True))
        form = self._form(bound=True)
        if form is not None and not form.is_valid():
            return self._page(form)
        level, text = self._act(form.cleaned_data if form is not None else {}).report(self.action.done)
        self.admin.message_user(self.request, text, level)
        return HttpResponseRedirect(self._back())

    def _act(self, values: dict[str, Any]) -> _Outcome:
        outcome = _Outcome()
        for obj in self.objects:
            try:
                with transaction.atomic():
                    self.action.act(self.admin, self.request, obj, **values)
            except Refusal as refusal:
                outcome.refused.append(str(refusal))
            else:
                outcome.done += 1
        return outcome

    def _page(self, form: forms.Form | None) -> TemplateResponse:
        count = len(self.objects)
        context = {
            **self.admin.admin_site.each_context(self.request),
            "opts": self.admin.opts,
            "media": self.admin.media + (form.media if form else forms.Media()),
            "title": self.action.title,
            "action": self.action,
            "button": self.action.label if self.single else f"{self.action.label} {count}",
            "explanation": self.action.explain(self.request, self.queryset),
            "objects": self.objects[:SHOWN],
            "more": max(count - SHOWN, 0),
            "count": count,
            "hidden": self._hidden(),
            "form": form,
            "back": self._back(),
        }
        return TemplateResponse(self.request, TEMPLATE, context)

    def _hidden(self) -> list[tuple[str, str]]:
        """Return the fields that bring the same selection back with the second POST."""
        fields = [("confirmed", "yes"), ("seen", self._seen())]
        if self.single:
            return fields
        # All rows across the pages are selected by a flag: thousands of fields would exceed Django's limit.
        across = self.request.POST.get("select_across", "0")
        chosen = self.objects[:1] if across == "1" else self.objects
        return [
            *fields,
            ("action", self.action.name),
            ("select_across", across),
            *((helpers.ACTION_CHECKBOX_NAME, str(obj.pk)) for obj in chosen),
        ]

    def _seen(self) -> str:
        """Return a fingerprint of the selection: what is confirmed is what was shown."""
        keys = sorted(str(obj.pk) for obj in self.objects)
        return hashlib.sha256("\n".join(keys).encode()).hexdigest()

    def _form(self, *, bound: bool) -> forms.Form | None:
        if self.action.form_class is None:
            return None
        return self.action.form_class(self.request.POST if bound else None)

    def _back(self) -> str:
        if self.single:
            return self.admin.change_url(self.objects[0])
        return self.request.get_full_path()

    def _object(self, object_id: str | None) -> Model:
        obj = self.admin.get_object(self.request, object_id) if object_id else None
        if obj is None:
            raise Http404(f"This {self.admin.opts.verbose_name} does not exist, or not for you.")
        return obj
