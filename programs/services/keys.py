"""API keys: made once, shown once, revoked at once."""

from django.db import transaction

from core import audit, clock, tokens
from core.exceptions import Conflict
from core.models import User
from programs.enums import KeyScope
from programs.models import ApiKey

PREFIX_LENGTH = 16


@transaction.atomic
def create_api_key(*, program_id: int, scope: str, label: str, actor: User | None) -> tuple[ApiKey, str]:
    """Make a key. Returns the row and the key itself, which is stored nowhere: show it now or never."""
    plain = tokens.new_key(f"bp_{KeyScope(scope).value}")
    key = ApiKey.objects.create(
        program_id=program_id,
        scope=scope,
        label=label,
        prefix=plain[:PREFIX_LENGTH],
        key_hash=tokens.hash_token(plain),
        created_by=actor,
    )
    audit.record(
        actor=actor,
        action="api_key.created",
        obj=key,
        scope=key.program.slug,
        after={"scope": scope, "label": label},
    )
    return key, plain


@transaction.atomic
def revoke_api_key(*, key_id: int, actor: User | None) -> ApiKey:
    """Revoke a key; the next request that carries it is refused. Raises `Conflict` when it was revoked before."""
    key = ApiKey.objects.select_for_update(of=("self",)).select_related("program").get(pk=key_id)
    if key.revoked_at:
        raise Conflict(f"The key “{key.label}” was revoked already, on {key.revoked_at:%d %B %Y}.")
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    audit.record(actor=actor, action="api_key.revoked", obj=key, scope=key.program.slug)
    return key
