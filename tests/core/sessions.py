"""Another process' database session, for what depends on who is alive."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections

from core import locks


@contextmanager
def somebody_else_holds(purpose: str, key: str) -> Iterator[None]:
    """Let another session hold an advisory lock for the block, and die at its end."""
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), pg_advisory_lock(%s)", [locks.lock_number(purpose, key)])
        pid = cursor.fetchone()[0]
    try:
        yield
    finally:
        other.close()
        wait_until_gone(pid)


def wait_until_gone(backend_pid: int) -> None:
    """Wait until PostgreSQL has noticed that a session ended, which takes it a moment."""
    with connection.cursor() as cursor:
        for _ in range(1000):
            cursor.execute("SELECT count(*), pg_sleep(0.01) FROM pg_stat_activity WHERE pid = %s", [backend_pid])
            if not cursor.fetchone()[0]:
                return
    raise AssertionError(f"the session {backend_pid} is still there")
