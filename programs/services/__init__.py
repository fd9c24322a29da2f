"""Every write to a program: its life, its seats, its freezes, its keys."""

from programs.services.freezes import freeze, lift_freeze, lock_program_open
from programs.services.keys import create_api_key, revoke_api_key
from programs.services.life import (
    check_readiness,
    check_readiness_of_all,
    create_program,
    end_program,
    launch,
    reopen_readiness,
)
from programs.services.members import add_member, change_role, remove_member
from programs.services.plan import finish_action_item
from programs.services.seats import change_seat_cap, free_seat, take_seat

__all__ = [
    "add_member",
    "change_role",
    "change_seat_cap",
    "check_readiness",
    "check_readiness_of_all",
    "create_api_key",
    "create_program",
    "end_program",
    "finish_action_item",
    "free_seat",
    "freeze",
    "launch",
    "lift_freeze",
    "lock_program_open",
    "remove_member",
    "reopen_readiness",
    "revoke_api_key",
    "take_seat",
]
