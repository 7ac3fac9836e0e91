"""Which characters a text that people read may hold."""

import unicodedata

#: Marks that make a text read other than it is (bidirectional overrides and isolates).
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


def legible(character: str) -> bool:
    """Whether it may stand in a text: no control character (line ends aside), no broken UTF-8, no mark that turns the
    reading direction."""
    if character in "\n\r\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Co") and character not in _TURNING


def all_legible(text: str) -> bool:
    """Whether every character of the text is `legible`."""
    return all(map(legible, text))
