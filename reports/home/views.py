"""The program home, and `/admin/`, which leads there."""

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from programs.enums import Role
from programs.scoping import current_program, may, show_program, visible_programs
from reports.home import page


def index(request: HttpRequest) -> HttpResponse:
    """Lead to the home of the current program; who has none is told what to do."""
    program = current_program(request)
    if program:
        return HttpResponseRedirect(reverse("program_home", args=[program.pk]))
    context = {**admin.site.each_context(request), "title": "Welcome", "may_create": request.user.is_superuser}
    return TemplateResponse(request, "admin/reports/welcome.html", context)


def program_home(request: HttpRequest, program_id: int) -> HttpResponse:
    """Show what needs people, what changed and what is next. Another team's program is a 404."""
    program = visible_programs(request).filter(pk=program_id).first()
    if program is None:
        raise Http404
    show_program(request, program)
    context = {
        **admin.site.each_context(request),
        "title": program.name,
        "home": page.home(program),
        "may_operate": may(request, Role.OPERATOR, program.pk),
        "may_own": may(request, Role.OWNER, program.pk),
    }
    return TemplateResponse(request, "admin/reports/home.html", context)
