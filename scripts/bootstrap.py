"""Makes `.venv/` hold what a lock file says; the Makefile runs it with whatever `python3` there is.

    python3 scripts/bootstrap.py run    # requirements.txt
    python3 scripts/bootstrap.py dev    # requirements-dev.txt, which contains the other one

Standard library alone, and nothing that an old Python cannot even read: it has to say that it is too old.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

FLOOR = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")
ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
LOCKS = {"run": ["requirements.txt"], "dev": ["requirements-dev.txt", "requirements.txt"]}


def main(kind: str) -> int:
    """Install what `kind` needs, unless it is there; return the exit code."""
    if sys.version_info < FLOOR:
        newer = next((name for name in NEWER if shutil.which(name)), "")
        if newer:
            os.execvp(newer, [newer, *sys.argv])
        return complain(
            f"Betaportal needs Python 3.11 or newer and {sys.executable} is {sys.version.split()[0]}: install a newer "
            "one, or name it, as in `make run PYTHON=/opt/python3.11/bin/python3`."
        )
    with Path(__file__).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # Two `make run` in a fresh clone: the second waits for the first.
        if starts() and any(noted(held) == digest(held) for held in (kind, "dev")):
            return 0
        return make_venv() or install(kind)


def starts() -> bool:
    """Say whether the environment's Python runs: not so in a checkout that was moved, or after an upgrade."""
    return Path(PYTHON).exists() and subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL) == 0


def make_venv() -> int:
    """Make the environment, anew if the one that is there does not start; return the exit code."""
    if starts():
        return 0
    tell("Making the environment .venv/ ...")
    shutil.rmtree(VENV, ignore_errors=True)
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)]) != 0:
        return complain(
            "The environment .venv/ could not be made; the reason is above. On Debian and Ubuntu `python3` lacks its "
            "venv module until `apt-get install python3-venv`."
        )
    return 0


def install(kind: str) -> int:
    """Install the lock file, each package checked against its hash; return the exit code."""
    lock = LOCKS[kind][0]
    tell(f"Installing {lock} into .venv/, which takes a minute or two the first time ...")
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    if subprocess.call([*command, "--require-hashes", "-r", str(ROOT / lock)]) != 0:
        return complain(f"{lock} could not be installed; the reason is above. Can this machine reach a package index?")
    stamp(kind).write_text(digest(kind))
    return 0


def stamp(kind: str) -> Path:
    """Return the file that notes which lock file was installed."""
    return VENV / f".installed-{kind}"


def noted(kind: str) -> str:
    """Return what the stamp says, or an empty text."""
    return stamp(kind).read_text() if stamp(kind).exists() else ""


def digest(kind: str) -> str:
    """Return a text that changes with the lock files of `kind`."""
    return hashlib.sha256(b"".join((ROOT / lock).read_bytes() for lock in LOCKS[kind])).hexdigest()


def tell(text: str) -> None:
    """Say something to the person who waits."""
    print(text, flush=True)


def complain(sentence: str) -> int:
    """Tell a person what is wrong; return the exit code."""
    sys.stderr.write(sentence + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
