"""Settings of a test run: the portal's own, on a database and a folder of this run alone."""

import os

from betaportal.settings import *  # noqa: F403
from betaportal.settings import DATABASES

# Two runs at once must not meet (STACK, trap 17): every pytest process has a database of its own.
DATABASES["default"]["TEST"] = {"NAME": f"test_betaportal_{os.getpid()}"}

# Passwords are hashed for nobody here; the real hasher takes a quarter of a second each.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
