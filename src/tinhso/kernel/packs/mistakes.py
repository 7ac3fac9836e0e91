"""What is wrong in a pack, where, and what to do."""

from dataclasses import dataclass, field, replace

from django.utils.functional import Promise


@dataclass(frozen=True)
class Mistake:
    """One mistake. ``file`` is relative to the pack; ``line`` counts from 1, 0 is the whole file. ``halted``: what
    else is in the file, or is read together with it, was not looked at."""

    file: str
    line: int
    message: str | Promise
    remedy: str | Promise
    halted: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message} — {self.remedy}"


class Unreadable(Exception):
    """A file that cannot be read at all; carries its mistakes."""

    def __init__(self, *mistakes: Mistake) -> None:
        self.mistakes = tuple(replace(mistake, halted=True) for mistake in mistakes)
        super().__init__("\n".join(map(str, mistakes)))
