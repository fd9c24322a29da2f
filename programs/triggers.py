"""Rules that live in the database, so that no code path, bulk action or raw SQL walks around them."""

import pgtrigger

COUNT_SEATS = """
    SELECT seat_cap INTO cap FROM programs_program WHERE id = {program_id};
    SELECT count(*) INTO owned FROM programs_seat WHERE program_id = {program_id};
    IF cap IS NOT NULL AND owned <> cap THEN
        RAISE EXCEPTION 'Program % owns % seats but its cap is %. Change the seat cap, not the seat rows.',
            {program_id}, owned, cap USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
"""


def cap_equals_seats(
    *, operation: pgtrigger.Operation, program_id: str, name: str = "cap_equals_seats"
) -> pgtrigger.Trigger:
    """Refuse, at commit, any transaction after which a program does not own exactly `seat_cap` seats.

    `program_id` is the SQL that names the program in the changed row, such as `NEW.id`.
    """
    return pgtrigger.Trigger(
        name=name,
        operation=operation,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        declare=[("cap", "INTEGER"), ("owned", "INTEGER")],
        func=COUNT_SEATS.format(program_id=program_id),
    )
