"""The Content-Security-Policy header: strict on public pages, relaxed under /admin/ for Unfold."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase

ADMIN = "/admin/"

# Alpine, which Unfold's menus, filters and dialogs are written in, evaluates expressions of its attributes,
# and both set style attributes. Scripts still come from our own files only: the admin has no inline script to
# run.
RELAXED = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware with the admin's exceptions."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(ADMIN):
            parts.replace = {**RELAXED, **(parts.replace or {})}
        return parts
