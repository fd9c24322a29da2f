"""What the embedded servers say when they cannot be had."""


class Unavailable(Exception):
    """The embedded servers cannot be had; `str()` is one sentence for people."""
