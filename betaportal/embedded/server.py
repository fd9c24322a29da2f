"""What PostgreSQL and Valkey have in common: one lock, one process, one log."""

import os
import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from subprocess import Popen
from typing import ClassVar

from betaportal.embedded.account import Account
from betaportal.embedded.binaries import Binaries
from betaportal.embedded.errors import Unavailable
from betaportal.embedded.lock import try_lock
from betaportal.embedded.places import Places
from betaportal.embedded.process import LogTail, spawn, stop

# Recovery after a kill replays the log first; a busy disk may take its time.
START_SECONDS = 120
POLL_SECONDS = 0.02


class Server(ABC):
    """One server of one `VAR_DIR`, run by this process or found."""

    name: ClassVar[str]
    key: ClassVar[str]
    stop_signals: ClassVar[Sequence[tuple[int, float]]]
    dies_with: ClassVar[int] = signal.SIGINT

    def __init__(self, *, places: Places, account: Account, binaries: Binaries, durable: bool) -> None:
        self.places = places
        self.account = account
        self.binaries = binaries
        self.durable = durable
        self.data = places.servers / self.key
        self.log = places.logs / f"{self.key}.log"
        self._process: Popen[bytes] | None = None

    @staticmethod
    @abstractmethod
    def answers(sockets: Path) -> bool:
        """Say whether a server that listens in the folder `sockets` is ready for work."""

    @abstractmethod
    def _start(self, lock: int) -> None:
        """Start the server, which inherits `lock`, and wait until it is ready; raises `Unavailable`."""

    @property
    def is_ours(self) -> bool:
        """Whether this process started it (and so has to stop it)."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        """The process id, if it was started here."""
        return self._process.pid if self._process else None

    def obtain(self) -> None:
        """Start the server, or find the one that another process started; raises `Unavailable`.

        Who gets the lock may start: the kernel then vouches that no other server process is left on this data.
        """
        deadline = time.monotonic() + START_SECONDS
        while True:
            lock = try_lock(self.places.servers / f"{self.key}.lock")
            if lock is not None:
                try:
                    self._start(lock)
                finally:
                    os.close(lock)  # From here on the server alone holds it.
                return
            if self.answers(self.places.sockets):
                return
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Another process holds {self.name} of {self.places.servers} but it has not answered for "
                    f"{START_SECONDS} seconds; end that process and try again (its log: {self.log})."
                )
            time.sleep(POLL_SECONDS)

    def is_alive(self) -> bool:
        """Say whether the server still runs."""
        if self._process is not None:
            return self._process.poll() is None
        return self.answers(self.places.sockets)

    def revive(self) -> None:
        """Start again, or find again, a server that has gone; raises `Unavailable`."""
        self._process = None
        self.obtain()

    def stop(self) -> None:
        """Stop the server if it was started here, and wait for its end."""
        if self._process is not None:
            stop(self._process, self.stop_signals)
            self._process = None

    def _launch(self, command: Sequence[str | Path], lock: int) -> None:
        """Start `command` and wait until it answers; raises `Unavailable` with what it said if it ends instead."""
        said = LogTail(self.log)
        self._process = spawn(command, account=self.account, log=self.log, lock=lock, die_with=self.dies_with)
        deadline = time.monotonic() + START_SECONDS
        try:
            while not self._is_ready():
                if self._process.poll() is not None:
                    raise Unavailable(f"{self.name} did not start: {said.reason()} (its log: {self.log})")
                if time.monotonic() > deadline:
                    raise Unavailable(f"{self.name} was not ready after {START_SECONDS} seconds (its log: {self.log}).")
                time.sleep(POLL_SECONDS)
        except BaseException:
            self.stop()
            raise

    def _is_ready(self) -> bool:
        return self.answers(self.places.sockets)
