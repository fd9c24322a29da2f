"""Starting and stopping one server process."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from betaportal.embedded.account import Account

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec only what is already there may be used.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(parent: int, with_signal: int) -> None:
    """Have the kernel send this process `with_signal` when `parent` ends, however it ends (Linux only)."""
    if _libc is None:
        return
    _libc.prctl(PR_SET_PDEATHSIG, with_signal, 0, 0, 0)
    if os.getppid() != parent:  # It ended before we asked.
        os._exit(1)


def spawn(
    command: Sequence[str | Path], *, account: Account, log: Path, lock: int, die_with: int = signal.SIGINT
) -> subprocess.Popen[bytes]:
    """Start a server of `account`, writing to `log` and holding the descriptor `lock`.

    It gets a session of its own, so that a Ctrl-C reaches the starter alone, who then stops things in their order.
    """
    parent = os.getpid()
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - our own programs
            [str(part) for part in command],
            cwd="/",
            # Nothing of the starter's environment: a PGOPTIONS or PGDATA there is meant for somebody else.
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(lock,),
            umask=0o077,
            preexec_fn=lambda: die_with_parent(parent, die_with),  # noqa: PLW1509 - the starter has one thread
            **account.popen_options(),
        )


def stop(process: subprocess.Popen[bytes], signals: Sequence[tuple[int, float]]) -> None:
    """Send each (signal, seconds to wait) in turn until `process` has ended, then kill what is left of its group."""
    for number, seconds in signals:
        if process.poll() is not None:
            return
        process.send_signal(number)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            continue
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class LogTail:
    """What a server writes to `log` from now on."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._start = log.stat().st_size if log.exists() else 0

    def reason(self) -> str:
        """Return the first line that tells of a failure, else the last line, else a sentence that there is none."""
        with self._log.open("rb") as file:
            file.seek(self._start)
            lines = [line.strip() for line in file.read().decode(errors="replace").splitlines() if line.strip()]
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
        return (fatal or lines[-1:] or ["it said nothing"])[0]
