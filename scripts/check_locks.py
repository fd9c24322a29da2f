"""Says whether the lock files still answer the .in files, without asking a package index.

Every requirement of an .in file must be pinned to a version that it admits, every pin must carry a hash, and the
development lock must contain the other one unchanged. `make lock` writes both anew.
"""

import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Print what is out of step; return the exit code."""
    run, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    problems = [
        *unmet("requirements.in", run),
        *unmet("requirements-dev.in", dev),
        *(
            f"requirements-dev.txt has {name} {dev.get(name)}, requirements.txt {pin}"
            for name, pin in run.items()
            if dev.get(name) != pin
        ),
    ]
    for problem in problems:
        print(f"{problem}: run `make lock`.")
    return 1 if problems else 0


def wanted(path: str) -> list[Requirement]:
    """Return the requirements that an .in file states itself."""
    lines = [line.split("#")[0].strip() for line in (ROOT / path).read_text().splitlines()]
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def pins(path: str) -> dict[str, str]:
    """Return name -> version of a lock file; a pin without a hash is left out, so that it counts as missing."""
    entries = (ROOT / path).read_text().replace("\\\n", " ").splitlines()
    pinned = [entry.split() for entry in entries if "==" in entry and "--hash=" in entry]
    return dict(pair(words[0]) for words in pinned)


def pair(pin: str) -> tuple[str, str]:
    """Split `name[extra]==version`."""
    name, version = pin.split("==")
    return canonicalize_name(name.split("[")[0]), version


def unmet(path: str, pinned: dict[str, str]) -> list[str]:
    """Return a line for each requirement of `path` that no pin answers."""
    return [
        f"{path} asks for {requirement} and the lock has {pinned.get(canonicalize_name(requirement.name), 'none')}"
        for requirement in wanted(path)
        if not requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "0"), prereleases=True)
        or canonicalize_name(requirement.name) not in pinned
    ]


if __name__ == "__main__":
    sys.exit(main())
