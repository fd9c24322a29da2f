"""In the admin, times are those of the program on the page: written and read on its clock."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from programs.scoping import current_program

ADMIN = "/admin/"


class ProgramTimeMiddleware:
    """Activates the current program's time zone for members of staff; stands behind authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_staff = request.path_info.startswith(ADMIN) and request.user.is_active and request.user.is_staff
        program = current_program(request) if is_staff else None
        with timezone.override(program.tz if program else None):
            return self.get_response(request)
