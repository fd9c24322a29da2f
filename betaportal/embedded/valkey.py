"""Valkey: it carries hints for the workers. Its append-only file spares them a restart; losing it loses nothing."""

import signal
import socket
import time
from pathlib import Path

from betaportal.embedded.errors import Unavailable
from betaportal.embedded.server import Server


class Valkey(Server):
    """The embedded Valkey."""

    name = "Valkey"
    key = "valkey"
    stop_signals = ((signal.SIGTERM, 10),)
    dies_with = signal.SIGTERM

    @staticmethod
    def answers(sockets: Path) -> bool:
        """Say whether it answers a PING."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(2)
                client.connect(str(sockets / "valkey.sock"))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False

    def _start(self, lock: int) -> None:
        command: list[str | Path] = [self.binaries.valkey, "--port", "0"]
        command += ["--unixsocket", self.places.sockets / "valkey.sock", "--unixsocketperm", "700"]
        command += ["--dir", self.data, "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"]
        try:
            self._launch(command, lock)
        except Unavailable:
            # A file that it cannot read is worth less than a portal that runs: put it aside and begin empty.
            if not any(self.data.iterdir()):
                raise
            self.data.rename(self.data.with_name(f"valkey.unreadable-{time.time_ns()}"))
            self.data.mkdir(mode=0o700)
            self.account.own(self.data)
            self._launch(command, lock)
