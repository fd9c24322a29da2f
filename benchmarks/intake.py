"""Intake: events a second over HTTP, committed, beside `bulk_create` and bare COPY of the same rows in the same run.

    .venv/bin/python benchmarks/intake.py [--events 6000] [--rounds 5]

Every way stores the same number of like events in the same, emptied table. Over HTTP: granian with two workers, four
keep-alive connections, batches of 100, through authentication, checks and deduplication; 200 is said after the commit.
"""

import argparse
import datetime as dt
import http.client
import json
import os
import statistics
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks._scratch import scratch_database, web_server

BATCH = 100
CONNECTIONS = 4
COPY = """
    COPY metrics_event (program_id, message_id, day, occurred_at, type, name, user_id, endpoint, method, status,
        latency_ms, props) FROM STDIN
"""
WAYS = {
    "http": "intake over HTTP",
    "http_bulk": "the same endpoint with bulk_create",
    "bulk": "bulk_create alone, without HTTP",
    "copy": "bare COPY in the same batches",
    "stream": "bare COPY as one stream",
}


def main() -> None:
    """Measure in rounds, every way once a round, and print medians and ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=6_000, help="events a measurement (6000)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts (5)")
    options = parser.parse_args()
    with scratch_database() as url:
        os.environ.update(DATABASE_URL=url, DJANGO_SETTINGS_MODULE="benchmarks._settings")
        import django

        django.setup()
        program_id, key = prepare()
        with web_server() as port:
            rates = measure(ways(program_id, key, port), options.events, options.rounds)
        report(rates, options)
        from django.db import connections

        connections.close_all()


def prepare() -> tuple[int, str]:
    """Migrate, make a program with a write key, and the partitions; return the program's id and the key."""
    from django.core.management import call_command

    from metrics import partitions
    from programs.enums import KeyScope
    from programs.services import create_api_key, create_program

    call_command("migrate", verbosity=0)
    program = create_program(blueprint="controlled", slug="bench", name="Bench")
    partitions.ensure_ahead()
    return program.pk, create_api_key(program_id=program.pk, scope=KeyScope.INGEST, label="bench", actor=None)[1]


def ways(program_id: int, key: str, port: int) -> dict[str, Callable[[list[dict[str, Any]]], Callable[[], None]]]:
    """Each way prepares what a client would have in its hands, and returns the function that is timed."""

    def over_http(path: str) -> Callable[[list[dict[str, Any]]], Callable[[], None]]:
        def ready(events: list[dict[str, Any]]) -> Callable[[], None]:
            bodies = [json.dumps({"batch": batch}).encode() for batch in batches(events)]
            return lambda: post_all(port, path, key, bodies)

        return ready

    def bulk(events: list[dict[str, Any]]) -> Callable[[], None]:
        return lambda: bulk_create_all(program_id, batches(events))

    def copy(events: list[dict[str, Any]]) -> Callable[[], None]:
        parts = [copy_text(program_id, batch) for batch in batches(events)]
        return lambda: copy_all(parts)

    def stream(events: list[dict[str, Any]]) -> Callable[[], None]:
        parts = [copy_text(program_id, events)]
        return lambda: copy_all(parts)

    return {
        "http": over_http("/v1/batch"),
        "http_bulk": over_http("/bulk/batch"),
        "bulk": bulk,
        "copy": copy,
        "stream": stream,
    }


