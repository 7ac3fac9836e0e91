"""How far a long step is, for the person who waits: on a terminal one line that moves, in a log few lines."""

import sys
import time

STEP_ON_TERMINAL = 0.5
STEP_IN_LOG = 15.0


class Progress:
    """Bytes done of an expected total."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done = what, total, 0
        self._shown = self._began = time.monotonic()

    def add(self, size: int) -> None:
        self.done += size
        moves = sys.stderr.isatty()
        if time.monotonic() - self._shown < (STEP_ON_TERMINAL if moves else STEP_IN_LOG):
            return
        self._shown = time.monotonic()
        share = f" ({min(99, self.done * 100 // self.total)} %)" if self.total else ""
        line = f"  {self.what}: {size_words(self.done)}{share}"
        print(f"\r{line:<60}" if moves else line, end="" if moves else "\n", file=sys.stderr, flush=True)

    def end(self) -> None:
        if sys.stderr.isatty():
            print("\r" + " " * 60 + "\r", end="", file=sys.stderr)
        print(f"· {self.what}: {size_words(self.done)}, {time.monotonic() - self._began:.1f} giây", flush=True)


def size_words(size: int) -> str:
    """Bytes as a person reads them: 1.234,5 MB."""
    written = f"{size / 1_000_000:,.1f}"
    return written.replace(",", " ").replace(".", ",").replace(" ", ".") + " MB"
