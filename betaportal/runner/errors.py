"""How a run ends before its time."""


class CannotRun(Exception):  # noqa: N818 - an answer to a person, not an error
    """The portal cannot start or go on; `str()` is one sentence for people."""


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or sent a signal. Not an `Exception`: nothing on the way may swallow it."""
