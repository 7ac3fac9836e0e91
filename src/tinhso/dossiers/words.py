"""Text typed by people: kept as typed, without what no database or page can carry."""

import unicodedata

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid
from tinhso.kernel.legible import all_legible

#: Longest free text, in characters.
LONGEST = 4000


def sentence(text: str, longest: int = LONGEST) -> str:
    """The text trimmed and in NFC. Raises Invalid when it is too long or carries control characters."""
    kept = unicodedata.normalize("NFC", text).strip()
    if len(kept) > longest:
        raise Invalid(_("Nội dung dài quá %(n)d ký tự. Rút ngắn rồi gửi lại.") % {"n": longest})
    if not all_legible(kept):
        raise Invalid(_("Nội dung có ký tự không đọc được. Gõ lại đoạn đó rồi gửi."))
    return kept
