"""What the tests that kill things share."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg
import pytest

from betaportal import embedded
from betaportal.embedded.places import socket_dir
from tests.processes import Running, python, started

# Left to the portal's own servers: what this run's tests use must not leak in.
NO_OUTSIDE_SERVERS = {"DATABASE_URL": None, "REDIS_URL": None, "DJANGO_SETTINGS_MODULE": None}


@pytest.fixture
def start_services(var_dir: Path, tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Run `make services`' own command on `var_dir`; each call starts one more."""
    with ExitStack() as stack:

        def start() -> Running:
            log = tmp_path / f"services-{os.urandom(4).hex()}.log"
            environment = {**NO_OUTSIDE_SERVERS, "VAR_DIR": str(var_dir)}
            once = started(python("-m", "betaportal.runner", "services"), log=log, environment=environment)
            return stack.enter_context(once)

        yield start


def connect(var_dir: Path) -> psycopg.Connection:
    """Open the embedded database as the portal does, by its address."""
    return psycopg.connect(host=str(socket_dir(var_dir)), user="betaportal", dbname="betaportal", autocommit=True)


def write_down(var_dir: Path, text: str) -> None:
    with connect(var_dir) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [text])


def read_back(var_dir: Path) -> list[str]:
    with connect(var_dir) as connection:
        return [row[0] for row in connection.execute("SELECT text FROM note")]


def servers_of(var_dir: Path) -> list[psutil.Process]:
    """Return the main processes of the servers that live on `var_dir`, whoever started them."""
    folders = {(var_dir / "servers" / name).resolve() for name in ("postgres", "valkey")}
    return [process for process in psutil.process_iter() if lives_in(process, folders) and is_main(process)]


def lives_in(process: psutil.Process, folders: set[Path]) -> bool:
    try:
        return Path(process.cwd()) in folders
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return False


def is_main(process: psutil.Process) -> bool:
    try:
        return process.ppid() == 1 or process.parent().name() != process.name()
    except psutil.NoSuchProcess:
        return False


def running(var_dir: Path) -> set[str]:
    return set(embedded.running(var_dir))
