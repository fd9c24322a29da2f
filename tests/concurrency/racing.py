"""Run many calls at the same moment, each in a thread and a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.db import connections

T = TypeVar("T")

# How many hold a connection at once: the embedded PostgreSQL gives 200 to all who test beside us.
CONNECTIONS = 80


def race(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Start every call in a thread of its own, all behind one barrier; return what each gave or raised, in order."""
    results: list[T | Exception] = [RuntimeError("did not run")] * len(calls)
    barrier = threading.Barrier(len(calls))
    slots = threading.BoundedSemaphore(CONNECTIONS)

    def run(place: int) -> None:
        barrier.wait()
        with slots:
            try:
                results[place] = calls[place]()
            except Exception as error:  # noqa: BLE001 - what a racer raises is its result
                results[place] = error
            finally:
                connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
