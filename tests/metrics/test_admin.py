"""What staff see of the figures: scoped to their program, read only, and as quick with many rows as with few."""

import datetime as dt
from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.admin.utils import quote as quote_key
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from metrics.models import DailyActivity, DailyMetric, RecentEvent, RejectedItems
from metrics.selectors import figure
from metrics.services import aggregate_dirty_days
from programs.enums import Role
from programs.models import Membership, Program
from tests.factories.metrics import event, request_event, send
from tests.factories.programs import draft_program, staff_user

pytestmark = pytest.mark.django_db
LISTS = ["dailymetric", "dailyactivity", "recentevent", "rejecteditems"]


@pytest.fixture
def program() -> Program:
    return draft_program()


@pytest.fixture
def viewer(program: Program) -> Client:
    user, client = staff_user(), Client()
    Membership.objects.create(program=program, user=user, role=Role.VIEWER)
    client.force_login(user)
    return client


def fill(program: Program, start: int, end: int) -> None:
    hours = [dt.datetime.now(dt.UTC) - dt.timedelta(minutes=number) for number in range(start, end)]
    send(program, [request_event(at=at, user=f"u{n}", endpoint=f"/{n}") for n, at in enumerate(hours, start)])
    send(program, [{"type": f"nonsense {number}"} for number in range(start, end)])
    aggregate_dirty_days(program_id=program.pk, until=program.today)


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_takes_as_many_queries_for_30_rows_as_for_one(viewer: Client, program: Program, name: str) -> None:
    address = f"/admin/metrics/{name}/"
    fill(program, 0, 1)
    viewer.get(address)
    few = queries_of(viewer, address)
    fill(program, 1, 30)
    assert queries_of(viewer, address) == few


@pytest.mark.parametrize("name", LISTS)
def test_nobody_adds_changes_or_deletes(viewer: Client, program: Program, name: str) -> None:
    fill(program, 0, 2)
    assert viewer.get(f"/admin/metrics/{name}/add/").status_code == 403
    assert viewer.post(f"/admin/metrics/{name}/", {"action": "delete_selected", "_selected_action": ["1"]})
    for model in (DailyMetric, DailyActivity, RecentEvent, RejectedItems):
        assert model.objects.exists()


@pytest.mark.parametrize("name", LISTS)
def test_another_programs_rows_are_not_shown(viewer: Client, name: str) -> None:
    fill(draft_program(), 0, 2)
    assert "0 " in viewer.get(f"/admin/metrics/{name}/").content.decode()
    assert viewer.get(f"/admin/metrics/{name}/").context["cl"].result_count == 0


def test_a_figure_leads_to_the_rows_behind_it(viewer: Client, program: Program) -> None:
    fill(program, 0, 3)
    for key in ("error_rate", "latency_p95", "active_users"):
        found = figure(program=program, key=key, first=program.today, last=program.today)
        response = viewer.get(found.href)
        assert response.status_code == 200
        assert response.context["cl"].result_count > 0


def test_values_are_shown_with_their_unit_and_latencies_as_percentiles(viewer: Client, program: Program) -> None:
    fill(program, 0, 3)
    page = viewer.get("/admin/metrics/dailymetric/?part=whole").content.decode()
    assert "p50 100 ms, p95 100 ms, p99 100 ms" in page


def test_an_event_is_opened_by_its_key(viewer: Client, program: Program) -> None:
    send(program, [event("Odd <b>Name</b>", messageId="a/b c")])
    key = RecentEvent.objects.get(program=program).pk
    page = viewer.get(f"/admin/metrics/recentevent/{quote(quote_key(key))}/change/")
    assert page.status_code == 200
    assert "Odd &lt;b&gt;Name&lt;/b&gt;" in page.content.decode()


@pytest.mark.parametrize("key", ["1", "x/2026-01-01/m", "1/today/m", "1/2026-01-01/none", "1/2026-01-01/\0"])
def test_an_event_that_is_not_there_is_a_404(viewer: Client, key: str) -> None:
    assert viewer.get(f"/admin/metrics/recentevent/{quote(quote_key(key))}/change/").status_code == 404


def test_events_are_listed_back_to_a_bound_and_never_counted_whole(viewer: Client, program: Program) -> None:
    send(program, [event(at=dt.datetime.now(dt.UTC) - dt.timedelta(days=3)), event()])

    def listed(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            count: int = viewer.get(f"/admin/metrics/recentevent/{query}").context["cl"].result_count
        counting = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "recentevent" in query["sql"]]
        assert counting
        assert all("LIMIT" in sql for sql in counting)
        return count

    assert (listed(""), listed("?hours=168"), listed("?hours=junk")) == (1, 2, 1)


@pytest.mark.parametrize("query", ["?recent=7", "?metric=messages", "?part=parts", "?q=%2Fapi"])
def test_filters_and_search_answer(viewer: Client, program: Program, query: str) -> None:
    fill(program, 0, 2)
    opened: Callable[..., object] = viewer.get
    assert getattr(opened(f"/admin/metrics/dailymetric/{query}"), "status_code", 0) == 200
