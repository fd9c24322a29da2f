"""Personal links are followed by whoever has them, so no log and no error report keeps one."""

import logging

import pytest

from betaportal.logs import scrub_sentry, without_tokens
from core.tokens import new_token


@pytest.mark.parametrize("path", ["/i/{}", "/u/{}", "https://beta.example.com/i/{}?x=1"])
def test_the_token_of_a_personal_link_is_masked(path):
    token = new_token()
    assert token not in without_tokens(f"GET {path.format(token)}")


def test_other_addresses_stay_readable():
    assert without_tokens("GET /admin/participants/invite/12/change/") == "GET /admin/participants/invite/12/change/"


def test_an_error_report_is_masked_to_its_depths():
    token = new_token()
    event = {"request": {"url": f"https://x/i/{token}"}, "breadcrumbs": [{"data": (f"/u/{token}",)}]}
    assert token not in str(scrub_sentry(event, None))


@pytest.mark.django_db
def test_a_request_for_a_personal_link_is_logged_without_its_token(client, caplog):
    token = new_token()
    caplog.set_level(logging.INFO, logger="django_structlog")
    client.get(f"/i/{token}")
    assert "/i/[token]" in caplog.text
    assert token not in caplog.text
