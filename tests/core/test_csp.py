"""The Content-Security-Policy header, as responses carry it."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def policy(client: Client, path: str) -> dict[str, str]:
    header = client.get(path).headers["Content-Security-Policy"]
    return dict(directive.strip().split(" ", 1) for directive in header.split(";"))


@pytest.mark.parametrize("path", ["/nothing-here/", "/administration/", "/i/admin/"])
def test_public_pages_run_no_inline_code(client: Client, path: str) -> None:
    rules = policy(client, path)
    assert (rules["default-src"], rules["script-src"], rules["style-src"]) == ("'none'", "'self'", "'self'")


def test_the_admin_may_do_what_unfold_needs_and_no_more(client: Client) -> None:
    rules = policy(client, "/admin/login/")
    assert rules["script-src"] == "'self' 'unsafe-eval'"
    assert rules["style-src"] == "'self' 'unsafe-inline'"
    assert (rules["default-src"], rules["frame-ancestors"]) == ("'none'", "'none'")
