"""The codes that came to somebody: letters of the live instance lie as files in its home."""

import re
from email import message_from_bytes

from tests.live import Live
from tests.running import until


def letters(live: Live, contact: str) -> list[str]:
    """What was written to that address, oldest first."""
    found = []
    for file in sorted((live.instance.home / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns):
        for part in re.split(rb"^-{79}$", file.read_bytes(), flags=re.MULTILINE):
            letter = message_from_bytes(part.lstrip())
            if letter["To"] == contact:
                text = letter.get_payload(decode=True)
                assert isinstance(text, bytes)
                found.append(text.decode())
    return found


def code_in_letter(live: Live, contact: str, number: int) -> str:
    """The six digits in that address's letter of this number, counted from 1; waits for it."""
    until(lambda: len(letters(live, contact)) >= number, 60, f"letter {number} to {contact}")
    code = re.search(r"\b(\d{6})\b", letters(live, contact)[number - 1])
    assert code
    return code[1]
