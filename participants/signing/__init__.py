"""What makes a signature hold: its evidence, the chain, the certificate, the seal, and how all of it is checked.

Nothing here touches the database; `participants.services.signatures` writes and `participants.ledger` checks.
"""
