"""The embedded servers: one pair a folder, stopped whole, back after every kind of end."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.conftest import read_back, running, servers_of, write_down
from tests.processes import Running, gone, kill_all, until

pytestmark = pytest.mark.faults
UP = "are up"
StartServices = Callable[[], Running]


def test_two_starters_at_once_share_one_pair(var_dir: Path, start_services: StartServices) -> None:
    starters = [start_services(), start_services()]
    for starter in starters:
        starter.until_said(UP)
    found = [starter for starter in starters if "ran already" in starter.said()]
    assert len(found) == 1
    assert len(servers_of(var_dir)) == 2


def test_who_found_them_leaves_them_running(var_dir: Path, start_services: StartServices) -> None:
    owner = start_services()
    owner.until_said(UP)
    guest = start_services()
    guest.until_said("ran already")
    guest.signal(signal.SIGINT)
    assert guest.wait() == 0
    assert running(var_dir) == {"postgres", "valkey"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything(var_dir: Path, start_services: StartServices, number: int) -> None:
    services = start_services()
    services.until_said(UP)
    family = services.family()
    services.signal(number)
    assert services.wait() == 0
    assert gone(family)
    assert "database system is shut down" in (var_dir / "log" / "postgres.log").read_text()


def test_servers_die_with_a_starter_that_is_killed_and_keep_the_data(
    var_dir: Path, start_services: StartServices
) -> None:
    services = start_services()
    services.until_said(UP)
    write_down(var_dir, "before")
    family = services.family()
    os.kill(services.pid, signal.SIGKILL)
    until(lambda: gone(family), "the end of the servers")
    start_services().until_said(UP)
    assert read_back(var_dir) == ["before"]


def test_all_killed_at_once_is_started_again_at_once(var_dir: Path, start_services: StartServices) -> None:
    services = start_services()
    services.until_said(UP)
    write_down(var_dir, "before")
    services.kill()
    start_services().until_said(UP)
    assert read_back(var_dir) == ["before"]


def test_a_killed_server_is_started_again_by_its_starter(var_dir: Path, start_services: StartServices) -> None:
    services = start_services()
    services.until_said(UP)
    write_down(var_dir, "before")
    kill_all(servers_of(var_dir))
    services.until_said("PostgreSQL had died and was started again.")
    services.until_said("Valkey had died and was started again.")
    assert read_back(var_dir) == ["before"]


def test_a_pid_file_whose_number_is_in_use_again_stops_nobody(var_dir: Path, start_services: StartServices) -> None:
    services = start_services()
    services.until_said(UP)
    services.signal(signal.SIGINT)
    services.wait()
    pid_file = var_dir.resolve() / "servers" / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n0\n5432\n")
    start_services().until_said(UP)


def test_a_half_made_database_is_made_anew(var_dir: Path, start_services: StartServices) -> None:
    services = start_services()
    until((var_dir / "servers" / "postgres.new").exists, "initdb at work")
    services.kill()
    start_services().until_said(UP)
    assert running(var_dir) == {"postgres", "valkey"}
