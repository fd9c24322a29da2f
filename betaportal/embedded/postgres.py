"""PostgreSQL: a cluster made by the wheel's initdb, served on a unix socket."""

import shutil
import signal
import subprocess
from pathlib import Path

import psycopg

from betaportal.embedded.addresses import DATABASE, ROLE
from betaportal.embedded.errors import Unavailable
from betaportal.embedded.places import free_bytes
from betaportal.embedded.process import LogTail, spawn
from betaportal.embedded.server import Server

NEEDED_BYTES = 200 * 1024 * 1024
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "log_checkpoints": "off",
}
# For tests: a crash of the machine may cost the data, a crash of the server does not.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """The embedded PostgreSQL."""

    name = "PostgreSQL"
    key = "postgres"
    # SIGINT is its fast shutdown (ends sessions, keeps all); SIGQUIT the immediate one (recovers at the next start).
    stop_signals = ((signal.SIGINT, 30), (signal.SIGQUIT, 5))

    @staticmethod
    def answers(sockets: Path) -> bool:
        """Say whether the portal's database can be opened."""
        return _opens(sockets, DATABASE)

    def _start(self, lock: int) -> None:
        self._check_data()
        if not (self.data / "PG_VERSION").exists():
            self._create(lock)
        self._forget_the_dead()
        settings = SETTINGS | {"unix_socket_directories": f'"{self.places.sockets}"'}
        if not self.durable:
            settings |= CARELESS
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._launch([self.binaries.postgres, "-D", self.data, *options], lock)
        try:
            self._make_database()
        except BaseException:
            self.stop()
            raise

    def _is_ready(self) -> bool:
        return _opens(self.places.sockets, "postgres")

    def _check_data(self) -> None:
        """Refuse data that is not ours to serve."""
        try:
            made_by = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            if any(self.data.iterdir()):
                raise Unavailable(
                    f"{self.data} holds files but no PostgreSQL database; move them away or set VAR_DIR elsewhere."
                ) from None
            return
        ours = self._major_version()
        if made_by != ours:
            raise Unavailable(
                f"The data in {self.data} was made by PostgreSQL {made_by} and this release brings {ours}: "
                f"dump it with the old release and load it into a new VAR_DIR, or move the folder away to start empty."
            )

    def _major_version(self) -> str:
        said = subprocess.run(  # noqa: S603 - our own program
            [str(self.binaries.postgres), "--version"], capture_output=True, text=True, check=True
        ).stdout
        return said.split()[-1].split(".")[0]

    def _create(self, lock: int) -> None:
        """Make the cluster beside its place and move it there when it is whole."""
        if free_bytes(self.places.servers) < NEEDED_BYTES:
            raise Unavailable(
                f"The disk of {self.places.servers} is full: a new database needs {NEEDED_BYTES // 1024**2} MB; "
                "free some space or set VAR_DIR elsewhere."
            )
        draft = self.data.with_suffix(".new")
        if draft.exists():
            shutil.rmtree(draft)  # An earlier starter was killed in the middle.
        command = [
            *(self.binaries.initdb, "-D", draft, "-U", ROLE, "--encoding=UTF8", "--no-instructions"),
            # The built-in locale sorts alike on every machine and in every version.
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            # The socket's folder says who may come in.
            *("--auth-local=trust", "--auth-host=reject"),
            *(() if self.durable else ("--no-sync",)),
        ]
        said = LogTail(self.log)
        if spawn(command, account=self.account, log=self.log, lock=lock).wait() != 0:
            raise Unavailable(f"A new database could not be made: {said.reason()} (the log: {self.log})")
        draft.rename(self.data)

    def _forget_the_dead(self) -> None:
        """Remove what a killed server left: PostgreSQL would believe a pid file whose number is in use again.

        We have the lock, so the only server that can still live here is one that was not started by this code.
        """
        pid_file = self.data / "postmaster.pid"
        try:
            pid = pid_file.read_text().split("\n", 1)[0].strip()
        except FileNotFoundError:
            return
        try:
            lives_here = Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:
            lives_here = False
        if lives_here:
            raise Unavailable(f"Another PostgreSQL (process {pid}) serves {self.data}; stop it first.")
        for left in (pid_file, *self.places.sockets.glob(".s.PGSQL.5432*")):
            left.unlink(missing_ok=True)

    def _make_database(self) -> None:
        with psycopg.connect(_address(self.places.sockets, "postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE}")


def _address(sockets: Path, database: str) -> str:
    return psycopg.conninfo.make_conninfo(host=str(sockets), user=ROLE, dbname=database, connect_timeout=5)


def _opens(sockets: Path, database: str) -> bool:
    try:
        with psycopg.connect(_address(sockets, database)):
            return True
    except psycopg.OperationalError:
        return False
