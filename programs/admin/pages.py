"""Pages that ask for something and then call a service: used where a row is made by more than its form."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core.admin import BaseAdmin, Explanation
from core.exceptions import Refusal


def form_page(
    model_admin: BaseAdmin,
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[Mapping[str, Any]], HttpResponse],
    *,
    title: str,
    submit: str,
    explanation: Explanation | None = None,
    danger: bool = False,
) -> HttpResponse:
    """Show the form with what it will do, or do it. A refusal is shown above the form, which keeps what was typed."""
    status = HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                return act(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = HTTPStatus(refusal.status)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
            status = HTTPStatus.BAD_REQUEST
    opts = model_admin.opts
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": opts,
        "title": title,
        "submit": submit,
        "explanation": explanation,
        "danger": danger,
        "form": form,
        "media": model_admin.media + form.media,
        "back": reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"),
    }
    return TemplateResponse(request, "admin/programs/form_page.html", context, status=status)


def button(model_admin: BaseAdmin, action: str, pk: int, text: str) -> SafeString:
    """A row's likeliest action as a button, which leads to its confirm page."""
    opts = model_admin.opts
    href = reverse(f"admin:{opts.app_label}_{opts.model_name}_{action}", args=[pk])
    return format_html('<a class="bp-button bp-small" href="{}">{}</a>', href, text)
