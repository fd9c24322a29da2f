"""The base of every admin page, and the pages of core's own tables.

Apps import what they build on from here:

    from core.admin import BaseAdmin, Explanation, ReadOnlyAdmin, ReasonForm, confirmed_action
"""

from core.admin.base import BaseAdmin, ReadOnlyAdmin
from core.admin.confirm import Explanation, ReasonForm, confirmed_action
from core.admin.pages import UserAdmin

__all__ = ["BaseAdmin", "Explanation", "ReadOnlyAdmin", "ReasonForm", "UserAdmin", "confirmed_action"]
