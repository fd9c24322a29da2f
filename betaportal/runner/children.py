"""The long-running children: started in sessions of their own, read line by line, started again when they die."""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import IO

from betaportal.embedded.process import die_with_parent
from betaportal.runner.errors import CannotRun

STOP_SECONDS = 10
# A child that stays up this long is well again; one that dies this often before it never will be.
WELL_SECONDS = 60
TRIES = 3
NAME_WIDTH = 6


def say(text: str) -> None:
    """Print `text` at once. When nobody reads any more, as in `make run | head`, everything is stopped."""
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        signal.raise_signal(signal.SIGTERM)  # Ignored when the stop is on its way already.


@dataclass
class Child:
    """One command of the portal, and how it fared."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    failures: int = 0
    start_at: float = 0.0


@dataclass
class Running:
    """A child that was started, until it is buried."""

    child: Child
    process: subprocess.Popen[bytes]
    output: IO[bytes]
    started_at: float
    unfinished: bytes = b""


class Children:
    """Runs the children of one `make run`."""

    def __init__(self) -> None:
        self._waiting: list[Child] = []
        self._running: list[Running] = []
        self._selector = selectors.DefaultSelector()

    def add(self, *children: Child) -> None:
        """Have `children` started by the next `attend`."""
        self._waiting += children

    def attend(self, seconds: float) -> None:
        """Start who is to be started, pass on what they say for `seconds` at most, and bury who died.

        Raises `CannotRun` when one dies again and again.
        """
        for child in [child for child in self._waiting if time.monotonic() >= child.start_at]:
            self._waiting.remove(child)
            self._start(child)
        self._listen(seconds)
        for running in [running for running in self._running if running.process.poll() is not None]:
            self._bury(running)

    def stop(self) -> None:
        """Ask every child to end, wait, and kill what is left, grandchildren included."""
        for running in self._running:
            running.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and any(running.process.poll() is None for running in self._running):
            self._listen(0.05)
        for running in list(self._running):
            self._clear(running)

    def _start(self, child: Child) -> None:
        parent = os.getpid()
        # A pipe of our own, since both ends are then never None.
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as stdout:
            process = subprocess.Popen(  # noqa: S603 - our own commands
                child.command,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **child.environment},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(parent, signal.SIGTERM),  # noqa: PLW1509 - one thread here
            )
        os.set_blocking(reading, False)
        output = os.fdopen(reading, "rb", buffering=0)
        running = Running(child=child, process=process, output=output, started_at=time.monotonic())
        self._running.append(running)
        self._selector.register(output, selectors.EVENT_READ, running)

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if not self._read(key.data):
                self._selector.unregister(key.fileobj)

    def _read(self, running: Running) -> bool:
        """Pass on the lines that are there; say whether more may come."""
        chunk = running.output.read(65536)
        *lines, running.unfinished = (running.unfinished + (chunk or b"")).split(b"\n")
        for line in lines:
            self._pass_on(running.child, line.decode(errors="replace"))
        return chunk != b""

    def _bury(self, running: Running) -> None:
        """Note how a child died and when it starts again."""
        child, code = running.child, running.process.returncode
        self._clear(running)
        how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
        was_well = time.monotonic() - running.started_at > WELL_SECONDS
        child.failures = 1 if was_well else child.failures + 1
        if child.failures >= TRIES:
            raise CannotRun(f"{child.name} {how}, {TRIES} times in a row: all is stopped. Its last lines are above.")
        wait = child.failures - 1
        child.start_at = time.monotonic() + wait
        self._waiting.append(child)
        self._pass_on(child, f"{child.name} {how}; it is started again{f' in {wait} s' if wait else ''}.")

    def _clear(self, running: Running) -> None:
        """Kill what is left of the child's session, and take in its last words."""
        with suppress(ProcessLookupError, PermissionError):  # macOS says the second of a group of zombies.
            os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait()
        with suppress(KeyError):
            self._selector.unregister(running.output)
        self._read(running)
        if running.unfinished:
            self._pass_on(running.child, running.unfinished.decode(errors="replace"))
        running.output.close()
        self._running.remove(running)

    def _pass_on(self, child: Child, line: str) -> None:
        say(f"{child.name:<{NAME_WIDTH}} | {line}")


def open_standard_streams() -> None:
    """Give a process started with closed standard streams empty ones, so that no file takes their numbers."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115, PTH123
    sys.stderr = sys.stderr or sys.stdout
