"""Every admin page there is, walked through: for whom it opens, as quickly with more rows, and only at home."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from participants.models import Participant
from programs.enums import ROLE_RANK, Role
from programs.models import Program
from programs.scoping import ProgramScopedAdmin
from tests.factories.programs import live_program
from tests.factories.rows import ROWS, new_row
from tests.factories.staff import client_of, superuser_client

pytestmark = pytest.mark.django_db
VIEWER, OPERATOR, OWNER = Role.VIEWER, Role.OPERATOR, Role.OWNER

PEOPLE_STEPS = ["invite", "revoke", "sign_in_link", "restore", "put_back", "suspend", "remove"]

# Who may add, change and delete, and who may use which action; None is nobody. All members may look.
RIGHTS: dict[str, tuple[Role | None, Role | None, Role | None, dict[str, Role]]] = {
    "feedback.response": (None, None, None, {}),
    "feedback.survey": (OPERATOR, OPERATOR, OWNER, {}),
    "feedback.surveyimport": (None, None, None, {}),
    "feedback.surveymap": (None, None, OPERATOR, {}),
    "metrics.dailyactivity": (None, None, None, {}),
    "metrics.dailymetric": (None, None, None, {}),
    "metrics.recentevent": (None, None, None, {}),
    "metrics.rejecteditems": (None, None, None, {}),
    "participants.agreement": (OWNER, None, None, {}),
    "participants.invite": (None, None, None, {}),
    "participants.participant": (OPERATOR, OPERATOR, None, dict.fromkeys(PEOPLE_STEPS, OPERATOR)),
    "participants.signature": (None, None, None, {}),
    "programs.actionitem": (OPERATOR, OPERATOR, OWNER, {"finish": OPERATOR}),
    "programs.apikey": (OWNER, None, None, {"revoke": OWNER}),
    "programs.contact": (OPERATOR, OPERATOR, OWNER, {}),
    "programs.deployment": (OPERATOR, OPERATOR, OWNER, {}),
    "programs.freeze": (OPERATOR, None, None, {"lift": OPERATOR}),
    "programs.goal": (OPERATOR, OPERATOR, OWNER, {}),
    "programs.membership": (OWNER, None, OWNER, {"change_role_of": OWNER}),
    "programs.note": (OPERATOR, OPERATOR, OWNER, {}),
    "programs.program": (None, OWNER, None, {"launch": OWNER, "change_seats": OWNER, "end": OWNER}),
    "programs.readinessitem": (OWNER, OWNER, OWNER, {"check_off": OPERATOR, "reopen": OPERATOR}),
    "programs.week": (OPERATOR, OPERATOR, OWNER, {}),
    "reports.exitcriterion": (OWNER, OWNER, OWNER, {}),
    "reports.reportsubscription": (None, None, None, {}),
    "reports.statusreport": (OPERATOR, None, None, {"send": OPERATOR}),
}


def registered() -> list[type[Model]]:
    return sorted(admin.site._registry, key=lambda model: model._meta.label)


def scoped() -> list[type[Model]]:
    return [model for model in registered() if isinstance(admin.site.get_model_admin(model), ProgramScopedAdmin)]


def label(model: type[Model]) -> str:
    return model._meta.label_lower


def address(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{label(model).replace('.', '_')}_{page}", args=args)


def list_of(model: type[Model]) -> str:
    return address(model, "changelist")


def page_of(row: Model, page: str = "change") -> str:
    return address(type(row), page, quote(row.pk))


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.fixture
def program() -> Program:
    return live_program()


def test_every_page_has_a_row_to_be_tested_with():
    assert {label(model) for model in registered()} == {label(model) for model in ROWS}


def test_every_page_of_a_program_says_who_may_what():
    assert {label(model) for model in scoped()} == set(RIGHTS)


@pytest.mark.parametrize("model", registered(), ids=label)
def test_its_list_takes_as_many_queries_for_5_rows_as_for_2(model: type[Model], program: Program):
    client = superuser_client() if model not in scoped() else client_of(program)
    for _ in range(2):
        new_row(model, program)
    client.get(list_of(model))  # What is read once a process is read now.
    few = queries_of(client, list_of(model))
    for _ in range(3):
        new_row(model, program)
    assert queries_of(client, list_of(model)) == few


@pytest.mark.parametrize("model", registered(), ids=label)
def test_a_superuser_opens_its_list_its_row_and_its_form(model: type[Model], program: Program):
    client, row = superuser_client(), new_row(model, program)
    client.post(reverse("admin:programs_program_switch", args=[program.pk]))
    may_add = b'name="csrfmiddlewaretoken"'
    assert client.get(list_of(model)).status_code == 200
    assert client.get(page_of(row)).status_code == 200
    added = client.get(address(model, "add"))
    assert added.status_code == 403 or (added.status_code == 200 and may_add in added.content)


@pytest.mark.parametrize("model", scoped(), ids=label)
def test_its_empty_list_and_its_search_and_filters_open(model: type[Model], program: Program):
    client = client_of(program)
    assert client.get(list_of(model), {"q": "nothing like it"}).status_code == 200
    found = re.findall(r'href="(\?[^"]+)"', client.get(list_of(model)).content.decode())
    for link in found[:12]:
        assert client.get(list_of(model) + link.replace("&amp;", "&")).status_code == 200, link


@pytest.mark.parametrize("model", scoped(), ids=label)
def test_a_row_of_another_program_is_not_found(model: type[Model], program: Program):
    stranger, row = client_of(live_program()), new_row(model, program)
    for page in ["change", "delete", "history", *RIGHTS[label(model)][3]]:
        assert stranger.get(page_of(row, page)).status_code == 404, page
        assert stranger.post(page_of(row, page), {"confirmed": "yes"}).status_code == 404, page


@pytest.mark.parametrize("model", scoped(), ids=label)
def test_its_list_shows_no_row_of_another_program(model: type[Model], program: Program):
    client, row = client_of(program), new_row(model, live_program())
    listed = client.get(list_of(model)).context["cl"].queryset
    assert row.pk not in {found.pk for found in listed}


@pytest.mark.parametrize("model", [model for model in scoped() if model is not Program], ids=label)
def test_an_address_that_names_a_program_lists_its_rows_to_its_members_alone(model: type[Model], program: Program):
    row, chosen = new_row(model, program), live_program(name="A beta that comes first")
    named = {admin.site.get_model_admin(model).program_lookup: program.pk}
    listed = superuser_client().get(list_of(model), named).context["cl"].queryset
    assert row.pk in {found.pk for found in listed}
    assert client_of(chosen).get(list_of(model), named).status_code == 404


def test_a_list_of_another_program_than_the_chosen_offers_nothing_that_would_act_on_the_chosen(program: Program):
    new_row(Participant, live_program(name="A beta that comes first"))
    new_row(Participant, program)
    named = {"program__id__exact": program.pk}
    url, client = reverse("admin:participants_participant_changelist"), superuser_client()
    acting = ["Import a file", "Export CSV", "Add participant"]
    plain, shown = client.get(url).content.decode(), client.get(url, named).content.decode()
    assert [text for text in acting if text in plain] == acting
    assert [text for text in acting if text in shown] == []
    assert "Switch to" in shown


@pytest.mark.parametrize("role", [VIEWER, OPERATOR, OWNER])
@pytest.mark.parametrize("model", scoped(), ids=label)
def test_a_member_may_what_the_role_allows(model: type[Model], role: Role, program: Program):
    add, change, delete, actions = RIGHTS[label(model)]
    row, client = new_row(model, program), client_of(program, role)
    if model is Program:
        row = program

    def allowed(needed: Role | None) -> bool:
        return needed is not None and ROLE_RANK[role] >= ROLE_RANK[needed]

    shown = client.get(page_of(row))
    assert shown.status_code == 200
    assert (b'name="_save"' in shown.content) is allowed(change)
    answers = {page_of(row, "delete"): delete, address(model, "add"): add}
    answers |= {page_of(row, name): needed for name, needed in actions.items()}
    for url, needed in answers.items():
        assert client.get(url).status_code == (200 if allowed(needed) else 403), url


@pytest.mark.parametrize("model", registered(), ids=label)
def test_staff_without_a_program_see_nothing_of_it(model: type[Model], program: Program):
    row = new_row(model, program)
    nobody = client_of(live_program())
    nobody_user = nobody.session["_auth_user_id"]
    program.memberships.model.objects.filter(user_id=nobody_user).delete()
    for url in (list_of(model), page_of(row), address(model, "add")):
        assert nobody.get(url).status_code in {403, 404}, url
