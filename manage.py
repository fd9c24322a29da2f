#!/usr/bin/env python
"""Django's command line for Betaportal."""

import os
import sys
from pathlib import Path


def main() -> int:
    """Run one command; return the exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betaportal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, OperationalError, OSError) as error:
        if sentence := explained(error):
            sys.stderr.write(f"{sentence}\n")
            return 1
        raise
    return 0


def explained(error: Exception) -> str:
    """Return one sentence for a failure that has nothing to do with the command, or an empty text."""
    from betaportal import embedded

    if isinstance(error, OSError):
        return unusable_var_dir(error)
    if type(error).__name__ == "ImproperlyConfigured":
        return str(error)
    if os.environ.get("DATABASE_URL"):
        return f"The database that DATABASE_URL names does not answer: {str(error).splitlines()[0]}"
    from django.conf import settings

    return embedded.explain(settings.VAR_DIR, only=["postgres"])


def unusable_var_dir(error: OSError) -> str:
    """Return a sentence if it is `VAR_DIR` that `error` complains about: the settings keep their secret key there."""
    from betaportal.embedded import Unavailable
    from betaportal.embedded.places import make_var_dir

    var_dir = Path(os.environ.get("VAR_DIR") or Path(__file__).parent / "var").resolve()
    if not Path(error.filename or "").is_relative_to(var_dir):
        return ""
    try:
        make_var_dir(var_dir)
    except Unavailable as unavailable:
        return str(unavailable)
    return ""


if __name__ == "__main__":
    sys.exit(main())
