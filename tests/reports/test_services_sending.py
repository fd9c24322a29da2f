"""Sending a report: each recipient once, all or none."""

import re
from email import message_from_bytes, policy

import pytest
from django.core.mail import EmailMessage

from core.exceptions import BadInput
from core.models import AuditEntry, OutboxMessage
from core.outbox import deliver_due
from reports import emails
from reports.exceptions import NobodyToSendTo, ReportNotFound
from reports.models import ReportDelivery, StatusReport
from reports.services import send_report
from tests.factories.reports import a_recipient, built_report, monday_program
from tests.factories.staff import member

pytestmark = pytest.mark.django_db


def sent_to() -> list[str]:
    return sorted(OutboxMessage.objects.filter(key__startswith="report:").values_list("to", flat=True))


def test_members_and_contacts_get_it_once_each() -> None:
    program = monday_program()
    member(program, email="Ada@example.org")
    a_recipient(program, "ada@example.org")
    a_recipient(program, "ceo@example.org")
    assert send_report(report_id=built_report(program).pk) == 2
    assert sent_to() == ["ada@example.org", "ceo@example.org"]


def test_sending_again_reaches_only_those_added_since() -> None:
    program = monday_program()
    a_recipient(program, "ceo@example.org")
    report = built_report(program)
    assert [send_report(report_id=report.pk), send_report(report_id=report.pk)] == [1, 0]
    a_recipient(program, "new@example.org")
    assert send_report(report_id=report.pk) == 1
    assert sent_to() == ["ceo@example.org", "new@example.org"]


def test_a_failure_in_the_middle_sends_nothing_and_the_next_try_sends_all(monkeypatch: pytest.MonkeyPatch) -> None:
    program = monday_program()
    for name in ("a", "b", "c"):
        a_recipient(program, f"{name}@example.org")
    report = built_report(program)
    real = emails.outbox.enqueue

    def dies_at_b(**fields: object) -> OutboxMessage:
        if fields["to"] == "b@example.org":
            raise RuntimeError("killed")
        return real(**fields)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(emails.outbox, "enqueue", dies_at_b)
        with pytest.raises(RuntimeError):
            send_report(report_id=report.pk)
    assert sent_to() == []
    assert StatusReport.objects.get(pk=report.pk).state == "built"
    assert send_report(report_id=report.pk) == 3


def test_the_report_says_that_it_was_sent_and_the_chain_says_to_whom() -> None:
    program = monday_program()
    a_recipient(program)
    report = built_report(program)
    send_report(report_id=report.pk)
    report.refresh_from_db()
    assert (report.state, report.sent_at is not None) == ("sent", True)
    assert AuditEntry.objects.get(action="report.sent").after == {"recipients": ["ceo@example.org"]}


def test_without_recipients_it_is_refused_and_stays_unsent() -> None:
    report = built_report(monday_program())
    with pytest.raises(NobodyToSendTo, match="nobody gets the reports"):
        send_report(report_id=report.pk)
    assert StatusReport.objects.get(pk=report.pk).state == "built"


def test_an_unknown_report_is_refused() -> None:
    with pytest.raises(ReportNotFound):
        send_report(report_id=0)


def test_an_address_that_is_none_stops_all_with_a_sentence() -> None:
    program = monday_program()
    a_recipient(program, "not an address")
    with pytest.raises(BadInput, match="is not an e-mail address"):
        send_report(report_id=built_report(program).pk)
    assert not ReportDelivery.objects.exists()


def mail_of(report: StatusReport) -> OutboxMessage:
    send_report(report_id=report.pk)
    return OutboxMessage.objects.get(key__startswith=f"report:{report.pk}:")


def test_the_subject_carries_the_verdict_and_its_reason() -> None:
    program = monday_program(name="AccuBooks beta")
    a_recipient(program)
    assert mail_of(built_report(program)).subject == (
        "UNKNOWN - AccuBooks beta, week 1: no data on uptime, error rate, p95, active users and satisfaction"
    )


def test_the_headers_offer_one_click_unsubscribe() -> None:
    program = monday_program()
    a_recipient(program)
    headers = mail_of(built_report(program)).headers
    assert re.fullmatch(r"<http://localhost:\d+/u/[\w-]{43}>", headers["List-Unsubscribe"])
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_text_and_html_say_the_same_figures() -> None:
    program = monday_program()
    a_recipient(program)
    report = built_report(program)
    mail, made = mail_of(report), report.snapshot
    said = [row["current"]["text"] for row in made["headline"] + made["criteria"]["exit"]]
    said += [cell["text"] for row in made["growth"]["rows"] for cell in row["cells"]]
    said += [row["score"]["text"] for row in made["satisfaction"]] + [made["verdict"]["word"], made["outlook"]]
    said.append(f"{made['completeness']['filled']} of 462")
    assert [text for text in said if text not in mail.text] == []
    assert [text for text in said if text not in mail.html] == []


def test_the_html_asks_nothing_of_anybody() -> None:
    program = monday_program()
    a_recipient(program)
    html = mail_of(built_report(program)).html
    assert re.findall(r"https?://(?!localhost:)", html) == []
    assert not re.search(r"<(script|link|img|iframe|object)\b|@import|url\(", html, re.IGNORECASE)


def test_the_pdf_is_attached_under_a_name_that_says_what_it_is() -> None:
    program = monday_program(slug="accubooks")
    a_recipient(program)
    attachment = mail_of(built_report(program)).attachments.get()
    assert (attachment.filename, attachment.mimetype) == ("accubooks-week-1.pdf", "application/pdf")
    assert bytes(attachment.content).startswith(b"%PDF-")


def test_members_get_a_link_to_the_page_and_contacts_do_not() -> None:
    program = monday_program()
    member(program, email="ada@example.org")
    a_recipient(program, "ceo@example.org")
    send_report(report_id=built_report(program).pk)
    with_link = {mail.to: "/view/" in mail.text for mail in OutboxMessage.objects.filter(key__startswith="report:")}
    assert with_link == {"ada@example.org": True, "ceo@example.org": False}


def test_the_mail_that_leaves_has_text_html_pdf_and_headers(mailoutbox: list[EmailMessage]) -> None:
    program = monday_program()
    a_recipient(program)
    send_report(report_id=built_report(program).pk)
    deliver_due()
    mail = message_from_bytes(mailoutbox[0].message().as_bytes(), policy=policy.default)
    assert [part.get_content_type() for part in mail.walk() if not part.is_multipart()] == [
        *("text/plain", "text/html", "application/pdf")
    ]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Subject"].startswith("UNKNOWN - ")
