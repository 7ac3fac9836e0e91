"""What is wrong in a pack, where, and what to do."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True)
class Mistake:
    """One mistake. ``file`` is relative to the pack; ``line`` counts from 1, 0 is the whole file."""

    file: str
    line: int
    message: str | Promise
    remedy: str | Promise

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} — {self.remedy}"


class Unreadable(Exception):
    """A file that cannot be read at all; carries its mistakes."""

    def __init__(self, *mistakes: Mistake) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))
