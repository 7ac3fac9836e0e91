"""What a malware scanner is to the house."""

from dataclasses import dataclass
from typing import BinaryIO, Protocol


class ScannerSilent(Exception):
    """The scanner does not answer now: the file waits for it."""


@dataclass(frozen=True)
class Verdict:
    threat: str = ""  #: the name of what was found; empty: nothing


class Scanner(Protocol):
    def scan(self, content: BinaryIO) -> Verdict:
        """Look at a whole content, from its beginning. Raises ScannerSilent."""
