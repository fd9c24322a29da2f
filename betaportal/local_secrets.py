"""Secrets that a development machine makes for itself, kept under `VAR_DIR` and readable by their owner only."""

import os
import secrets
from pathlib import Path


def secret_key(var_dir: Path) -> str:
    """Return this machine's `SECRET_KEY`, made on first use; two starters at once agree on one."""
    path = var_dir / "secret_key"
    try:
        return path.read_text()
    except FileNotFoundError:
        var_dir.mkdir(parents=True, exist_ok=True)
    draft = var_dir / f"secret_key.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(secrets.token_urlsafe(50))
    try:
        os.link(draft, path)  # Fails where another starter was first: then theirs holds.
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text()
