"""What every test may ask for."""

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings


@pytest.fixture(autouse=True)
def mail_dir(settings: Settings, tmp_path: Path) -> Path:
    """Where this test's mail is written, one .eml a message."""
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Let the flush between transactional tests pass the triggers that forbid TRUNCATE on ledgers.

    Only that one transaction runs with triggers off; the tests themselves meet the protection as it is.
    """
    flush = connection.ops.execute_sql_flush
    connection.ops.execute_sql_flush = lambda statements: flush(
        ["SET LOCAL session_replication_role = replica", *statements]
    )
