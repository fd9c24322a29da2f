"""API keys: shown once, stored hashed, revoked at once."""

import pytest

from core.exceptions import Conflict
from programs.exceptions import KeyRefused
from programs.models import ApiKey
from programs.selectors import authenticate_key
from programs.services import create_api_key, revoke_api_key
from tests.factories.programs import draft_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def key() -> tuple[ApiKey, str]:
    return create_api_key(program_id=draft_program().pk, scope="ingest", label="server", actor=None)


def test_the_key_itself_is_stored_nowhere(key):
    row, plain = key
    stored = [str(value) for value in ApiKey.objects.filter(pk=row.pk).values().get().values()]
    assert not any(plain in value for value in stored)
    assert authenticate_key(plain, "ingest") == row


@pytest.mark.parametrize("given", ["", "bp_ingest_nonsense", "\x00"])
def test_an_unknown_key_is_refused(key, given):
    with pytest.raises(KeyRefused, match="missing or unknown"):
        authenticate_key(given, "ingest")


def test_a_key_of_another_scope_is_refused_by_name(key):
    with pytest.raises(KeyRefused, match=r"is for “Send events .write key.”, not for “Read figures”"):
        authenticate_key(key[1], "read")


def test_a_revoked_key_is_refused_from_then_on(key):
    row, plain = key
    revoke_api_key(key_id=row.pk, actor=None)
    with pytest.raises(KeyRefused, match="was revoked on"):
        authenticate_key(plain, "ingest")
    with pytest.raises(Conflict, match="was revoked already"):
        revoke_api_key(key_id=row.pk, actor=None)
