"""A Valkey that belongs to one test."""

import os
import shutil
import signal
from pathlib import Path

from betaportal import embedded
from betaportal.celery import app
from tests.processes import until


class Broker:
    """An embedded Valkey under `var_dir` that may be killed and emptied."""

    def __init__(self, var_dir: Path) -> None:
        self._services = embedded.Services(var_dir, only=["valkey"])
        self._services.start()
        self._data = var_dir / "servers" / "valkey"
        self.url = f"{embedded.redis_url(var_dir)}?virtual_host=0"

    def send(self, task: str, *arguments: object) -> None:
        """Put a task into its queue."""
        with app.connection_for_write(url=self.url) as connection:
            app.send_task(task, arguments, connection=connection)

    def waiting(self) -> int:
        """Return how many tasks no worker has taken yet."""
        with app.connection_for_write(url=self.url) as connection:
            return connection.default_channel.client.llen(app.conf.task_default_queue)

    def lose_everything(self) -> None:
        """Kill the server, throw its data away and start an empty one at the same address."""
        (server,) = self._services.servers
        os.kill(server.pid, signal.SIGKILL)
        until(lambda: not server.is_alive(), "the end of Valkey")
        for left in self._data.iterdir():
            shutil.rmtree(left)
        assert self._services.revive() == ["Valkey"]

    def stop(self) -> None:
        self._services.stop()
