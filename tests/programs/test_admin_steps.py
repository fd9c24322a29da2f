"""The consequential pages of a program: created, made ready, launched, frozen, ended; keys shown once; members."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from core.models import AuditEntry
from programs.enums import FreezeScope, ProgramState, Role
from programs.models import ActionItem, ApiKey, Freeze, Membership, Program, ReadinessItem
from programs.selectors import authenticate_key
from programs.services import check_readiness_of_all, create_api_key, freeze
from tests.factories.programs import draft_program, live_program, staff_user
from tests.factories.staff import client_of, member, signed_in, superuser_client

pytestmark = pytest.mark.django_db
NEW = {
    "blueprint": "controlled",
    "name": "AccuBooks beta",
    "product": "AccuBooks",
    "slug": "accubooks",
    "timezone": "Europe/Berlin",
}


def confirm(client: Client, url: str, **data: str) -> HttpResponse:
    """Press the button of a confirm page, as it was shown."""
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(url).content.decode())
    assert seen
    return client.post(url, {"confirmed": "yes", "seen": seen[1], **data}, follow=True)


def step(name: str, pk: int) -> str:
    return reverse(f"admin:programs_{name}", args=[pk])


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


# --- A new program


def test_a_superuser_creates_a_program_from_a_blueprint():
    client = superuser_client()
    answer = client.post(reverse("admin:programs_program_add"), NEW, follow=True)
    program = Program.objects.get(slug="accubooks")
    assert (program.state, program.seats.count(), program.weeks.count()) == (ProgramState.DRAFT, 20, 5)
    assert "Five steps to the launch" in text(answer)
    assert client.get("/admin/programs/week/").context["frame"].chosen == program


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"slug": "taken"}, "Another program is called “taken”."),
        ({"timezone": "Berlin"}, "“Berlin” is not a time zone."),
        ({"blueprint": "huge"}, "Select a valid choice"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_program_that_cannot_be_is_refused_on_the_form(wrong: dict[str, str], sentence: str):
    draft_program(slug="taken")
    answer = superuser_client().post(reverse("admin:programs_program_add"), {**NEW, **wrong})
    assert sentence in text(answer)
    assert Program.objects.count() == 1


def test_an_owner_creates_no_program():
    assert client_of(draft_program()).post(reverse("admin:programs_program_add"), NEW).status_code == 403


# --- Settings


def settings_of(client: Client, program: Program) -> dict[str, object]:
    form = client.get(step("program_change", program.pk)).context["adminform"].form
    return {name: "" if value is None else value for name, value in form.initial.items() if name in form.fields}


def test_short_name_seats_stage_and_time_zone_stay_out_of_the_form_of_a_live_program():
    program = live_program()
    fields = settings_of(client_of(program), program)
    assert not {"slug", "seat_cap", "stage", "timezone", "state"} & fields.keys()
    assert "stage" in settings_of(client_of(draft := draft_program()), draft)


def test_a_change_of_settings_is_told_in_the_ledger():
    program = live_program()
    client = client_of(program)
    data = {**settings_of(client, program), "name": "New name", "tiers": "FREE,PREMIUM"}
    answer = client.post(step("program_change", program.pk), data)
    assert answer.status_code == 302, text(answer)
    entry = AuditEntry.objects.get(action="program.changed")
    assert (entry.scope, entry.after["name"]) == (program.slug, "New name")


def test_a_controlled_beta_under_14_days_is_refused_on_the_form():
    program = live_program()
    client = client_of(program)
    data = {**settings_of(client, program), "ends_on": program.starts_on.isoformat(), "tiers": "FREE"}
    assert "A controlled beta lasts 14 days or more." in text(client.post(step("program_change", program.pk), data))


def test_the_number_of_seats_is_changed_by_its_own_step():
    program = live_program()
    confirm(client_of(program), step("program_change_seats", program.pk), seat_cap="12")
    assert (program.seats.count(), Program.objects.get().seat_cap) == (12, 12)


def test_a_cap_outside_the_stage_is_refused_in_a_sentence():
    program = live_program()
    answer = confirm(client_of(program), step("program_change_seats", program.pk), seat_cap="21")
    assert "A controlled beta has 10 to 20 seats." in text(answer)
    assert program.seats.count() == 20


# --- Readiness and launch


def test_an_item_is_checked_with_evidence():
    program = draft_program()
    item = program.readiness_items.first()
    confirm(client_of(program, Role.OPERATOR), step("readinessitem_check_off", item.pk), evidence="dashboard 4")
    item.refresh_from_db()
    assert item.evidence == "dashboard 4"


def test_without_evidence_an_item_stays_open():
    program = draft_program()
    item = program.readiness_items.first()
    answer = confirm(client_of(program), step("readinessitem_check_off", item.pk), evidence=" ")
    assert "This field is required." in text(answer)
    assert ReadinessItem.objects.get(pk=item.pk).checked_at is None


def test_an_item_that_somebody_adds_gets_a_key_of_its_own():
    program = draft_program()
    client = client_of(program)
    for _ in range(2):
        client.post(reverse("admin:programs_readinessitem_add"), {"label": "Legal has signed", "position": "9"})
    keys = program.readiness_items.filter(label="Legal has signed").values_list("key", flat=True)
    assert set(keys) == {"legal-has-signed", "legal-has-signed-2"}


def test_a_launch_with_open_items_names_them_and_is_refused():
    program = draft_program()
    client, url = client_of(program), step("program_launch", program.pk)
    assert "Open: All alerts tested" in text(client.get(url))
    answer = confirm(client, url)
    assert "8 readiness items are open" in text(answer)
    assert "All alerts tested" in text(answer)
    assert Program.objects.get().state == ProgramState.DRAFT


def test_a_ready_program_is_launched_by_a_post_and_not_by_looking():
    program = draft_program()
    check_readiness_of_all(program_id=program.pk, actor=None, evidence="done")
    client, url = client_of(program), step("program_launch", program.pk)
    client.get(url)
    assert Program.objects.get().state == ProgramState.DRAFT
    confirm(client, url)
    assert Program.objects.get().state == ProgramState.LIVE


def test_a_program_is_ended_with_a_reason():
    program = live_program()
    confirm(client_of(program), step("program_end", program.pk), reason="All goals met")
    assert Program.objects.get().state == ProgramState.ENDED
    assert AuditEntry.objects.get(action="program.ended").reason == "All goals met"


# --- Freezes


def test_invites_are_frozen_with_a_cause():
    program = live_program()
    data = {"scope": FreezeScope.INVITES, "cause": "Exports drop cents"}
    client_of(program, Role.OPERATOR).post(reverse("admin:programs_freeze_add"), data)
    row = program.freezes.get()
    assert (row.cause, row.lifted_at) == ("Exports drop cents", None)


def test_the_link_of_a_home_freezes_that_program_whatever_is_chosen():
    chosen, other = live_program(name="Alpha"), live_program(name="Zeta")
    user = member(chosen)
    Membership.objects.create(program=other, user=user, role=Role.OPERATOR)
    url = reverse("admin:programs_freeze_add")
    page = text(signed_in(user).get(url, {"_program": other.pk}))
    assert "Freeze Zeta?" in page
    assert f'name="_program" value="{other.pk}"' in page


def test_a_form_of_a_program_that_the_member_lost_writes_to_no_other():
    lost = live_program()
    fields = {"_program": str(lost.pk), "scope": "invites", "cause": "Cents drop."}
    assert client_of(live_program()).post(reverse("admin:programs_freeze_add"), fields).status_code == 404
    assert not Freeze.objects.exists()


@pytest.mark.parametrize("named", ["1" * 5000, "٣", "x"])
def test_a_form_that_names_no_program_is_not_found(named: str):
    client = client_of(live_program())
    assert client.get("/admin/programs/freeze/add/", {"_program": named}).status_code == 404


def test_a_freeze_without_a_cause_is_refused():
    program = live_program()
    answer = client_of(program).post(reverse("admin:programs_freeze_add"), {"scope": "invites", "cause": "  "})
    assert "This field is required." in text(answer)
    assert not Freeze.objects.exists()


def test_a_freeze_is_lifted_with_evidence_and_only_once():
    program = live_program()
    row = freeze(program_id=program.pk, scope=FreezeScope.INVITES, cause="Cents", actor=None)
    client, url = client_of(program), step("freeze_lift", row.pk)
    confirm(client, url, evidence="fixed in 1.0.3")
    assert Freeze.objects.get().evidence == "fixed in 1.0.3"
    assert "was lifted already" in text(confirm(client, url, evidence="again"))


# --- Keys


def test_a_key_is_shown_on_one_page_and_never_again():
    program = live_program()
    client = client_of(program)
    answer = client.post(reverse("admin:programs_apikey_add"), {"label": "production", "scope": "ingest"})
    plain = re.search(r'<code class="bp-secret"[^>]*>([^<]+)</code>', answer.content.decode())[1]
    assert authenticate_key(plain, "ingest").label == "production"
    assert "no-store" in answer["Cache-Control"]
    key = ApiKey.objects.get()
    later = [reverse("admin:programs_apikey_changelist"), step("apikey_change", key.pk)]
    assert all(plain not in text(client.get(url)) for url in later)
    assert plain not in str(dict(client.session))


def test_a_key_is_revoked_by_its_owner():
    program = live_program()
    key, _ = create_api_key(program_id=program.pk, scope="ingest", label="old", actor=None)
    confirm(client_of(program), step("apikey_revoke", key.pk))
    key.refresh_from_db()
    assert key.revoked_at


# --- Members and action items


def test_an_owner_adds_a_member_by_address():
    program, ada = live_program(), staff_user(email="ada@example.org")
    client_of(program).post(reverse("admin:programs_membership_add"), {"who": "ada@example.org", "role": "viewer"})
    assert program.memberships.get(user=ada).role == Role.VIEWER


def test_an_unknown_member_is_refused_in_a_sentence_and_the_form_keeps_what_was_typed():
    url = reverse("admin:programs_membership_add")
    answer = client_of(live_program()).post(url, {"who": "nobody", "role": "viewer"})
    assert answer.status_code == 400
    assert "Nobody on the staff has the user name or e-mail address “nobody”" in text(answer)
    assert 'value="nobody"' in text(answer)


def test_the_last_owner_is_not_removed():
    program = live_program()
    user = member(program)
    url = step("membership_delete", program.memberships.get().pk)
    answer = signed_in(user).post(url, {"post": "yes"}, follow=True)
    assert "a program has at least one owner" in text(answer)
    assert program.memberships.count() == 1


def test_removing_all_owners_at_once_removes_none():
    program = live_program()
    client = client_of(program)
    member(program)
    rows = list(program.memberships.values_list("pk", flat=True))
    data = {"action": "delete_selected", "_selected_action": rows, "post": "yes"}
    answer = client.post(reverse("admin:programs_membership_changelist"), data, follow=True)
    assert "a program has at least one owner" in text(answer)
    assert program.memberships.count() == 2


def test_selected_action_items_are_done_together():
    program = live_program()
    rows = [ActionItem.objects.create(program=program, title=f"Task {n}").pk for n in range(3)]
    client, url = client_of(program, Role.OPERATOR), reverse("admin:programs_actionitem_changelist")
    chosen = {"action": "finish", "_selected_action": rows}
    page = text(client.post(url, chosen))
    assert "Mark done 3" in page
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    answer = client.post(url, {**chosen, "confirmed": "yes", "seen": seen}, follow=True)
    assert "3 done." in text(answer)
    assert not ActionItem.objects.filter(done_at=None).exists()


def test_a_standing_target_that_exists_is_refused_on_the_form():
    program = live_program()
    data = {"label": "Uptime", "metric": "uptime", "target": "0.99", "unit": "ratio", "rule": "share"}
    data |= {"period": "standing", "position": "0"}
    answer = client_of(program).post(reverse("admin:programs_goal_add"), data)
    assert "This figure has a standing target already." in text(answer)


def test_the_weeks_to_choose_from_are_those_of_the_program():
    program, foreign = live_program(), live_program()
    form = client_of(program).get(reverse("admin:programs_goal_add")).context["adminform"].form
    offered = form.fields["week"].queryset
    assert set(offered) == set(program.weeks.all())
    assert not set(offered) & set(foreign.weeks.all())


@pytest.mark.parametrize(("role", "is_offered"), [(Role.VIEWER, False), (Role.OPERATOR, True)])
def test_buttons_in_rows_are_shown_to_those_who_may_use_them(role: Role, is_offered: bool):
    program = draft_program()
    page = text(client_of(program, role).get(reverse("admin:programs_readinessitem_changelist")))
    assert (step("readinessitem_check_off", program.readiness_items.first().pk) in page) is is_offered
