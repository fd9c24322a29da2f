"""Real processes for tests: started, listened to, killed; none outlives its test."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil

from betaportal.embedded.process import die_with_parent

ROOT = Path(__file__).resolve().parent.parent
POLL_SECONDS = 0.05
T = TypeVar("T")


def until(condition: Callable[[], T], what: str, *, seconds: float = 30) -> T:
    """Return what `condition` returns as soon as it is true; fails the test when it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not (outcome := condition()):
        assert time.monotonic() < deadline, f"Not within {seconds} s: {what}"
        time.sleep(POLL_SECONDS)
    return outcome


def answers(url: str) -> bool:
    """Say whether `url` is answered with success."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """A process that was started by a test, in a session of its own."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    @property
    def pid(self) -> int:
        return self.process.pid

    def said(self) -> str:
        """Return everything that it wrote so far."""
        return self.log.read_text(errors="replace")

    def until_said(self, text: str, *, seconds: float = 60) -> None:
        """Wait until it wrote `text`; fails the test with what it wrote instead."""
        deadline = time.monotonic() + seconds
        while text not in self.said():
            assert self.process.poll() is None, f"It ended (exit {self.process.returncode}): {self.said()[-3000:]}"
            assert time.monotonic() < deadline, f"{text!r} was not said within {seconds} s: {self.said()[-3000:]}"
            time.sleep(POLL_SECONDS)

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def family(self) -> list[psutil.Process]:
        """Return the process and all that descend from it."""
        parent = psutil.Process(self.pid)
        return [parent, *parent.children(recursive=True)]

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill it and all that descends from it at once, as a power cut would, and see them gone."""
        family = [] if self.process.poll() is not None else self.family()
        kill_all(family)
        self.process.wait()
        until(lambda: gone(family), "the end of a killed process")

    def wait(self, *, seconds: float = 60) -> int:
        """Return its exit code once it has ended."""
        return self.process.wait(seconds)


@contextmanager
def started(
    command: Sequence[str], *, log: Path, environment: Mapping[str, str | None] | None = None
) -> Iterator[Running]:
    """Run `command` in the checkout's folder for as long as the block runs.

    `environment` is laid over this process's as `overlaid` does. Output goes to `log`.
    """
    parent = os.getpid()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=overlaid(environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _as_from_a_terminal(parent),  # noqa: PLW1509 - it makes system calls alone
        )
    running = Running(process, log)
    try:
        yield running
    finally:
        running.kill()


def _as_from_a_terminal(parent: int) -> None:
    """End with the tests, and hear a hang-up even where the tests run under nohup, whose children would not."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    die_with_parent(parent, signal.SIGKILL)


def overlaid(environment: Mapping[str, str | None]) -> dict[str, str]:
    """Return this process's environment with `environment` laid over it; a None takes a variable away."""
    merged = {**os.environ, **environment}
    return {name: value for name, value in merged.items() if value is not None}


def python(*arguments: str) -> list[str]:
    """Return the command that runs this environment's Python."""
    return [sys.executable, *arguments]


def kill_all(processes: Iterable[psutil.Process]) -> None:
    """Kill every one of `processes` that still lives."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def gone(processes: Sequence[psutil.Process]) -> bool:
    """Say whether every one of `processes` has ended; a zombie has."""
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in processes)
