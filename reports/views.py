"""The report as it was stored, for staff; and the unsubscribe link of its mail, for anybody who holds it."""

import base64
import hashlib
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from participants.views.pages import public_page
from programs.selectors import public_contact
from reports import emails, selectors, services
from reports import render as documents
from reports.enums import STORED_FORMATS, ReportFormat
from reports.models import ReportDelivery, StatusReport

STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
MADE_FORMATS = {
    ReportFormat.CSV: ("text/csv; charset=utf-8", documents.csv),
    ReportFormat.JSON: ("application/json", documents.as_json),
}


def read_report(_request: HttpRequest, report: StatusReport | None) -> HttpResponse:
    """Show the stored page, which may do nothing but apply its own style sheet."""
    if report is None:
        raise Http404("This report does not exist, or not for you.")
    page = selectors.report_file(report.pk, ReportFormat.HTML).decode()
    response = HttpResponse(page)
    response["Content-Security-Policy"] = page_policy(page)
    response["Cache-Control"] = "private, no-store"
    return response


def download_report(_request: HttpRequest, report: StatusReport | None, file_format: str) -> HttpResponse:
    """Download one of the formats that are offered."""
    if report is None or file_format not in ReportFormat.values:
        raise Http404("This report does not exist, or not in that format.")
    if file_format in STORED_FORMATS:
        response = HttpResponse(selectors.report_file(report.pk, file_format), STORED_FORMATS[file_format])
    else:
        mimetype, make = MADE_FORMATS[ReportFormat(file_format)]
        response = HttpResponse(make(report.snapshot), mimetype)
    response["Content-Disposition"] = f'attachment; filename="{emails.filename(report, file_format)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def page_policy(page: str) -> str:
    """Return the policy of a stored page: no script, nothing from elsewhere, and no style but its own."""
    digests = [base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() for style in STYLE.findall(page)]
    styles = " ".join(f"'sha256-{digest}'" for digest in digests) or "'none'"
    return f"default-src 'none'; style-src {styles}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


# The token is the permission, and mail programs post without a cookie or a form of ours (RFC 8058).
@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, or says that it is stopped; POST stops the report for the address that the link was mailed to."""
    delivery = services.delivery_of(token=token)
    if request.method == "POST":
        services.unsubscribe(token=token)
    return _page(request, delivery, token, "stopped" if selectors.has_stopped(delivery) else "asked")


@csrf_exempt
@public_page
@require_http_methods(["POST"])
def resubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Take the report up again."""
    delivery = services.delivery_of(token=token)
    services.resubscribe(token=token)
    return _page(request, delivery, token, "again")


def _page(request: HttpRequest, delivery: ReportDelivery, token: str, state: str) -> HttpResponse:
    program = delivery.report.program
    around = {"program": program, "contact": public_contact(program)}
    return render(request, "reports/unsubscribe.html", {**around, "delivery": delivery, "token": token, "state": state})
