"""The folders of the embedded servers under one `VAR_DIR`.

    VAR_DIR/servers/            0700, belongs to the account that the servers run as
        postgres/  valkey/      their data
        run/                    their sockets
        *.lock                  held by each server as long as it lives
    VAR_DIR/log/                what they say

Two of them may be links: `servers` when root's `VAR_DIR` lies where the servers' account cannot reach (then to a
folder in /var/lib/betaportal), and `run` when the path would be too long for a socket (then to one in /tmp).
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from betaportal.embedded.account import Account
from betaportal.embedded.errors import Unavailable

# The kernel's limit is 108 bytes with the final zero on Linux, 104 elsewhere.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"
LOG_BYTES = 10 * 1024 * 1024
SYSTEM_DIR = Path("/var/lib/betaportal")


def socket_dir(var_dir: Path) -> Path:
    """Return the folder where the servers of `var_dir` have their sockets, or will have them."""
    return Path(os.path.realpath(var_dir / "servers" / "run"))


@dataclass(frozen=True)
class Places:
    """The folders of one `VAR_DIR`, links followed."""

    servers: Path
    sockets: Path
    logs: Path


def prepare(var_dir: Path, account: Account) -> Places:
    """Make what is missing and return the folders.

    Raises `Unavailable` when a folder cannot be made, belongs to somebody else or lies out of the account's reach.
    """
    with sentences(var_dir):
        logs = var_dir / "log"
        logs.mkdir(exist_ok=True)
        for log in logs.glob("*.log"):
            if log.stat().st_size > LOG_BYTES:
                log.replace(log.with_suffix(".log.1"))
        servers = _servers(var_dir / "servers", account)
        for name in ("postgres", "valkey"):
            _ours(servers / name, account)
        return Places(servers=servers, sockets=_sockets(servers / "run", account), logs=logs)


@contextmanager
def sentences(var_dir: Path) -> Iterator[None]:
    """Turn what the system says about a folder into one sentence, as `Unavailable`."""
    try:
        yield
    except FileExistsError as error:
        raise Unavailable(
            f"{error.filename} is a file where a folder is needed; move it away or set VAR_DIR."
        ) from error
    except PermissionError as error:
        raise Unavailable(
            f"{error.filename} belongs to another user: run as the user who made it, or set VAR_DIR elsewhere."
        ) from error
    except OSError as error:
        raise Unavailable(f"{error.filename or var_dir} cannot be used: {error.strerror}.") from error


def make_var_dir(var_dir: Path) -> None:
    """Make `var_dir` if it is missing and see that it can be written to; raises `Unavailable`."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise Unavailable(f"VAR_DIR {var_dir} cannot be a folder: a file is in its way.") from error
    except OSError as error:
        raise Unavailable(f"VAR_DIR {var_dir} cannot be made: {error.strerror}.") from error
    if not os.access(var_dir, os.W_OK | os.X_OK):
        raise Unavailable(f"VAR_DIR {var_dir} cannot be written to; set VAR_DIR to a folder that can.")


def _servers(link: Path, account: Account) -> Path:
    if link.is_symlink():
        if not link.exists():
            raise Unavailable(
                f"The servers' data is gone: {link} points to {link.readlink()}, which is not there. "
                "Bring it back, or delete the link to start with an empty database."
            )
        return _ours(link.resolve(), account)
    is_new = not link.exists()
    _ours(link, account)
    if account.can_enter(link):
        return link
    if not is_new:
        raise Unavailable(f"{account.name}, as whom the servers run, cannot enter {link}; set VAR_DIR elsewhere.")
    link.rmdir()
    SYSTEM_DIR.mkdir(parents=True, exist_ok=True)
    SYSTEM_DIR.chmod(0o755)
    servers = Path(tempfile.mkdtemp(prefix="servers-", dir=SYSTEM_DIR))
    account.own(servers)
    link.symlink_to(servers)
    return servers


def _sockets(run: Path, account: Account) -> Path:
    is_short = len(os.fsencode(run / LONGEST_SOCKET_NAME)) <= LONGEST_SOCKET_PATH
    if run.is_symlink():
        if not is_short and _is_ours(run.resolve(), account):
            return run.resolve()
        run.unlink()  # /tmp was emptied, somebody else has that name now, or VAR_DIR was moved.
    if is_short:
        return _ours(run, account)
    sockets = Path(tempfile.mkdtemp(prefix="betaportal-", dir="/tmp"))
    account.own(sockets)
    run.symlink_to(sockets)
    return sockets


def _ours(folder: Path, account: Account) -> Path:
    """Make `folder` for the account alone; raises `Unavailable` if it is there and belongs to another one."""
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        if not folder.is_dir():
            raise
    status = folder.lstat()
    if status.st_uid != account.uid:
        raise Unavailable(
            f"{folder} belongs to another user (id {status.st_uid}) than the one the servers would run as "
            f"({account.name}); run as that user, or set VAR_DIR elsewhere."
        )
    if status.st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def remove_outside_sockets(places: Places) -> None:
    """Leave no socket folder in /tmp; one inside `VAR_DIR` stays, and so does one where a server still listens."""
    if places.sockets.parent != places.servers:
        with suppress(OSError):
            places.sockets.rmdir()
            (places.servers / "run").unlink()


def _is_ours(folder: Path, account: Account) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == account.uid and not status.st_mode & 0o077


def free_bytes(folder: Path) -> int:
    """Return how many bytes can still be written on the disk of `folder`."""
    return shutil.disk_usage(folder).free
