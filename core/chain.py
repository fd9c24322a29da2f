"""The SQL that links audit entries into a chain, as late as possible.

A chain has one order, so writers must take turns. The turn is an advisory lock, and it is the last lock that
a transaction takes: were it taken when the entry is written, two transactions that later want each other's
rows would wait for each other for ever. Hence two deferred steps at commit:

1. For each new entry an empty link is put down. PostgreSQL runs deferred triggers in rounds: what step 1
   queues runs
   only after all the deferred foreign key checks of the first round, which take row locks themselves.
2. In the second round each empty link takes the lock, and with it its number, the hash before it and its own
   hash.

The hash is sha256(previous hash | number | body hash), `|` being the character. `core.ledger` computes it
again.
"""

import pgtrigger

# Any number that no other advisory lock of ours uses as a plain 64-bit key.
CHAIN_LOCK = 4_202_611_210_001
GENESIS = "0" * 64

place_in_chain = pgtrigger.Trigger(
    name="place_in_chain",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    func="INSERT INTO core_auditlink (entry_id) VALUES (NEW.id); RETURN NULL;",
)

close_link = pgtrigger.Trigger(
    name="close_link",
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    timing=pgtrigger.Deferred,
    declare=[("head", "RECORD"), ("body", "TEXT"), ("place", "BIGINT"), ("before", "TEXT"), ("own", "TEXT")],
    func=f"""
        PERFORM pg_advisory_xact_lock({CHAIN_LOCK});
        SELECT sequence, hash INTO head FROM core_audithead WHERE id = 1;
        place := COALESCE(head.sequence, 0) + 1;
        before := COALESCE(head.hash, '{GENESIS}');
        SELECT body_sha256 INTO STRICT body FROM core_auditentry WHERE id = NEW.entry_id;
        own := encode(sha256(convert_to(before || '|' || place || '|' || body, 'UTF8')), 'hex');
        UPDATE core_auditlink SET sequence = place, previous_hash = before, hash = own
            WHERE entry_id = NEW.entry_id;
        INSERT INTO core_audithead (id, sequence, hash) VALUES (1, place, own)
            ON CONFLICT (id) DO UPDATE SET sequence = EXCLUDED.sequence, hash = EXCLUDED.hash;
        RETURN NULL;
    """,  # noqa: S608 - both values are constants above
)
