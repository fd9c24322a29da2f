"""verify_ledger: whatever is altered by SQL is named."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from core import audit, ledger
from core.models import AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries(ada: User) -> list[AuditEntry]:
    """Four linked entries."""
    written = [
        audit.record(actor=ada, action="user.greeted", obj=ada, after={"n": number}, reason=f"reason {number}")
        for number in range(4)
    ]
    connection.check_constraints()
    return written


def tamper(sql: str) -> None:
    """Do what a table's owner can: change rows with the triggers switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")


def verify(*arguments: str) -> str:
    out = StringIO()
    call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="not as they were written"):
        call_command("verify_ledger", *arguments, stdout=out)
    return out.getvalue()


def test_an_intact_chain_is_counted(entries: list[AuditEntry]) -> None:
    assert "audit chain: 4 rows, intact" in verify()


def test_an_empty_chain_is_intact() -> None:
    assert "audit chain: 0 rows, intact" in verify()


@pytest.mark.parametrize(
    ("column", "value", "part"),
    [
        ("reason", "'reason X'", "reason was changed"),
        ("after", """'{"n": 7}'""", "after was changed"),
        ("at", "at + interval '1 microsecond'", "at was changed"),
        ("actor_id", "NULL", "actor was changed"),
        ("actor_name", "'Eve'", "actor_name was changed"),
        ("action", "'user.hugged'", "action was changed"),
        ("object_pk", "'99'", "object_pk was changed"),
        ("scope", "'other'", "scope was changed"),
        ("body_sha256", "repeat('0', 64)", "the body hash were changed"),
        ("fingerprints", "'{}'", "the body hash were changed"),
    ],
)
def test_a_changed_column_is_named(entries: list[AuditEntry], column: str, value: str, part: str) -> None:
    tamper(f"UPDATE core_auditentry SET {column} = {value} WHERE id = {entries[1].pk}")
    report = refused()
    assert f"audit entry {entries[1].pk} (" in report
    assert part in report
    assert f"audit entry {entries[2].pk} (" not in report


@pytest.mark.parametrize(
    ("sql", "part"),
    [
        ("UPDATE core_auditlink SET hash = repeat('0', 64) WHERE entry_id = {row}", "its link was changed"),
        ("UPDATE core_auditlink SET previous_hash = hash WHERE entry_id = {row}", "does not link to the entry before"),
        ("UPDATE core_auditlink SET sequence = 77 WHERE entry_id = {row}", "link(s) before it are missing"),
        ("DELETE FROM core_auditlink WHERE entry_id = {row}", "it has no place in the chain"),
    ],
)
def test_a_changed_link_is_named(entries: list[AuditEntry], sql: str, part: str) -> None:
    tamper(sql.format(row=entries[1].pk))
    report = refused()
    assert f"audit entry {entries[1].pk} (" in report
    assert part in report


def remove(entry: AuditEntry) -> None:
    for table, column in (("core_auditlink", "entry_id"), ("core_auditentry", "id")):
        tamper(f"DELETE FROM {table} WHERE {column} = {entry.pk}")


def test_a_removed_entry_leaves_a_gap(entries: list[AuditEntry]) -> None:
    remove(entries[1])
    assert f"audit entry {entries[2].pk}" in refused()
    assert "1 link(s) before it are missing" in refused()


def test_a_cut_off_end_is_noticed(entries: list[AuditEntry]) -> None:
    remove(entries[3])
    assert "its end is missing: it stops at 3 of 4 links" in refused()


def test_a_chain_rewritten_with_its_head_is_noticed_by_a_head_noted_outside(entries: list[AuditEntry]) -> None:
    noted = str(ledger.head())
    remove(entries[3])
    tamper("UPDATE core_audithead SET sequence = 3, hash = (SELECT hash FROM core_auditlink WHERE sequence = 3)")
    assert "intact" in verify()
    assert "link 4, which was noted outside, is gone" in refused("--head", noted)


def test_a_head_noted_outside_confirms_an_intact_chain(entries: list[AuditEntry]) -> None:
    noted = str(ledger.head())
    assert "noted head: intact" in verify("--head", noted)
    wrong = f"4:{'0' * 64}"
    assert "another hash than the one noted outside" in refused("--head", wrong)


def test_a_head_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(CommandError, match="is not a noted head"):
        verify("--head", "yesterday")


def test_the_findings_come_as_json(entries: list[AuditEntry]) -> None:
    tamper(f"UPDATE core_auditentry SET reason = 'X' WHERE id = {entries[1].pk}")
    (chain,) = [found for found in json.loads(refused("--json"))["ledgers"] if found["ledger"] == "audit chain"]
    assert (chain["rows"], [problem["what"] for problem in chain["problems"]]) == (4, ["reason was changed"])


def test_a_higher_app_adds_its_own_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_checks", {})
    ledger.register("seals", rows=lambda: 2)(lambda: [ledger.Problem("seal 7", "its wax was changed")])
    assert refused() == "seals: 2 rows, 1 problem(s)\n  seal 7: its wax was changed\n"
