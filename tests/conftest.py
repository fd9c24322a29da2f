"""What every test may ask for."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.backends.postgresql.operations import DatabaseOperations
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import DjangoDbBlocker, Settings

from tests.broker import Broker
from tests.processes import Running, answers, free_port, python, started, until

# Without these it asks Google's hosts for updates; root's has no sandbox.
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-sync"]
StartCelery = Callable[..., Running]
GRANIAN = ("-m", "granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning", "--blocking-threads", "4")


@pytest.fixture(autouse=True)
def mail_dir(settings: Settings, tmp_path: Path) -> Path:
    """Where this test's mail is written, one .eml a message."""
    settings.MAIL_DIR = tmp_path / "mail"
    return settings.MAIL_DIR


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Make the test database bear what the portal's own does not allow, and let go of it at the end.

    The flush between transactional tests has to pass the triggers that forbid TRUNCATE on ledgers: only that one
    transaction runs with triggers off, the tests themselves meet the protection as it is. Set on the class, because
    there is a second connection: while Playwright's event loop runs, Django keeps one apart.
    """
    flush = DatabaseOperations.execute_sql_flush

    def flush_past_triggers(self: DatabaseOperations, statements: list[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *statements])

    DatabaseOperations.execute_sql_flush = flush_past_triggers
    yield
    DatabaseOperations.execute_sql_flush = flush
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def var_dir() -> Iterator[Path]:
    """An empty `VAR_DIR` where the servers of every account can live (pytest's own folders are private to root)."""
    folder = Path(tempfile.mkdtemp(prefix="betaportal-test-"))
    folder.chmod(0o755)
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def process_environment(django_db_setup: None) -> dict[str, str]:
    """What a process of the portal needs in its environment to work on this test run's database.

    Tests that let one work must be transactional, so that it sees their rows.
    """
    database = connection.settings_dict
    name = connection.creation._get_test_db_name()
    user, password = quote(database["USER"]), quote(database["PASSWORD"])
    if socket := database["OPTIONS"].get("host"):
        address = f"postgres://{user}@/{name}?host={quote(socket)}"
    else:
        address = f"postgres://{user}:{password}@{database['HOST']}:{database['PORT'] or 5432}/{name}"
    return {"DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"], "DATABASE_URL": address}


@pytest.fixture(scope="session")
def web_server(process_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real granian on this run's test database; tests ask for `web`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = python(*GRANIAN, "--host", "127.0.0.1", "--port", str(port), "betaportal.wsgi:application")
    environment = {**process_environment, "PUBLIC_URL": url, "PORT": str(port), "DATABASE_POOL": "1"}
    log = tmp_path_factory.mktemp("web") / "web.log"
    with started(command, log=log, environment=environment) as server:
        until(lambda: not server.is_alive() or answers(f"{url}/healthz"), f"an answer from {url}")
        assert server.is_alive(), server.said()[-3000:]
        yield url


@pytest.fixture
def web(transactional_db: None, web_server: str, settings: Settings) -> str:
    """The address of a real web server that sees this test's committed rows, without a slash at its end."""
    settings.PUBLIC_URL = web_server
    return web_server


@pytest.fixture
def broker(var_dir: Path) -> Iterator[Broker]:
    """A Valkey of this test alone, which it may empty."""
    broker = Broker(var_dir)
    yield broker
    broker.stop()


@pytest.fixture
def start_celery(
    transactional_db: None, broker: Broker, process_environment: dict[str, str], tmp_path: Path, mail_dir: Path
) -> Iterator[StartCelery]:
    """Start a real worker or beat on this test's database and broker, as in `start_celery("worker", EMAIL_URL=...)`."""
    settled = {**process_environment, "REDIS_URL": broker.url, "TEST_MAIL_DIR": str(mail_dir)}
    arguments = {
        "worker": ["worker", "--concurrency", "1", "--without-mingle"],
        "beat": ["beat", "--schedule", str(tmp_path / "schedule"), "--pidfile="],
    }
    with ExitStack() as stack:

        def start(what: str, **environment: str) -> Running:
            log = tmp_path / f"{what}-{uuid.uuid4().hex}.log"
            command = python("-m", "celery", "--quiet", "-A", "betaportal", *arguments[what])
            process = stack.enter_context(started(command, log=log, environment={**settled, **environment}))
            if what == "worker":
                process.until_said(" ready.")
            return process

        yield start


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium, the one that `make test` found: without any the test fails, it is not skipped.

    One a module: Playwright's event loop holds this thread meanwhile, and tests after it may need one of their own.
    """
    path = os.environ.get("BROWSER_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.fail("No Chromium: `make test` gets one, or set BROWSER_PATH.")
    # Playwright runs an event loop in this thread, where Django would refuse to touch the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, web: str) -> Iterator[Page]:
    """An empty page of a new visitor; its addresses are relative to the web server."""
    with browser.new_context(base_url=web) as visitor:
        yield visitor.new_page()
