"""The first member of staff, without whom nobody could invite the others."""

import secrets

from django.contrib.auth import get_user_model
from django.db import transaction

NAME = "admin"


@transaction.atomic
def ensure_admin(*, password: str = "") -> str:
    """See that there is a superuser `admin`; return the password made for it, or an empty text.

    `password`, where given, becomes the admin's password: this is also the way back in when it was lost. Without it a
    new admin gets a random one, which is returned once and kept nowhere.
    """
    users = get_user_model()._default_manager.select_for_update()
    admin = users.filter(username=NAME).first()
    if admin is not None:
        if password and not admin.check_password(password):
            admin.set_password(password)
            admin.save(update_fields=["password"])
        return ""
    if not password and users.filter(is_superuser=True).exists():
        return ""  # They named theirs otherwise, or renamed it: no second door.
    made = password or secrets.token_urlsafe(12)
    get_user_model().objects.create_superuser(username=NAME, email=f"{NAME}@localhost", password=made)
    return "" if password else made
