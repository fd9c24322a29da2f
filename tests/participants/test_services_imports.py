"""Importing people: all or nothing, safe to repeat, and never over the cap."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.exceptions import NotFound
from core.models import AuditEntry, OutboxMessage
from participants.enums import ParticipantState
from participants.exceptions import AlreadyInProgram, UploadNotYours
from participants.models import ImportUpload, Participant
from participants.services import (
    ImportReport,
    add_participant,
    import_people,
    keep_upload,
    sweep_uploads,
    take_upload,
    update_participant,
)
from programs.exceptions import ProgramFrozen, ProgramNotOpen
from programs.models import Program
from programs.services import change_seat_cap, end_program, freeze
from tests.factories.participants import invited_person, waiting_person
from tests.factories.programs import draft_program, live_program, staff_user

pytestmark = pytest.mark.django_db


def people_csv(count: int) -> bytes:
    return ("name,email,tier\n" + "".join(f"P{n},p{n}@example.com,FREE\n" for n in range(count))).encode()


def run(program: Program, content: bytes | str, **options: bool) -> ImportReport:
    content = content.encode() if isinstance(content, str) else content
    return import_people(program_id=program.pk, content=content, actor=None, **options)


def test_people_are_added_to_the_waitlist_with_numbers_in_order() -> None:
    program = draft_program()
    report = run(program, people_csv(3))
    assert report.sentences == ["3 added, 0 changed, 0 unchanged."]
    assert list(program.participants.values_list("number", "state")) == [(n, "waitlisted") for n in (1, 2, 3)]


def test_the_same_file_again_changes_nothing() -> None:
    program = draft_program()
    run(program, people_csv(3))
    assert run(program, people_csv(3)).sentences == ["0 added, 0 changed, 3 unchanged."]
    assert AuditEntry.objects.filter(action="participant.changed").count() == 0


def test_a_changed_cell_changes_the_person_and_an_empty_one_does_not() -> None:
    program = draft_program()
    run(program, "name,email,cohort\nMaria,maria@example.com,A\n")
    report = run(program, "name,email,cohort,tier\nMaria Berg,MARIA@example.com,,premium\n")
    maria = program.participants.get()
    assert (maria.name, maria.email, maria.cohort, maria.tier) == ("Maria Berg", "maria@example.com", "A", "PREMIUM")
    assert [before for _, before in report.changed] == [{"name": "Maria", "tier": "FREE"}]


def test_one_wrong_line_stops_the_whole_file() -> None:
    program = draft_program()
    report = run(program, "name,email\nMaria,maria@example.com\nJonas,nope\n")
    assert report.sentences == ["Nothing was imported: 1 problem in the file."]
    assert Participant.objects.count() == 0


def test_an_external_id_of_somebody_else_is_a_problem_of_its_line() -> None:
    program = draft_program()
    waiting_person(program, external_id="7", name="Ada")
    report = run(program, "name,email,external_id\nMaria,maria@example.com,7\n")
    assert "belongs to Ada" in str(report.problems[0])


def test_with_invite_the_rest_over_the_cap_is_waitlisted_and_said_so() -> None:
    program = change_seat_cap(program_id=live_program().pk, seat_cap=10, actor=None)
    report = run(program, people_csv(12), invite=True)
    assert "10 invited. 2 stay on the waitlist" in report.sentences[1]
    assert program.participants.filter(state=ParticipantState.INVITED).count() == 10


def test_without_invite_it_says_how_many_are_over_the_cap() -> None:
    program = change_seat_cap(program_id=live_program().pk, seat_cap=10, actor=None)
    assert "2 people more than there are free seats" in run(program, people_csv(12)).sentences[1]


def test_people_who_are_in_already_are_not_invited_again() -> None:
    person, _ = invited_person(email="p0@example.com")
    report = run(person.program, people_csv(1), invite=True)
    assert report.sentences[1] == "0 invited."


def test_a_dry_run_tells_all_of_it_and_keeps_none() -> None:
    program = live_program()
    entries = AuditEntry.objects.count()
    report = run(program, people_csv(3), invite=True, dry_run=True)
    assert report.sentences[1] == "3 invited."
    assert (Participant.objects.count(), OutboxMessage.objects.count()) == (0, 0)
    assert AuditEntry.objects.count() == entries


def test_inviting_while_frozen_refuses_the_file_whole() -> None:
    program = live_program()
    freeze(program_id=program.pk, scope="invites", cause="P0", actor=None)
    with pytest.raises(ProgramFrozen):
        run(program, people_csv(2), invite=True)
    assert Participant.objects.count() == 0


def test_inviting_before_launch_refuses_the_file_whole() -> None:
    with pytest.raises(ProgramNotOpen, match="not been launched"):
        run(draft_program(), people_csv(2), invite=True)
    assert Participant.objects.count() == 0


def test_nobody_is_imported_after_the_end() -> None:
    program = live_program()
    end_program(program_id=program.pk, actor=None, reason="done")
    with pytest.raises(ProgramNotOpen, match="has ended"):
        run(program, people_csv(1))


def test_the_same_address_in_other_letters_is_the_same_person() -> None:
    person = waiting_person(email="maria@example.com", name="Maria")
    with pytest.raises(AlreadyInProgram, match="Maria, waitlisted"):
        add_participant(program_id=person.program_id, name="M", email="MARIA@EXAMPLE.com")


def test_two_programs_have_their_own_people() -> None:
    one = waiting_person(email="maria@example.com")
    other = waiting_person(email="maria@example.com")
    assert (one.number, other.number) == (1, 1)


def test_the_address_of_an_invited_person_stays() -> None:
    person, _ = invited_person()
    with pytest.raises(Exception, match="stays"):
        update_participant(participant_id=person.pk, actor=None, email="other@example.com")


def test_an_upload_belongs_to_who_uploaded_it_and_is_taken_once() -> None:
    program, ada, bob = live_program(), staff_user(), staff_user()
    upload = keep_upload(program_id=program.pk, user=ada, filename="p.csv", content=b"x")
    with pytest.raises(UploadNotYours):
        take_upload(upload_id=upload.pk, program_id=program.pk, user=bob)
    take_upload(upload_id=upload.pk, program_id=program.pk, user=ada).delete()
    with pytest.raises(NotFound):
        take_upload(upload_id=upload.pk, program_id=program.pk, user=ada)


def test_an_upload_that_nobody_confirms_is_dropped_after_a_day() -> None:
    program = live_program()
    upload = keep_upload(program_id=program.pk, user=staff_user(), filename="p.csv", content=b"x")
    assert sweep_uploads() == 0
    ImportUpload.objects.filter(pk=upload.pk).update(created_at="2020-01-01T00:00:00Z")
    assert sweep_uploads() == 1


def command(tmp_path: Path, content: bytes, *options: str) -> str:
    file, out = tmp_path / "people.csv", StringIO()
    file.write_bytes(content)
    call_command("import_participants", str(file), *options, stdout=out)
    return out.getvalue()


def test_the_command_imports_and_invites(tmp_path: Path) -> None:
    program = live_program()
    said = command(tmp_path, people_csv(2), "--program", program.slug, "--invite")
    assert "added      p0@example.com" in said
    assert "2 added, 0 changed, 0 unchanged. 2 invited." in said


def test_the_command_says_what_a_dry_run_would_do(tmp_path: Path) -> None:
    program = live_program()
    assert "Nothing was kept" in command(tmp_path, people_csv(2), "--program", program.slug, "--dry-run")
    assert Participant.objects.count() == 0


@pytest.mark.parametrize(
    ("content", "slug", "said"),
    [
        (b"name,email\nA,nope\n", "beta", "Line 2, column email"),
        (b"name\nA\n", "beta", "column email is missing"),
        (b"name,email\n", "nowhere", "no program “nowhere”"),
    ],
)
def test_the_command_refuses_in_a_sentence(tmp_path: Path, content: bytes, slug: str, said: str) -> None:
    draft_program(slug="beta")
    with pytest.raises(CommandError, match=said):
        command(tmp_path, content, "--program", slug)


def test_the_command_refuses_a_file_that_is_not_there() -> None:
    program = draft_program()
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_participants", "/nowhere.csv", "--program", program.slug)
