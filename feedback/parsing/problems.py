"""What was not taken from a file, where it stands, and why."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """`line` is where the row begins in the file; `column` is 0 where the whole row is meant."""

    line: int
    reason: str
    column: int = 0

    def as_json(self) -> dict[str, object]:
        place = {"column": self.column} if self.column else {}
        return {"line": self.line, **place, "reason": self.reason}
