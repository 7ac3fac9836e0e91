"""`catalogue/synonyms.yaml`: the words of villagers, for finding; no page shows them.

abbreviations   one word → what it stands for        đk: đăng ký
same            what people say → the catalogue's words
acts            what names of procedures begin with that only those want who ask for it, and how else they ask
ignore          words that say nothing of the matter: "tôi", "muốn"
hidden          sentences that mean one procedure, under its code
"""

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Mistake, Pack, read_as
from tinhso.kernel.packs.shapes import line_at
from tinhso.procedures.finding.words import syllables

FILE = "catalogue/synonyms.yaml"
Saying = Annotated[str, Field(min_length=1, max_length=80)]


class Same(BaseModel):
    """People say one of these and mean that."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    say: list[Saying] = Field(min_length=1, max_length=60)
    means: Saying


class Synonyms(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    abbreviations: dict[Saying, Saying] = {}
    same: list[Same] = []
    acts: dict[Saying, list[Saying]] = {}
    ignore: list[Saying] = []
    hidden: dict[str, Annotated[list[Saying], Field(min_length=1, max_length=60)]] = {}

    @property
    def told(self) -> dict[str, Any]:
        """As kept in the database."""
        return self.model_dump(mode="json")


def read(pack: Pack) -> Synonyms:
    """Without the file there are none. Raises Unreadable."""
    return read_as(Synonyms, pack.yaml(FILE), FILE) if pack.has(FILE) else Synonyms()


def check(pack: Pack, codes: set[str]) -> list[Mistake]:
    """Shapes, unknown codes, sayings without a word, the same saying twice."""
    found: list[Mistake] = []
    words = read(pack)

    def wrong(path: tuple[int | str, ...], message: str, remedy: str) -> None:
        found.append(Mistake(FILE, line_at(pack.yaml(FILE), path), message, remedy))

    for short in words.abbreviations:
        if len(syllables(short)) != 1:
            message = _("“%(text)s” không phải một chữ viết tắt.") % {"text": short}
            wrong(("abbreviations", short), message, _("Viết tắt là một chữ liền; cụm từ thì ghi ở same."))
    for index, same in enumerate(words.same):
        for number in _repeated(same.say):
            wrong(("same", index, "say", number), *_twice(same.say[number]))
    for act, number, saying in _acts_twice(words):
        wrong(("acts", act, number), *_twice(saying))
    for code, sayings in words.hidden.items():
        if code not in codes:
            message = _("Không có thủ tục %(code)s trong gói.") % {"code": code[:30]}
            wrong(("hidden", code), message, _("Sửa mã, hoặc thêm thủ tục vào catalogue/fields."))
        for number in _repeated(sayings):
            wrong(("hidden", code, number), *_twice(sayings[number]))
    return found


def _acts_twice(words: Synonyms) -> list[tuple[str, int, str]]:
    """Ways to ask for an act that are without a word, or said before."""
    every = {act: [act, *sayings] for act, sayings in words.acts.items()}
    return [(act, number - 1, said[number]) for act, said in every.items() for number in _repeated(said)]


def _repeated(sayings: list[str]) -> list[int]:
    """Places of sayings without a word, or said before."""
    said: set[tuple[str, ...]] = set()
    places = []
    for number, saying in enumerate(sayings):
        words = tuple(syllables(saying))
        if not words or words in said:
            places.append(number)
        said.add(words)
    return places


def _twice(saying: str) -> tuple[str, str]:
    return _("“%(text)s” có hai lần, hoặc không có chữ nào.") % {"text": saying}, _("Bỏ mục này.")
