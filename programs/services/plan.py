"""The parts of the plan that are done, not just written down: action items."""

from django.db import transaction

from core import audit, clock
from core.exceptions import Conflict
from core.models import User
from programs.models import ActionItem


@transaction.atomic
def finish_action_item(*, item_id: int, actor: User | None) -> ActionItem:
    """Mark an action item as done. Raises `Conflict` where it was done before."""
    item = ActionItem.objects.select_for_update(of=("self",)).select_related("program").get(pk=item_id)
    if item.done_at:
        raise Conflict(f"“{item.title}” was done already, on {item.done_at:%d %B %Y}.")
    item.done_at = clock.now()
    item.save(update_fields=["done_at"])
    audit.record(actor=actor, action="action_item.done", obj=item, scope=item.program.slug)
    return item