def measure(every: dict[str, Any], events: int, rounds: int) -> dict[str, list[float]]:
    """Return the rates (events a second) of each way, one a round; the first, unmeasured round warms everything up."""
    rates: dict[str, list[float]] = {way: [] for way in every}
    for number in range(rounds + 1):
        for way, ready in every.items():
            run = ready(make_events(events if number else BATCH * 8, f"{way}-{number}"))
            empty_table()
            started = time.perf_counter()
            run()
            seconds = time.perf_counter() - started
            check_stored(events if number else BATCH * 8)
            if number:
                rates[way].append(events / seconds)
        print(f"\r{number} of {rounds} rounds", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return rates


def make_events(count: int, prefix: str) -> list[dict[str, Any]]:
    """Make events as a product sends them: mostly requests, some of what people do; all of today."""
    now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
    request = {"endpoint": "/api/chat/stream", "method": "POST", "status": 200, "latency_ms": 123.4, "plan": "pro"}
    return [
        {
            "type": "track",
            "event": "API Request" if number % 4 else "Message Sent",
            "userId": f"user-{number % 500}",
            "messageId": f"{prefix}-{number:08d}-0a1b2c3d4e5f",
            "timestamp": now,
            "properties": request if number % 4 else {"words": number % 90, "model": "large"},
        }
        for number in range(count)
    ]


def batches(events: Sequence[dict[str, Any]]) -> list[Sequence[dict[str, Any]]]:
    return [events[start : start + BATCH] for start in range(0, len(events), BATCH)]


def post_all(port: int, path: str, key: str, bodies: Sequence[bytes]) -> None:
    """Send every body over a few connections that stay open; anything but 200 ends the benchmark."""
    authorization = "Basic " + b64encode(f"{key}:".encode()).decode()
    headers = {"Content-Type": "application/json", "Authorization": authorization}

    def send(part: Sequence[bytes]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        for body in part:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            content = response.read()
            if response.status != 200:
                raise SystemExit(f"{path} answered {response.status}: {content[:300]!r}")
        connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(send, [bodies[start::CONNECTIONS] for start in range(CONNECTIONS)]))


def bulk_create_all(program_id: int, parts: Sequence[Sequence[dict[str, Any]]]) -> None:
    """Store batches the way most Django code would, one committed transaction each."""
    from benchmarks._urls import as_event
    from core import clock
    from metrics.models import Event

    for part in parts:
        now = clock.now()
        Event.objects.bulk_create([as_event(program_id, item, now) for item in part], ignore_conflicts=True)


def copy_text(program_id: int, events: Sequence[dict[str, Any]]) -> bytes:
    """Write the rows in COPY's text format."""
    lines = []
    for event in events:
        properties = event["properties"]
        typed = [properties.get(name, "\\N") for name in ("endpoint", "method", "status", "latency_ms")]
        moment = event["timestamp"]
        first = [program_id, event["messageId"], moment[:10], moment, event["type"], event["event"], event["userId"]]
        lines.append("\t".join(str(value) for value in [*first, *typed, json.dumps(properties)]))
    return ("\n".join(lines) + "\n").encode()


def copy_all(parts: Sequence[bytes]) -> None:
    """Copy each part in a committed transaction of its own."""
    from django.db import connection

    with connection.cursor() as cursor:
        for part in parts:
            with cursor.cursor.copy(COPY) as copy:
                copy.write(part)


def empty_table() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE metrics_event, metrics_dirtyday")


def check_stored(expected: int) -> None:
    from metrics.models import Event

    stored = Event.objects.count()
    if stored != expected:
        raise SystemExit(f"{stored} of {expected} events are stored: this measurement is worth nothing.")


def report(rates: dict[str, list[float]], options: argparse.Namespace) -> None:
    """Print the medians, with the spread of the rounds, and the ratios that count."""
    medians = {way: statistics.median(values) for way, values in rates.items()}
    print(f"Intake, {options.events:,} events a measurement in batches of {BATCH}, median of {options.rounds} rounds")
    for way, label in WAYS.items():
        low, high = min(rates[way]), max(rates[way])
        print(f"  {label:36} {medians[way]:>9,.0f} events/s   ({low:,.0f} to {high:,.0f})")
    print("Intake over HTTP is")
    for way in ("http_bulk", "bulk", "copy", "stream"):
        print(f"  {medians['http'] / medians[way]:.2f}x of {WAYS[way]}")


if __name__ == "__main__":
    main()
