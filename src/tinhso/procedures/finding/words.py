"""Vietnamese syllables as people type them: marks, Telex slips, southern spellings, glued words."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

LONGEST = 200  #: characters of a question that are looked at
MOST = 24  #: syllables of a question that are looked at

_WORD = re.compile(r"[^\W_]+(?:\.[0-9]+)*")
#: Spellings that sound alike, most of them in the south: the whole syllable is rewritten by the first that fits.
_SOUNDS = (
    (re.compile(r"^(?:tr|ch)"), "c"),
    (re.compile(r"^(?:s|x)"), "s"),
    (re.compile(r"^(?:d|gi|v|r)(?=[aeiouy])"), "d"),
    (re.compile(r"^(?:ngh|ng)"), "ng"),
    (re.compile(r"^gh"), "g"),
    (re.compile(r"^(?:k|c|q)(?=[aeiouy])"), "k"),
    (re.compile(r"y"), "i"),
    (re.compile(r"anh$"), "an"),
    (re.compile(r"ch$"), "t"),
    (re.compile(r"c$"), "t"),
    (re.compile(r"ng$"), "n"),
)
_TELEX_LETTERS = (("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("aw", "a"), ("ow", "o"), ("uw", "u"))
_TELEX_TONE = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]([a-z]*)$")


def plain(text: str) -> str:
    """Lower case without Vietnamese marks: "Khai Sinh", "khai sinh" and "Đăng ký" → "khai sinh", "dang ky"."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("\x00", ""))
    return "".join(c for c in parts if not unicodedata.combining(c))


def syllables(text: str) -> list[str]:
    """Lower-case syllables with their marks; a code "0.000000" is one."""
    return _WORD.findall(unicodedata.normalize("NFC", text[:LONGEST]).lower())[:MOST]


@lru_cache(maxsize=8192)
def sound(syllable: str) -> str:
    """A plain syllable as it is heard: "sanh" and "sinh" differ, "tring" and "chin" do not."""
    for pattern, heard in _SOUNDS:
        syllable = pattern.sub(heard, syllable, count=1)
    return syllable


def without_telex(syllable: str) -> str:
    """A plain syllable typed with Telex while it was off: "ddawng" → "dang", "kys" → "ky"."""
    for typed, letter in _TELEX_LETTERS:
        syllable = syllable.replace(typed, letter)
    return _TELEX_TONE.sub(r"\1\2", syllable, count=1)


def split(syllable: str, known: Collection[str]) -> tuple[str, str] | None:
    """Two known syllables typed without the space between: "khaisinh" → "khai", "sinh"."""
    for cut in range(2, len(syllable) - 1):
        if syllable[:cut] in known and syllable[cut:] in known:
            return syllable[:cut], syllable[cut:]
    return None


def shorter(syllable: str) -> Iterator[str]:
    """The syllable with one letter left out, each way."""
    for place in range(len(syllable)):
        yield syllable[:place] + syllable[place + 1 :]


def one_slip(typed: str, meant: str) -> bool:
    """One letter too many, too few, wrong, or two swapped."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(meant)) and typed[start] == meant[start]:
        start += 1
    rest, other = typed[start:], meant[start:]
    swapped = len(rest) > 1 and len(other) > 1 and rest[0] == other[1] and rest[1] == other[0] and rest[2:] == other[2:]
    return swapped or rest[1:] == other or rest == other[1:] or rest[1:] == other[1:]
