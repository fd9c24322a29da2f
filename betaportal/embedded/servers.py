"""Both servers of one `VAR_DIR`: start them or find them, keep them up, stop them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from betaportal.embedded import account as accounts
from betaportal.embedded import binaries as programs
from betaportal.embedded import places as folders
from betaportal.embedded.lock import locked
from betaportal.embedded.postgres import Postgres
from betaportal.embedded.server import Server
from betaportal.embedded.valkey import Valkey

KINDS: tuple[type[Server], ...] = (Postgres, Valkey)
ALL = tuple(kind.key for kind in KINDS)


class Services:
    """The servers of one `VAR_DIR`: those this process started, and those it found running."""

    def __init__(self, var_dir: Path, *, durable: bool = True, only: Collection[str] = ALL) -> None:
        self.var_dir = var_dir
        self.durable = durable
        self.only = only
        self.servers: list[Server] = []

    def start(self) -> None:
        """Start or find every server; raises `Unavailable`, with none left running that was not running before."""
        if not self.only:
            return
        folders.make_var_dir(self.var_dir)
        try:
            with self._alone():
                self._find_or_start()
        except BaseException:
            self.stop()
            raise

    def _find_or_start(self) -> None:
        account = accounts.choose(self.var_dir / "servers")
        places = folders.prepare(self.var_dir, account)
        binaries = programs.find(account)
        for kind in KINDS:
            if kind.key in self.only:
                server = kind(places=places, account=account, binaries=binaries, durable=self.durable)
                self.servers.append(server)
                server.obtain()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other starters waiting, so that one process has both servers and not each of two one of them."""
        with folders.sentences(self.var_dir), locked(self.var_dir / "servers.lock"):
            yield

    def found(self) -> list[str]:
        """Return the names of the servers that another process runs."""
        return [server.name for server in self.servers if not server.is_ours]

    def revive(self) -> list[str]:
        """Start again what has died, and return the names; raises `Unavailable`."""
        dead = [server for server in self.servers if not server.is_alive()]
        if dead:
            with self._alone():
                for server in dead:
                    server.revive()
        return [server.name for server in dead]

    def stop(self) -> None:
        """Stop what this process started, the last one first."""
        started = [server for server in self.servers if server.is_ours]
        while self.servers:
            self.servers.pop().stop()
        if started:
            # Alone: another starter may be about to put its sockets there.
            with self._alone():
                folders.remove_outside_sockets(started[0].places)


@contextmanager
def services(var_dir: Path, *, durable: bool = True, only: Collection[str] = ALL) -> Iterator[Services]:
    """Have the servers of `var_dir` for as long as the block runs; raises `Unavailable`.

    `only` names the ones wanted ("postgres", "valkey"); `durable=False` trades the survival of a power cut for speed.
    """
    servers = Services(var_dir, durable=durable, only=only)
    servers.start()
    try:
        yield servers
    finally:
        servers.stop()


def running(var_dir: Path) -> frozenset[str]:
    """Return which servers of `var_dir` answer now: none, some or all of "postgres" and "valkey"."""
    sockets = folders.socket_dir(var_dir)
    return frozenset(kind.key for kind in KINDS if kind.answers(sockets))


def explain(var_dir: Path, *, only: Collection[str] = ALL) -> str:
    """Return one sentence naming the servers of `var_dir` that do not run, or an empty text when all do."""
    missing = set(only) - running(var_dir)
    names = [kind.name for kind in KINDS if kind.key in missing]
    if not names:
        return ""
    do, them = ("does", "it") if len(names) == 1 else ("do", "them")
    return f"{' and '.join(names)} {do} not run for VAR_DIR {var_dir}: start {them} with `make services` or `make run`."
