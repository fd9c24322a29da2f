"""What the embedded servers say when they cannot be had."""


class Unavailable(Exception):  # noqa: N818 - an answer to a person, not an error
    """The embedded servers cannot be had; `str()` is one sentence for people."""
