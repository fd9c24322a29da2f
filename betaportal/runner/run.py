"""What `make run` and `make services` do, in order."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from betaportal.embedded import Services, database_url, redis_url, services
from betaportal.embedded.process import die_with_parent
from betaportal.local_port import note_port
from betaportal.runner.children import Child, Children, say
from betaportal.runner.errors import CannotRun

BASE_DIR = Path(__file__).resolve().parent.parent.parent
FIRST_PAGE_SECONDS = 60
# What granian holds reasonable for one worker.
THREADS = str(min(16, 2 * (os.cpu_count() or 1) + 1))


@dataclass(frozen=True)
class Place:
    """Where this portal lives and listens, from the environment."""

    var_dir: Path
    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Place":
        """Read VAR_DIR, HOST and PORT; raises `CannotRun`."""
        given = os.environ.get("PORT") or "8000"
        if not given.isdecimal() or not 0 < int(given) < 65536:
            raise CannotRun(f"PORT {given!r} is no port: give a number from 1 to 65535.")
        var_dir = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var").resolve()
        return cls(var_dir=var_dir, host=os.environ.get("HOST") or "127.0.0.1", port=int(given))

    @property
    def url(self) -> str:
        """The address that a person opens."""
        return os.environ.get("PUBLIC_URL") or f"http://localhost:{self.port}"


def run() -> None:
    """Run the whole portal until a signal comes; raises `CannotRun`, `Unavailable`, `Stopped`."""
    place = Place.from_environment()
    _check_port(place)
    os.environ["VAR_DIR"] = str(place.var_dir)
    os.environ["PORT"] = str(place.port)
    os.chdir(BASE_DIR)
    with services(place.var_dir, only=_embedded()) as servers:
        note_port(place.var_dir, place.port)
        prepared = _prepare()
        os.environ.pop("ADMIN_PASSWORD", None)  # It did its work; no child needs to know it.
        children = Children()
        try:
            # The page that somebody waits for first; the others would only take its processors away.
            children.add(_web(place))
            _await_first_page(place, children)
            children.add(*_workers(place))
            say(_banner(place, prepared))
            _attend(servers, children)
        finally:
            children.stop()


def run_services() -> None:
    """Run the embedded servers alone until a signal comes; raises `CannotRun`, `Unavailable`, `Stopped`."""
    var_dir = Place.from_environment().var_dir
    wanted = _embedded()
    if not wanted:
        raise CannotRun("DATABASE_URL and REDIS_URL name servers already; there are none to start here.")
    with services(var_dir, only=wanted) as servers:
        say(f"The servers of VAR_DIR {var_dir} are up. Ctrl-C stops them.")
        addresses = {"postgres": f"DATABASE_URL={database_url(var_dir)}", "valkey": f"REDIS_URL={redis_url(var_dir)}"}
        for server in wanted:
            say(f"  {addresses[server]}")
        _tell_found(servers)
        while True:
            time.sleep(1)
            _revive(servers)


def _embedded() -> list[str]:
    """Return which servers the environment leaves to us."""
    variables = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    return [server for server, variable in variables.items() if not os.environ.get(variable)]


def _check_port(place: Place) -> None:
    with socket.socket(socket.AF_INET6 if ":" in place.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((place.host, place.port))
        except OSError as error:
            raise CannotRun(
                f"Port {place.port} cannot be used ({error.strerror}): stop the program that has it, "
                "or choose another one, as in `PORT=8001 make run`."
            ) from error


def _prepare() -> dict[str, Any]:
    """Migrate, collect static files, make the first admin and the demo; return what the banner tells.

    All in one process of its own: starting Django costs a second, and this process stays small.
    """
    parent = os.getpid()
    done = subprocess.run(
        [sys.executable, "manage.py", "prepare"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=False,
        preexec_fn=lambda: die_with_parent(parent, signal.SIGTERM),
    )
    if done.returncode != 0:
        raise CannotRun("The database could not be made ready; the reason is above.")
    prepared: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return prepared


def _web(place: Place) -> Child:
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"]
    listening = ["--host", place.host, "--port", str(place.port), "--workers", "2", "--blocking-threads", THREADS]
    # Without a respawn of its own: a failed worker ends granian and the runner starts it again, but not for ever.
    return Child(
        "web",
        [*granian, *listening, "--workers-kill-timeout", "5", "betaportal.wsgi:application"],
        {"DATABASE_POOL": "1"},
    )


def _workers(place: Place) -> list[Child]:
    beat = place.var_dir / "beat"
    beat.mkdir(exist_ok=True)
    # As root Celery warns at each start; make run is for development, and the warning hides what matters.
    celery = [sys.executable, "-W", "ignore:You're running the worker", "-m", "celery", "--quiet", "-A", "betaportal"]
    return [
        Child("worker", [*celery, "worker", "--concurrency", "2", "--without-mingle"]),
        Child("beat", [*celery, "beat", "--schedule", str(beat / "schedule"), "--pidfile="]),
    ]


def _await_first_page(place: Place, children: Children) -> None:
    url = f"http://{f'[{place.host}]' if ':' in place.host else place.host}:{place.port}/healthz"
    deadline = time.monotonic() + FIRST_PAGE_SECONDS
    while not _answers(url):
        children.attend(0.1)
        if time.monotonic() > deadline:
            raise CannotRun(f"The web server did not answer at {url} within {FIRST_PAGE_SECONDS} seconds.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True  # It speaks; what it says is /readyz's matter.
    except OSError:
        return False


def _banner(place: Place, prepared: dict[str, Any]) -> str:
    if prepared["password"]:
        sign_in = f"{prepared['admin']}  with the password  {prepared['password']}  (shown this once)"
    else:
        sign_in = f"{prepared['admin']}  (a new password: `ADMIN_PASSWORD=... make run`)"
    return "\n".join(
        [
            "",
            "Betaportal is running.",
            "",
            f"  Open     {place.url}/admin/",
            f"  Sign in  {sign_in}",
            f"  Mail     {place.var_dir / 'mail'}/  (every message sent, one .eml file each)",
            "  Stop     Ctrl-C",
            "",
        ]
    )


def _attend(servers: Services, children: Children) -> None:
    _tell_found(servers)
    while True:
        children.attend(1)
        _revive(servers)


def _revive(servers: Services) -> None:
    for name in servers.revive():
        say(f"{name} had died and was started again.")


def _tell_found(servers: Services) -> None:
    if found := servers.found():
        say(f"{' and '.join(found)} ran already and will go on running when this stops.")
