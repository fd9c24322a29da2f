"""Append-only tables: PostgreSQL itself refuses to change or remove their rows, whoever asks."""

import pgtrigger


def refuse(
    operation: pgtrigger.Operation, *, name: str, sentence: str, condition: pgtrigger.Condition | None = None
) -> pgtrigger.Trigger:
    """Return a trigger that refuses `operation`, where `condition` holds, with an error saying `sentence`."""
    level = pgtrigger.Statement if operation is pgtrigger.Truncate else pgtrigger.Row
    quoted = sentence.replace("'", "''").replace("%", "%%")
    return pgtrigger.Trigger(
        name=name,
        level=level,
        when=pgtrigger.Before,
        operation=operation,
        condition=condition,
        func=f"RAISE EXCEPTION '{quoted}' USING ERRCODE = 'restrict_violation';",
    )


def append_only(table: str) -> list[pgtrigger.Trigger]:
    """Return the triggers `no_update`, `no_delete` and `no_truncate` for a model's `Meta.triggers`.

    `table` is the name that people know. Tests that flush the database disable `no_truncate` first.
    """
    sentences = {
        "no_update": (pgtrigger.Update, "nothing in it is changed. Record a correction as a new row."),
        "no_delete": (pgtrigger.Delete, "nothing in it is deleted."),
        "no_truncate": (pgtrigger.Truncate, "it is not emptied."),
    }
    return [
        refuse(operation, name=name, sentence=f"The {table} is append-only: {rest}")
        for name, (operation, rest) in sentences.items()
    ]
