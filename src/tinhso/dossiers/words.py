"""Text typed by people: kept as typed, without what no database or page can carry."""

import unicodedata

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid

#: Marks that make a text read other than it is (bidirectional overrides and isolates).
_TURNING = frozenset(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))

#: Longest free text, in characters.
LONGEST = 4000


def sentence(text: str, longest: int = LONGEST) -> str:
    """The text trimmed and in NFC. Raises Invalid when it is too long or carries control characters."""
    kept = unicodedata.normalize("NFC", text).strip()
    if len(kept) > longest:
        raise Invalid(_("Nội dung dài quá %(n)d ký tự. Rút ngắn rồi gửi lại.") % {"n": longest})
    if any(not legible(character) for character in kept):
        raise Invalid(_("Nội dung có ký tự không đọc được. Gõ lại đoạn đó rồi gửi."))
    return kept


def legible(character: str) -> bool:
    """Whether it may stand in a text: no control character (line ends aside), no broken UTF-8, no mark that turns the
    reading direction."""
    if character in "\n\r\t":
        return True
    return unicodedata.category(character) not in ("Cc", "Cs", "Co") and character not in _TURNING
