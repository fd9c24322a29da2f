"""The admin base: audit entries, refusals as sentences, confirm pages, and lists that stay quick."""

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from core import audit, jobs, outbox
from core.admin import UserAdmin
from core.admin.pages import AccessAttemptAdmin, OutboxMessageAdmin
from core.enums import MessageState
from core.exceptions import Conflict
from core.models import AuditEntry, OutboxMessage, User

pytestmark = pytest.mark.django_db

OUTBOX = "/admin/core/outboxmessage/"


@pytest.fixture
def root(db: None) -> User:
    return User.objects.create_superuser("root", "root@example.com", "correct horse battery")


@pytest.fixture
def page(root: User, client: Client) -> Client:
    """A browser in which the superuser is signed in."""
    client.force_login(root)
    return client


def mails(count: int, state: MessageState = MessageState.FAILED) -> list[OutboxMessage]:
    written = [
        outbox.enqueue(key=f"m:{n}", scope="demo", to=f"p{n}@example.com", subject=f"Mail {n}", text="Text")
        for n in range(count)
    ]
    OutboxMessage.objects.update(state=state, attempts=14)
    return written


def selection(messages: list[OutboxMessage], **fields: str) -> dict[str, object]:
    return {"action": "retry", "_selected_action": [message.pk for message in messages], **fields}


# --- Audit


def test_a_change_is_audited_with_before_and_after(page: Client, ada: User) -> None:
    form = {"username": "ada", "email": "countess@example.com", "first_name": "Ada", "is_active": "on"}
    page.post(f"/admin/core/user/{ada.pk}/change/", form)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name, entry.object_pk) == ("user.changed", "root", str(ada.pk))
    assert entry.before == {"last_name": "Lovelace", "email": "ada@example.com"}
    assert entry.after == {"last_name": "", "email": "countess@example.com"}


def test_an_addition_is_audited_without_the_password(page: Client) -> None:
    secret = "correct horse battery"
    form = {"username": "ben", "email": "ben@example.com", "usable_password": "true"}
    page.post("/admin/core/user/add/", {**form, "password1": secret, "password2": secret})
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_label) == ("user.added", "ben")
    assert secret not in str(entry.after)


def test_an_added_user_may_sign_in_to_the_admin(page: Client) -> None:
    secret = "correct horse battery"
    form = {"username": "ben", "email": "ben@example.com", "usable_password": "true"}
    page.post("/admin/core/user/add/", {**form, "password1": secret, "password2": secret})
    assert User.objects.get(username="ben").is_staff


def test_a_user_without_an_address_or_with_anothers_is_not_added(page: Client, ada: User) -> None:
    secret = "correct horse battery"
    form = {"username": "ben", "usable_password": "true", "password1": secret, "password2": secret}
    assert "This field is required" in page.post("/admin/core/user/add/", form).text
    taken = page.post("/admin/core/user/add/", {**form, "email": "ADA@example.com"})
    assert "Another user has this e-mail address" in taken.text


# --- A Refusal is a sentence


