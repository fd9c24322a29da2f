"""`make run`: one command starts all of it, and one Ctrl-C leaves nothing behind."""

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.faults.conftest import NO_OUTSIDE_SERVERS, servers_of
from tests.processes import Running, answers, free_port, gone, kill_all, python, started, until

pytestmark = pytest.mark.faults
# The first start migrates and makes the demo.
FIRST_START_SECONDS = 300
StartPortal = Callable[[], Running]


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start_portal(var_dir: Path, tmp_path: Path, port: int) -> Iterator[StartPortal]:
    """Run `make run`'s own command on `var_dir`, with standard input closed."""
    environment = {**NO_OUTSIDE_SERVERS, "VAR_DIR": str(var_dir), "PORT": str(port), "ADMIN_PASSWORD": None}
    with ExitStack() as stack:

        def start() -> Running:
            log = tmp_path / f"run-{len(list(tmp_path.iterdir()))}.log"
            return stack.enter_context(
                started(python("-m", "betaportal.runner", "run"), log=log, environment=environment)
            )

        yield start


def child(portal: Running, word: str) -> list:
    """Return the process that the runner started with `word` in its command, and its own children."""
    (main,) = [
        process for process in portal.family()[0].children() if word in process.cmdline() and "-m" in process.cmdline()
    ]
    return [main, *main.children(recursive=True)]


def test_one_command_runs_it_and_ctrl_c_stops_all_of_it(var_dir: Path, port: int, start_portal: StartPortal) -> None:
    portal = start_portal()
    portal.until_said("Betaportal is running.", seconds=FIRST_START_SECONDS)
    assert answers(f"http://localhost:{port}/admin/login/")
    said = portal.said()
    for told in (f"http://localhost:{port}/admin/", "with the password", f"{var_dir}/mail/", "Ctrl-C"):
        assert told in said

    for word, name in (("granian", "web"), ("worker", "worker"), ("beat", "beat")):
        kill_all(child(portal, word))
        portal.until_said(f"{name} was killed by SIGKILL; it is started again.")
    kill_all(servers_of(var_dir))
    portal.until_said("PostgreSQL had died and was started again.")
    until(lambda: answers(f"http://localhost:{port}/admin/login/"), "the web server again")

    family = portal.family()
    portal.signal(signal.SIGINT)
    assert portal.wait() == 0
    assert gone(family)

    again = start_portal()
    again.until_said("Betaportal is running.")
    assert "with the password" not in again.said()
    assert "ADMIN_PASSWORD=" in again.said()
    family = again.family()
    again.process.kill()
    until(lambda: gone(family), "the end of all that a killed runner left")


def test_a_port_in_use_is_told_before_anything_starts(var_dir: Path, port: int, start_portal: StartPortal) -> None:
    with socket.create_server(("127.0.0.1", port)):
        portal = start_portal()
        assert portal.wait() == 1
    assert portal.said().startswith(f"Port {port} cannot be used (Address already in use)")
    assert not var_dir.exists()


def test_a_port_that_is_no_number_is_told(tmp_path: Path) -> None:
    command = python("-m", "betaportal.runner", "run")
    with started(command, log=tmp_path / "log", environment={**NO_OUTSIDE_SERVERS, "PORT": "web"}) as portal:
        assert portal.wait() == 1
        assert portal.said() == "PORT 'web' is no port: give a number from 1 to 65535.\n"


def test_services_alone_refuse_where_outside_servers_are_named(tmp_path: Path) -> None:
    command = python("-m", "betaportal.runner", "services")
    outside = {"DATABASE_URL": "postgres://somewhere/else", "REDIS_URL": "redis://somewhere"}
    with started(command, log=tmp_path / "log", environment=outside) as services:
        assert services.wait() == 1
        assert services.said().startswith("DATABASE_URL and REDIS_URL name servers already")


def test_make_passes_a_signal_on(var_dir: Path, tmp_path: Path) -> None:
    environment = {**NO_OUTSIDE_SERVERS, "VAR_DIR": str(var_dir)}
    with started(["make", "services"], log=tmp_path / "log", environment=environment) as services:
        services.until_said("are up", seconds=300)
        family = services.family()
        services.signal(signal.SIGTERM)
        services.wait()
        until(lambda: gone(family), "the end of all that make started")
