"""Settings of a test run: the portal's own, on servers, a database and a folder of this run alone."""

import os
from pathlib import Path

from tests.servers import provide

provide()

from betaportal.settings import *  # noqa: E402, F403
from betaportal.settings import CELERY_BROKER_URL, DATABASES, MAIL_DIR, VAR_DIR  # noqa: E402

# Two runs at once must not meet (STACK, trap 17): every pytest process has a database of its own in either server.
DATABASES["default"]["TEST"] = {"NAME": f"test_betaportal_{os.getpid()}"}
if CELERY_BROKER_URL.startswith("redis+socket://") and "?" not in CELERY_BROKER_URL:
    CELERY_BROKER_URL += f"?virtual_host={int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0')[2:]) + 1}"

# The processes that fixtures start read these settings too.
MAIL_DIR = Path(os.environ.get("TEST_MAIL_DIR", MAIL_DIR))

# Passwords are hashed for nobody here; the real hasher takes a quarter of a second each.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Static files come from where they are written: nothing has to be collected first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
