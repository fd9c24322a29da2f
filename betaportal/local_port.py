"""The port on which `make run` listens, or last listened, in a `VAR_DIR`."""

from pathlib import Path

DEFAULT = 8000


def note_port(var_dir: Path, port: int) -> None:
    """Keep the port for the commands that run beside the portal."""
    (var_dir / "port").write_text(f"{port}\n", encoding="ascii")


def noted_port(var_dir: Path) -> int:
    """Return the port that was noted, else 8000."""
    try:
        return int((var_dir / "port").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return DEFAULT
