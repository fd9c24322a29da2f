"""Staff's pages of people: quick lists, confirmed actions, and nothing of another program."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, OutboxMessage, User
from participants.enums import ParticipantState
from participants.models import Agreement, ImportUpload, Participant
from participants.selectors import newest_agreement
from programs.enums import Role
from programs.models import Program
from programs.services import freeze
from tests.factories.participants import accepted_person, active_person, invited_person, sign, waiting_person
from tests.factories.programs import live_program, staff_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:participants_participant_changelist")
IMPORT = reverse("admin:participants_participant_import")


def member(program: Program, role: str = Role.OPERATOR) -> tuple[Client, User]:
    user = staff_user()
    program.memberships.create(user=user, role=role)
    client = Client()
    client.force_login(user)
    return client, user


def act(client: Client, action: str, *people: Participant, **fields: Any) -> str:
    """Choose people in the list, see the confirm page, confirm it; returns what the list says afterwards."""
    chosen = {"action": action, "_selected_action": [person.pk for person in people]}
    page = client.post(LIST, chosen)
    assert page.status_code == 200
    done = client.post(LIST, {**chosen, **dict(page.context["hidden"]), **chosen, **fields}, follow=True)
    return " ".join(str(message) for message in done.context["messages"])


def page_of(person: Participant) -> str:
    return reverse("admin:participants_participant_change", args=[person.pk])


@pytest.mark.parametrize(
    ("model", "make"),
    [
        ("participant", invited_person),
        ("invite", invited_person),
        ("signature", active_person),
        ("agreement", str),
    ],
)
def test_a_list_asks_as_much_with_one_row_as_with_three(model: str, make: Callable[[Program], Any]) -> None:
    program = live_program()
    client, _ = member(program)
    url = reverse(f"admin:participants_{model}_changelist")
    make(program)
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    make(program)
    make(program)
    with CaptureQueriesContext(connection) as three:
        assert client.get(url).status_code == 200
    assert len(three) == len(one)


def test_the_list_stays_usable_with_ten_thousand_people() -> None:
    program = live_program()
    client, _ = member(program)
    Participant.objects.bulk_create(
        Participant(program=program, number=n, name=f"P{n}", email=f"p{n}@example.com") for n in range(1, 10_001)
    )
    with CaptureQueriesContext(connection) as queries:
        page = client.get(LIST, {"q": "p77"})
    assert page.status_code == 200
    assert len(queries) < 25


def test_inviting_asks_first_and_then_invites() -> None:
    program = live_program()
    client, user = member(program)
    people = [waiting_person(program), waiting_person(program)]
    chosen = {"action": "invite", "_selected_action": [person.pk for person in people]}
    page = client.post(LIST, chosen).content.decode()
    assert "They take 2 of the 20 free seats" in page
    assert OutboxMessage.objects.count() == 0
    assert act(client, "invite", *people) == "2 invited."
    assert AuditEntry.objects.filter(action="participant.invited", actor=user).count() == 2


def test_inviting_over_the_cap_says_who_waits() -> None:
    program = live_program()
    client, _ = member(program)
    people = [waiting_person(program) for _ in range(21)]
    assert act(client, "invite", *people).startswith("20 invited, 1 refused: Every seat is held")


def test_inviting_while_frozen_is_refused_in_a_sentence() -> None:
    program = live_program()
    client, _ = member(program)
    person = waiting_person(program)
    freeze(program_id=program.pk, scope="invites", cause="P0 open", actor=None)
    assert "P0 open" in act(client, "invite", person)


@pytest.mark.parametrize(
    ("action", "make", "state"),
    [
        ("revoke", lambda program: invited_person(program)[0], ParticipantState.WAITLISTED),
        ("suspend", active_person, ParticipantState.SUSPENDED),
        ("remove", active_person, ParticipantState.REMOVED),
    ],
)
def test_an_action_moves_the_person_and_keeps_the_reason(
    action: str, make: Callable[[Program], Participant], state: str
) -> None:
    program = live_program()
    client, _ = member(program)
    person = make(program)
    act(client, action, person, reason="agreed on the phone")
    person.refresh_from_db()
    assert person.state == state
    assert AuditEntry.objects.filter(reason="agreed on the phone").count() == 1


def test_a_sign_in_link_is_mailed_from_the_persons_page() -> None:
    program = live_program()
    client, _ = member(program)
    person = accepted_person(program)
    url = reverse("admin:participants_participant_sign_in_link", args=[person.pk])
    page = client.get(url)
    client.post(url, dict(page.context["hidden"]))
    assert OutboxMessage.objects.filter(to=person.email, subject__startswith="Your new link").count() == 1


def test_the_page_of_a_person_tells_the_state_and_the_story() -> None:
    program = live_program()
    client, _ = member(program)
    person = active_person(program)
    page = client.get(page_of(person)).content.decode()
    for text in ("Active", "Signed version 1", "Accepted the invite", "Added to the waitlist"):
        assert text in page


def test_adding_and_changing_go_through_the_services() -> None:
    program = live_program()
    client, user = member(program)
    values = {"name": "Maria", "email": "m@example.com", "tier": "FREE", "cohort": "", "priority": 0, "external_id": ""}
    client.post(reverse("admin:participants_participant_add"), values)
    person = program.participants.get()
    client.post(page_of(person), {**values, "cohort": "North"})
    person.refresh_from_db()
    assert (person.number, person.cohort) == (1, "North")
    actions = AuditEntry.objects.filter(actor=user).values_list("action", flat=True)
    assert sorted(actions) == ["participant.added", "participant.changed"]


def test_a_duplicate_is_refused_on_the_form() -> None:
    program = live_program()
    client, _ = member(program)
    waiting_person(program, email="maria@example.com")
    values = {"name": "M", "email": "MARIA@example.com", "tier": "FREE", "priority": 0}
    page = client.post(reverse("admin:participants_participant_add"), values)
    assert "is in the program already" in page.content.decode()
    assert program.participants.count() == 1


@pytest.mark.parametrize("model", ["participant", "invite", "signature", "agreement"])
def test_another_programs_row_is_not_there(model: str) -> None:
    client, _ = member(live_program())
    person = active_person()
    rows = {
        "participant": person,
        "invite": person.invites.get(),
        "signature": person.signatures.get(),
        "agreement": newest_agreement(person.program_id),
    }
    url = reverse(f"admin:participants_{model}_change", args=[rows[model].pk])
    assert client.get(url).status_code == 404


def test_the_certificate_is_for_members_of_its_program() -> None:
    signature = sign(accepted_person())
    url = reverse("admin:participants_signature_certificate", args=[signature.pk])
    inside, _ = member(signature.program, Role.VIEWER)
    outside, _ = member(live_program(), Role.OWNER)
    assert inside.get(url).content == bytes(signature.certificate)
    assert outside.get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("model", ["participant", "invite", "signature", "agreement"])
def test_a_viewer_reads_and_changes_nothing(model: str) -> None:
    person = active_person()
    client, _ = member(person.program, Role.VIEWER)
    assert client.get(reverse(f"admin:participants_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:participants_{model}_add")).status_code == 403


def test_a_viewer_cannot_confirm_an_action() -> None:
    person = waiting_person()
    client, _ = member(person.program, Role.VIEWER)
    url = reverse("admin:participants_participant_invite", args=[person.pk])
    assert client.post(url, {"confirmed": "yes"}).status_code == 403


def test_an_owner_publishes_the_next_version_and_an_operator_does_not() -> None:
    program = live_program()
    owner, _ = member(program, Role.OWNER)
    operator, _ = member(program)
    words = {"title": "Terms", "kind": "editorial", "summary": "", "body": "# Terms\n\nNew text"}
    assert operator.post(reverse("admin:participants_agreement_add"), words).status_code == 403
    page = owner.post(reverse("admin:participants_agreement_add"), words, follow=True).content.decode()
    assert "Version 2 is published" in page
    assert "<h2>Terms</h2>" in page
    assert Agreement.objects.filter(program=program).count() == 2


def test_an_agreement_without_words_is_refused_on_the_form() -> None:
    program = live_program()
    owner, _ = member(program, Role.OWNER)
    page = owner.post(reverse("admin:participants_agreement_add"), {"title": "T", "kind": "editorial", "body": " "})
    assert "This field is required" in page.content.decode()


def upload(client: Client, content: bytes) -> Any:
    return client.post(IMPORT, {"file": SimpleUploadedFile("people.csv", content)}, follow=True)


def test_an_import_is_previewed_then_confirmed_once() -> None:
    program = live_program()
    client, _ = member(program)
    page = upload(client, b"name,email\nMaria,maria@example.com\n")
    assert "maria@example.com" in page.content.decode()
    assert program.participants.count() == 0
    url = page.request["PATH_INFO"]
    done = client.post(url, {"invite": "on"}, follow=True).content.decode()
    assert "1 added, 0 changed, 0 unchanged. 1 invited." in done
    again = client.post(url, follow=True).content.decode()
    assert "imported already" in again
    assert (program.participants.count(), ImportUpload.objects.count()) == (1, 0)


def test_an_import_with_problems_names_them_and_keeps_nothing() -> None:
    program = live_program()
    client, _ = member(program)
    page = upload(client, b"name,email\nMaria,nope\n")
    assert page.status_code == 422
    assert "is not an e-mail address" in page.content.decode()
    assert ImportUpload.objects.count() == 0


def test_a_file_that_is_refused_is_said_on_the_form() -> None:
    program = live_program()
    client, _ = member(program)
    page = upload(client, "name,email\nZoë,z@e.org".encode("latin-1"))
    assert page.status_code == 400
    assert "not UTF-8" in page.content.decode()


def test_a_file_that_is_too_large_is_said_on_the_form(settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 10
    client, _ = member(live_program())
    assert upload(client, b"name,email\nMaria,maria@example.com\n").status_code == 413


def test_nobody_confirms_the_upload_of_somebody_else() -> None:
    program = live_program()
    ada, _ = member(program)
    bob, _ = member(program)
    url = upload(ada, b"name,email\nMaria,maria@example.com\n").request["PATH_INFO"]
    page = bob.post(url, follow=True).content.decode()
    assert "Somebody else uploaded this file" in page
    assert program.participants.count() == 0


def test_a_viewer_does_not_import() -> None:
    client, _ = member(live_program(), Role.VIEWER)
    assert client.get(IMPORT).status_code == 403


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\u202e=1"])
def test_an_export_holds_no_formula(name: str) -> None:
    program = live_program()
    client, _ = member(program, Role.VIEWER)
    waiting_person(program, name=name, external_id="=1+1")
    text = client.get(reverse("admin:participants_participant_export", args=["csv"])).content.decode("utf-8-sig")
    cells = text.splitlines()[1].replace('"', "").split(",")
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t"))]


def test_an_export_can_be_imported_again() -> None:
    program = live_program()
    client, _ = member(program)
    waiting_person(program, name="=Zoë", cohort="North", priority=-2)
    content = client.get(reverse("admin:participants_participant_export", args=["csv"])).content
    assert upload(client, content).context["report"].sentences[0] == "0 added, 0 changed, 1 unchanged."


def test_an_export_as_workbook_opens() -> None:
    program = live_program()
    client, _ = member(program)
    waiting_person(program)
    content = client.get(reverse("admin:participants_participant_export", args=["xlsx"])).content
    assert upload(client, content).status_code == 200


def test_a_double_click_publishes_one_version() -> None:
    program = live_program()
    client, _ = member(program, Role.OWNER)
    words = {"title": "Terms", "kind": "material", "summary": " In short. ", "body": "Text\r\nmore "}
    first, second = (client.post("/admin/participants/agreement/add/", words) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 400)
    assert "has these words already" in second.content.decode()
