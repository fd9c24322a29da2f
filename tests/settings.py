"""Settings of a test run: the portal's own, on servers, a database and a folder of this run alone."""

import os

from tests.servers import provide

provide()

from betaportal.settings import *  # noqa: E402, F403
from betaportal.settings import CELERY_BROKER_URL, DATABASES  # noqa: E402

# Two runs at once must not meet (STACK, trap 17): every pytest process has a database of its own in either server.
DATABASES["default"]["TEST"] = {"NAME": f"test_betaportal_{os.getpid()}"}
CELERY_BROKER_URL = f"{CELERY_BROKER_URL}?virtual_host={int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:]) + 1}"

# Passwords are hashed for nobody here; the real hasher takes a quarter of a second each.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
