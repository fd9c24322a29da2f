"""The PostgreSQL and the Valkey of one test run: those that the environment names, else embedded ones of its own."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from betaportal import embedded

# Set by the first process of a run and inherited by the others.
OWN_FOLDER = "BETAPORTAL_TEST_RUN"


def provide() -> None:
    """Put `VAR_DIR`, `DATABASE_URL` and `REDIS_URL` of this run into the environment, starting servers that miss.

    The first process of a run does; xdist's workers and the processes that tests start inherit its environment. The
    folder is always a new one, so that no test ever meets a developer's data; it ends with that process.
    """
    if OWN_FOLDER in os.environ:
        return
    var_dir = Path(tempfile.mkdtemp(prefix="betaportal-tests-"))
    var_dir.chmod(0o755)  # Root's PostgreSQL runs as another user, who must get to its folder inside.
    atexit.register(shutil.rmtree, var_dir, ignore_errors=True)
    os.environ["VAR_DIR"] = os.environ[OWN_FOLDER] = str(var_dir)

    variables = {"postgres": "DATABASE_URL", "valkey": "REDIS_URL"}
    missing = [server for server, variable in variables.items() if not os.environ.get(variable)]
    services = embedded.Services(var_dir, durable=False, only=missing)
    atexit.register(services.stop)
    services.start()
    addresses = {"postgres": embedded.database_url(var_dir), "valkey": embedded.redis_url(var_dir)}
    for server in missing:
        os.environ[variables[server]] = addresses[server]