def test_a_refused_save_shows_the_sentence_and_writes_nothing(
    page: Client, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_model(self: UserAdmin, request: object, obj: User, form: object, change: bool) -> None:
        obj.save()
        raise Conflict("Ada is on holiday; ask again on Monday.")

    monkeypatch.setattr(UserAdmin, "save_model", save_model)
    response = page.post(f"/admin/core/user/{ada.pk}/change/", {"username": "countess", "email": "c@example.com"})
    assert (response.status_code, "Ada is on holiday; ask again on Monday." in response.text) == (200, True)
    assert 'value="countess"' in response.text
    assert User.objects.get(pk=ada.pk).username == "ada"
    assert not AuditEntry.objects.exists()


def test_a_refused_list_action_shows_the_sentence(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def changelist(*_: object, **__: object) -> None:
        raise Conflict("Not today; ask again tomorrow.")

    monkeypatch.setattr(UserAdmin, "get_changelist_instance", changelist)
    response = page.post("/admin/core/user/", {})
    assert response.status_code == 302
    assert "Not today; ask again tomorrow." in [str(message) for message in response.wsgi_request._messages]


def test_a_deletion_is_audited(page: Client) -> None:
    attempt = failed_sign_in()
    page.post(f"/admin/axes/accessattempt/{attempt.pk}/delete/", {"post": "yes"})
    assert AuditEntry.objects.get().action == "accessattempt.deleted"
    assert not AccessAttempt.objects.exists()


def test_a_refused_deletion_shows_the_sentence_and_deletes_nothing(
    page: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_model(self: object, request: object, obj: AccessAttempt) -> None:
        obj.delete()
        raise Conflict("This attempt is evidence; keep it until Monday.")

    monkeypatch.setattr(AccessAttemptAdmin, "delete_model", delete_model)
    attempt = failed_sign_in()
    response = page.post(f"/admin/axes/accessattempt/{attempt.pk}/delete/", {"post": "yes"}, follow=True)
    assert "This attempt is evidence; keep it until Monday." in response.text
    assert AccessAttempt.objects.exists()
    assert not AuditEntry.objects.exists()


def failed_sign_in() -> AccessAttempt:
    return AccessAttempt.objects.create(username="ada", ip_address="192.0.2.1", failures_since_start=8)


# --- Confirm pages


def test_asking_for_an_action_shows_what_will_happen_and_does_nothing(page: Client) -> None:
    response = page.post(OUTBOX, selection(mails(3), index="0"))
    for text in (
        "Send again?",
        "What will happen",
        "to 3 addresses",
        "What will not",
        "How to undo it",
        "Mail 2 to p2@example.com",
    ):
        assert text in response.text
    assert "Try again 3" in response.text
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {MessageState.FAILED}


def confirm(page: Client, address: str, shown: object, **fields: object) -> object:
    """Press the button of a confirm page: post its hidden fields."""
    hidden: dict[str, list[str]] = {}
    for name, value in shown.context["hidden"]:
        hidden.setdefault(name, []).append(value)
    return page.post(address, {**hidden, **fields}, follow=True)


def test_the_confirmed_action_acts_on_each_and_reports_a_count(page: Client) -> None:
    shown = page.post(OUTBOX, selection(mails(3), index="0"))
    assert "3 queued again." in confirm(page, OUTBOX, shown).text
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {MessageState.QUEUED}
    assert AuditEntry.objects.filter(action="mail.retried", scope="demo").count() == 3


def test_a_refusal_of_one_is_reported_and_stops_no_other(page: Client) -> None:
    written = mails(3)
    shown = page.post(OUTBOX, selection(written, index="0"))
    OutboxMessage.objects.filter(pk=written[1].pk).update(state=MessageState.CANCELLED)
    text = confirm(page, OUTBOX, shown).text
    assert "2 queued again, 1 refused: The mail to p1@example.com is cancelled;" in text
    assert AuditEntry.objects.count() == 2


def test_all_rows_of_all_pages_are_acted_on(page: Client) -> None:
    written = mails(60)
    shown = page.post(OUTBOX, selection(written[:1], index="0", select_across="1"))
    assert "and 40 more" in shown.text
    assert "60 queued again." in confirm(page, OUTBOX, shown).text


def test_a_selection_that_grew_since_is_shown_again(page: Client) -> None:
    shown = page.post(OUTBOX, selection(mails(2), index="0", select_across="1"))
    mails(3)
    again = confirm(page, OUTBOX, shown)
    assert "The selection changed meanwhile" in again.text
    assert not OutboxMessage.objects.filter(state=MessageState.QUEUED).exists()


def test_one_object_has_its_own_page_where_get_shows_and_post_acts(page: Client) -> None:
    (message,) = mails(1)
    address = f"{OUTBOX}{message.pk}/do/retry/"
    assert address in page.get(f"{OUTBOX}{message.pk}/change/").text
    shown = page.get(address)
    assert "Send again?" in shown.text
    assert OutboxMessage.objects.get().state == MessageState.FAILED
    done = confirm(page, address, shown)
    assert "1 queued again." in done.text
    assert done.redirect_chain == [(f"{OUTBOX}{message.pk}/change/", 302)]


def test_a_button_that_makes_no_sense_is_not_offered(page: Client) -> None:
    (message,) = mails(1, MessageState.SENDING)
    assert "/do/retry/" not in page.get(f"{OUTBOX}{message.pk}/change/").text


def test_a_confirmation_needs_the_csrf_token(root: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(root)
    (message,) = mails(1)
    assert strict.post(f"{OUTBOX}{message.pk}/do/retry/", {"confirmed": "yes"}).status_code == 403


def test_an_action_without_permission_is_forbidden(page: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    (message,) = mails(1)
    monkeypatch.setattr(OutboxMessageAdmin, "has_retry_permission", lambda *_: False)
    assert page.get(f"{OUTBOX}{message.pk}/do/retry/").status_code == 403
    assert "/do/retry/" not in page.get(f"{OUTBOX}{message.pk}/change/").text


def test_an_action_on_what_does_not_exist_is_not_found(page: Client) -> None:
    assert page.get(f"{OUTBOX}99/do/retry/").status_code == 404


# --- The System pages


@pytest.mark.parametrize("name", ["user", "outboxmessage", "auditentry", "jobrun"])
def test_the_system_pages_are_for_superusers(client: Client, name: str) -> None:
    staff = User.objects.create_user("eve", "eve@example.com", is_staff=True)
    client.force_login(staff)
    assert client.get(reverse(f"admin:core_{name}_changelist")).status_code == 403


@pytest.mark.parametrize("model", ["outboxmessage", "auditentry", "jobrun"])
def test_ledgers_cannot_be_added_to_or_changed(page: Client, ada: User, model: str) -> None:
    assert page.get(f"/admin/core/{model}/add/").status_code == 403


def test_a_ledgers_row_is_shown_and_a_post_changes_nothing(page: Client, ada: User) -> None:
    entry = audit.record(actor=ada, action="user.greeted", obj=ada, reason="<b>asked for</b>")
    connection.check_constraints()
    text = page.get(f"/admin/core/auditentry/{entry.pk}/change/").text
    assert "&lt;b&gt;asked for&lt;/b&gt;" in text
    assert page.post(f"/admin/core/auditentry/{entry.pk}/change/", {"reason": "X"}).status_code == 403


def test_groups_are_not_offered_and_attempts_are_on_unfold() -> None:
    assert not admin.site.is_registered(Group)
    assert type(admin.site.get_model_admin(AccessAttempt)).__module__ == "core.admin.pages"


def _fill(count: int) -> None:
    mails(count)
    ben, _ = User.objects.get_or_create(username="ben")
    for number in range(count):
        audit.record(actor=ben, action="user.greeted", obj=ben)
        with jobs.claim("report", f"week {number}"):
            pass


@pytest.mark.parametrize("name", ["user", "outboxmessage", "auditentry", "jobrun"])
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_one(
    page: Client, name: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    address = reverse(f"admin:core_{name}_changelist")
    _fill(1)
    with django_assert_max_num_queries(15) as few:
        page.get(address)
    _fill(30)
    with django_assert_max_num_queries(len(few)):
        page.get(address)


@pytest.mark.parametrize("query", ["state__exact=%00", "state=%00", "created_at__year=99999999999999"])
def test_a_filter_that_nobody_could_mean_shows_the_list_without_it(page: Client, query: str) -> None:
    response = page.get(f"/admin/core/outboxmessage/?{query}", follow=True)
    assert response.redirect_chain == [("/admin/core/outboxmessage/?e=1", 302)]
    assert response.status_code == 200


@pytest.mark.parametrize("pk", ["abc", "\x00"])
def test_a_selection_that_cannot_be_is_refused_in_a_sentence(page: Client, pk: str) -> None:
    mails(1)
    fields = {"action": "retry", "_selected_action": [pk]}
    assert "Choose again." in page.post("/admin/core/outboxmessage/", fields, follow=True).text
