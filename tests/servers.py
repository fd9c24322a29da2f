"""The PostgreSQL and the Valkey of one test run: those that the environment names, else embedded ones of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from betaportal import embedded


def provide() -> None:
    """Put `VAR_DIR`, `DATABASE_URL` and `REDIS_URL` into the environment, starting servers for those that miss.

    The first process of a run starts them; xdist's workers inherit its environment, so they start none. They end with
    that process, and their folder with them.
    """
    if "VAR_DIR" not in os.environ:
        var_dir = Path(tempfile.mkdtemp(prefix="betaportal-tests-"))
        var_dir.chmod(0o755)  # Root's PostgreSQL runs as another user, who must get to its folder inside.
        os.environ["VAR_DIR"] = str(var_dir)
        atexit.register(shutil.rmtree, var_dir, ignore_errors=True)
    var_dir = Path(os.environ["VAR_DIR"])
    variables = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    missing = [server for server, variable in variables.items() if not os.environ.get(variable)]
    if not missing:
        return
    services = embedded.Services(var_dir, durable=False, only=missing)
    atexit.register(services.stop)
    services.start()
    addresses = {"postgres": embedded.database_url(var_dir), "valkey": embedded.redis_url(var_dir)}
    for server in missing:
        os.environ[variables[server]] = addresses[server]
