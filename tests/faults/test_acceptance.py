"""PostgreSQL is killed while people accept: each has the seat and the acceptance, or neither."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from betaportal import embedded
from core.tokens import hash_token
from tests.faults.conftest import servers_of
from tests.processes import Running, kill_all, python, started

pytestmark = pytest.mark.faults
PEOPLE = 20
ACCEPTED = {"has_seat": True, "person": "accepted", "invite": "accepted", "is_dated": True, "audited": 1}
UNTOUCHED = {"has_seat": True, "person": "invited", "invite": "open", "is_dated": False, "audited": 0}


@pytest.fixture
def step(var_dir: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Start one step of `acceptance.py` on the servers of `var_dir`."""
    environment = {
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
        "DATABASE_URL": embedded.database_url(var_dir),
        "REDIS_URL": embedded.redis_url(var_dir),
    }
    with ExitStack() as stack:

        def start(*arguments: str) -> Running:
            log = tmp_path / f"{arguments[0]}.log"
            command = python("-m", "tests.faults.acceptance", *arguments)
            return stack.enter_context(started(command, log=log, environment=environment))

        yield start


def outcome(running: Running) -> list:
    assert running.wait(seconds=120) == 0, running.said()
    return json.loads(running.said().splitlines()[-1])


def test_postgres_killed_in_mid_acceptance_leaves_both_or_neither(
    var_dir: Path, start_services: Callable[[], Running], step: Callable[..., Running]
) -> None:
    services = start_services()
    services.until_said("are up")
    held, *others = outcome(step("invite", str(PEOPLE)))
    step("hold", held).until_said("held")
    accepting = step("accept", *others)
    accepting.until_said(others[2])
    (postgres,) = (server for server in servers_of(var_dir) if server.name() == "postgres")
    kill_all([postgres, *postgres.children(recursive=True)])
    services.until_said("PostgreSQL had died and was started again.")
    accepting.wait()

    people = {person.pop("token_hash"): person for person in outcome(step("look"))}
    assert people[hash_token(held)] == UNTOUCHED
    assert all(person in (ACCEPTED, UNTOUCHED) for person in people.values())
    told = [token for token in others if f'"{token}"' in accepting.said()]
    assert len(told) >= 3
    assert all(people[hash_token(token)] == ACCEPTED for token in told)
