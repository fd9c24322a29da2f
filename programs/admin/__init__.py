"""The admin of a program, one module a noun. Importing the package registers every page."""

from programs.admin import access, freezes, keys, plan, program, readiness

__all__ = ["access", "freezes", "keys", "plan", "program", "readiness"]
