"""Who the embedded servers run as: whoever starts them, or an unprivileged user when that is root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from betaportal.embedded.errors import Unavailable

UNPRIVILEGED = "nobody"


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    uid: int
    gid: int
    name: str

    def popen_options(self) -> dict[str, Any]:
        """Return the options with which `subprocess` starts a process as this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> None:
        """Make this account the owner of `folder`."""
        os.chown(folder, self.uid, self.gid)

    def can_enter(self, folder: Path) -> bool:
        """Say whether this account can write into `folder`, every folder above it included."""
        return self._succeeds("/bin/sh", "-c", 'cd "$1" && test -w .', "sh", str(folder))

    def can_run(self, program: Path) -> bool:
        """Say whether this account can run `program`, which must know `--version`."""
        return self._succeeds(str(program), "--version")

    def _succeeds(self, *command: str) -> bool:
        try:
            done = subprocess.run(  # noqa: S603 - our own commands
                command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, check=False, **self.popen_options()
            )
        except OSError:
            return False
        return done.returncode == 0


def choose(servers: Path) -> Account:
    """Return the account for the servers whose data lies, or will lie, in the folder `servers`.

    PostgreSQL refuses to run as root. Root then starts it as the owner of the data that is there, else as `nobody`.
    """
    uid = os.geteuid()
    if uid != 0:
        return _account(uid)
    try:
        uid = servers.stat().st_uid
    except OSError:
        uid = 0
    return _account(uid or _unprivileged())


def _unprivileged() -> int:
    try:
        return pwd.getpwnam(UNPRIVILEGED).pw_uid
    except KeyError as error:
        raise Unavailable(
            f"PostgreSQL does not run as root, and this machine has no user `{UNPRIVILEGED}` to run it as: "
            "start as another user, or set DATABASE_URL and REDIS_URL."
        ) from error


def _account(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        raise Unavailable(
            f"PostgreSQL does not run for user id {uid}, which has no name on this machine; "
            "add it to /etc/passwd, run as another user, or set DATABASE_URL and REDIS_URL."
        ) from error
    return Account(uid=uid, gid=entry.pw_gid if os.geteuid() == 0 else os.getegid(), name=entry.pw_name)
