#!/usr/bin/env python
"""Django's command line for Betaportal."""

import os
import sys


def main() -> int:
    """Run one command; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betaportal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError, PermissionError) as error:
        if sentence := explained(error):
            sys.stderr.write(f"{sentence}\n")
            return 1
        raise
    return 0


def explained(error: Exception) -> str:
    """Return one sentence for a failure that has nothing to do with the command, or an empty text."""
    from betaportal import embedded

    if isinstance(error, PermissionError):
        return f"{error.filename} may not be written by this user: set VAR_DIR to a folder that may."
    if type(error).__name__ == "ImproperlyConfigured":
        return str(error)
    if os.environ.get("DATABASE_URL"):
        return f"The database that DATABASE_URL names does not answer: {str(error).splitlines()[0]}"
    from django.conf import settings

    return embedded.explain(settings.VAR_DIR, only=["postgres"])


if __name__ == "__main__":
    sys.exit(main())
