"""Where the embedded servers listen, as the URLs that settings read."""

from pathlib import Path
from urllib.parse import quote

from betaportal.embedded.places import socket_dir

ROLE = DATABASE = "betaportal"


def database_url(var_dir: Path) -> str:
    """Return the address of the embedded PostgreSQL of `var_dir`, running or not."""
    return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(socket_dir(var_dir)), safe='/')}"


def redis_url(var_dir: Path) -> str:
    """Return the address of the embedded Valkey of `var_dir`, running or not."""
    return f"redis+socket://{quote(str(socket_dir(var_dir) / 'valkey.sock'), safe='/')}"
