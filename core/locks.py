"""Session advisory locks: held by a living database connection, gone the moment it dies.

They say whether the process that took a piece of work still lives, without timeouts and without a transaction
kept open. They do not go through a transaction-pooling proxy.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import InterfaceError, OperationalError, connection


@contextmanager
def held(purpose: str, key: str) -> Iterator[bool]:
    """Try to hold the lock named by `purpose` and `key` for the block; yields whether it was free."""
    number = lock_number(purpose, key)
    if not _query("SELECT pg_try_advisory_lock(%s)", number):
        yield False
        return
    try:
        yield True
    finally:
        _release(number)


def lock_number(purpose: str, key: str) -> int:
    """Return the signed 64-bit number that PostgreSQL knows the lock by."""
    digest = hashlib.sha256(f"{purpose}|{key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _release(number: int) -> None:
    try:
        _query("SELECT pg_advisory_unlock(%s)", number)
    except (InterfaceError, OperationalError):
        # The connection is lost, and the lock with it. Drop the connection, so that it cannot come back to a
        # pool.
        connection.close()


def _query(sql: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        return bool(cursor.fetchone()[0])
