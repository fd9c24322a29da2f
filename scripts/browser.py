"""Finds a Chromium for the browser tests, or gets one, and prints its path.

In this order: `BROWSER_PATH`; one that Playwright downloaded or the system has; Playwright's download; the system's
package manager. Exit 1 and one sentence when there is none: the browser tests then fail.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_SECONDS = 300
# What brings Chromium and at least one font, for whoever may install packages.
PACKAGE_MANAGERS: dict[str, Sequence[Sequence[str]]] = {
    "apt-get": (["update"], ["install", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"]),
    "dnf": (["install", "-y", "chromium", "dejavu-sans-fonts"],),
    "apk": (["add", "chromium", "font-dejavu"],),
}


def main() -> int:
    """Print the path of a Chromium; return the exit code."""
    path = installed() or (download() and installed()) or (install() and installed())
    if not path:
        sys.stderr.write(
            "No Chromium for the browser tests: neither Playwright's download nor the package manager gave one. "
            "Install Chromium and set BROWSER_PATH to it.\n"
        )
        return 1
    print(path)
    return 0


def installed() -> str:
    """Return the path of a Chromium that is here, or an empty text."""
    with sync_playwright() as playwright:
        downloaded = playwright.chromium.executable_path
    candidates = [os.environ.get("BROWSER_PATH", ""), downloaded, *(shutil.which(name) or "" for name in NAMES)]
    return next((path for path in candidates if path and starts(path)), "")


def starts(path: str) -> bool:
    """Say whether the browser at `path` can be run: a download without its system libraries cannot."""
    return Path(path).exists() and call([path, "--version"], seconds=60)


def download() -> bool:
    """Get Playwright's own Chromium; say whether that worked."""
    tell("Downloading Chromium for the browser tests ...")
    return call([sys.executable, "-m", "playwright", "install", "chromium"], seconds=DOWNLOAD_SECONDS)


def install() -> bool:
    """Get Chromium from the system's package manager, as root or with sudo; say whether it worked."""
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for manager, steps in PACKAGE_MANAGERS.items():
        if shutil.which(manager):
            tell(f"Playwright's download cannot be had; installing Chromium with {manager} ...")
            return all(call([*prefix, manager, *step], seconds=900, environment=environment) for step in steps)
    return False


def call(command: Sequence[str], *, seconds: int, environment: dict[str, str] | None = None) -> bool:
    """Run `command` and say whether it succeeded; what it says is shown only when it did not."""
    try:
        done = subprocess.run(
            command, timeout=seconds, env=environment, check=False, capture_output=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        tell(str(error))
        return False
    if done.returncode != 0:
        tell((done.stdout + done.stderr).decode(errors="replace")[-400:])
    return done.returncode == 0


def tell(text: str) -> None:
    """Say something to the person who waits; stdout is for the path alone."""
    sys.stderr.write(text.rstrip() + "\n")


if __name__ == "__main__":
    sys.exit(main())
