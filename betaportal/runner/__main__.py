"""python -m betaportal.runner [run|services] [--die-with-parent]"""

import argparse
import os
import signal
import sys

from betaportal.embedded import Unavailable
from betaportal.embedded.process import die_with_parent
from betaportal.runner.children import open_standard_streams
from betaportal.runner.errors import CannotRun, Stopped
from betaportal.runner.run import run, run_services

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main() -> int:
    """Run until a signal comes; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m betaportal.runner", description=__doc__)
    parser.add_argument("what", nargs="?", choices=["run", "services"], default="run")
    parser.add_argument("--die-with-parent", action="store_true", help="stop when the calling process ends")
    options = parser.parse_args()
    open_standard_streams()
    for number in STOPPING:
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup asks not to be told.
            signal.signal(number, _stop)
    if options.die_with_parent:
        die_with_parent(os.getppid(), signal.SIGTERM)
    try:
        {"run": run, "services": run_services}[options.what]()
    except Stopped:
        return 0
    except (Unavailable, CannotRun) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _stop(*_: object) -> None:
    # Once is enough: an impatient second Ctrl-C must not leave half of it running.
    for other in STOPPING:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped


if __name__ == "__main__":
    sys.exit(main())
