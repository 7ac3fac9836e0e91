"""`papers.yaml`: the kinds of paper that the one-stop shop makes, and which law has which form of each on which day.

A dossier follows the law of the day of its receipt. A form that nobody verified is used with the content of the
verified one before it, and the print names neither its number nor its law.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.kernel.packs.shapes import line_at

FILE = "papers.yaml"


class Made(StrEnum):
    """The act that makes a paper of a kind."""

    RECEIVED = "received"
    SUPPLEMENT = "supplement"
    REFUSED = "refused"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    ASKED = "asked"


class Law(Fact):
    """A circular with forms, and from when to when dossiers are received under it."""

    id: str = Field(pattern=r"^[a-z0-9_]{1,30}$")
    title: str = Field(min_length=1, max_length=200)
    valid_from: date
    valid_to: date | None = None


class FormEntry(BaseModel):
    """A kind's form under a law: its number there and its title."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    law: str
    number: str = Field(pattern=r"^\d{2}$")
    title: str = Field(min_length=1, max_length=200)


class KindEntry(BaseModel):
    """A kind of paper. ``forms`` empty: no law has a form of it, the house's own is always there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]{1,30}$")
    name: str = Field(min_length=1, max_length=200)
    template: Literal["receipt", "supplement", "refusal", "apology", "stop", "control", "tracking", "handover"]
    made: Made
    for_applicant: bool = False
    size: Literal["A4", "A5"]
    signature: Literal["seal", "none"]
    signer: str = Field(min_length=1, max_length=100)
    forms: list[FormEntry] = []


class PapersFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    laws: list[Law] = []
    kinds: list[KindEntry] = []


@dataclass(frozen=True)
class Form:
    """The form of a kind on a day. ``number`` and ``law`` are empty where no law has one."""

    title: str
    number: str = ""
    law: str = ""
    law_title: str = ""
    verified: bool = False

    @property
    def standing(self) -> str:
        """How the paper stands to the law, printed on it. What is not verified names no form."""
        if self.verified and self.number:
            words = "Mẫu của hệ thống theo mẫu số %(number)s của %(law)s, chưa đối chiếu lời văn của mẫu ban hành."
            return words % {"number": self.number, "law": self.law_title}
        return "Mẫu của hệ thống, chưa đối chiếu với mẫu ban hành."


@dataclass(frozen=True)
class Kind:
    """A kind of paper with its forms, each from its first day on."""

    id: str
    name: str
    template: str
    made: Made
    for_applicant: bool
    size: str
    sealed: bool
    signer: str
    forms: tuple[tuple[date, date | None, Form], ...]


def read(pack: Pack) -> PapersFile:
    """A pack without the file makes no papers. Raises Unreadable."""
    return read_as(PapersFile, pack.yaml(FILE), FILE) if pack.has(FILE) else PapersFile()


def check(pack: Pack) -> list[Mistake]:
    """Names once, laws known, periods of the laws apart from each other. Raises Unreadable."""
    return list(_mistakes(pack, read(pack)))


def _mistakes(pack: Pack, found: PapersFile) -> Iterator[Mistake]:
    def at(words: str, remedy: str, *path: str | int) -> Mistake:
        return Mistake(FILE, line_at(pack.yaml(FILE), path), words, remedy)

    laws = [law.id for law in found.laws]
    for where, names in (("laws", laws), ("kinds", [kind.id for kind in found.kinds])):
        for index, name in enumerate(names):
            if name in names[:index]:
                yield at(_("“%(name)s” ghi hai lần.") % {"name": name}, _("Đặt mỗi mục một id riêng."), where, index)
    for index, law in enumerate(found.laws):
        before = found.laws[index - 1] if index else None
        if before is not None and (before.valid_to is None or before.valid_to >= law.valid_from):
            words = _("“%(name)s” có hiệu lực khi luật trước chưa hết.") % {"name": law.title}
            yield at(words, _("Ghi valid_to của luật trước là ngày liền trước."), "laws", index)
    for index, kind in enumerate(found.kinds):
        for place, form in enumerate(kind.forms):
            if form.law not in laws:
                words = _("Không có luật nào mang id “%(law)s”.") % {"law": form.law}
                yield at(words, _("Dùng id của một luật ở laws."), "kinds", index, "forms", place)


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def kinds() -> dict[str, Kind]:
    """The kinds of paper of this instance's pack by id, read once by each process."""
    found = read(Pack(settings.HERE.pack))
    laws = {law.id: law for law in found.laws}
    return {entry.id: _kind(entry, laws) for entry in found.kinds}


def _kind(entry: KindEntry, laws: dict[str, Law]) -> Kind:
    forms = []
    for form in entry.forms:
        law = laws[form.law]
        made = Form(form.title, form.number, law.id, law.title, not law.unverified)
        forms.append((law.valid_from, law.valid_to, made))
    return Kind(
        id=entry.id,
        name=entry.name,
        template=entry.template,
        made=entry.made,
        for_applicant=entry.for_applicant,
        size=entry.size,
        sealed=entry.signature == "seal",
        signer=entry.signer,
        forms=tuple(forms),
    )


def kind_of(name: str) -> Kind:
    """Raises LookupError."""
    return kinds()[name]


def kind_for(template: str) -> Kind | None:
    """The kind that is printed with this template; None when the pack has none."""
    return next((kind for kind in kinds().values() if kind.template == template), None)


def kinds_made(by: Made) -> list[Kind]:
    """What that act makes."""
    return [kind for kind in kinds().values() if kind.made is by]


def form_on(kind: Kind, day: date) -> Form | None:
    """The form of dossiers received that day; None when the law of the day has no such form."""
    if not kind.forms:
        return Form(kind.name)
    for first, last, form in kind.forms:
        if first <= day and (last is None or day <= last):
            return form
    return None


register(PackPart("dossiers.papers", FILE, check, load))
