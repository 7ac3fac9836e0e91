"""`personal_data.yaml`: how fast a request about personal data is answered, and what may be erased."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

from tinhso.kernel import personal
from tinhso.kernel.errors import Conflict
from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, line_at, read_as, register
from tinhso.vault.models import RequestKind

FILE = "personal_data.yaml"


class Term(Fact):
    """Within how many working days a request is answered and how many days it is carried out; None: not known."""

    right: RequestKind
    answer_working_days: Annotated[int, Field(ge=0, le=60)] | None = None
    done_days: Annotated[int, Field(ge=1, le=365)] | None = None
    valid_from: date
    valid_to: date | None = None
    note: str = Field(default="", max_length=500)


class Scope(Fact):
    """Whether the law lets go of one kind of record, and the reason as a person reads it."""

    scope: str
    erasable: bool
    why: str = Field(min_length=1, max_length=500)


class PersonalDataFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: list[Term] = []
    scopes: list[Scope] = []
    kept_days: int = Field(default=7, ge=1, le=90)  #: how long a finished export can be fetched

    @model_validator(mode="after")
    def _once(self) -> "PersonalDataFile":
        names = [one.scope for one in self.scopes]
        if len(names) != len(set(names)):
            raise ValueError(_("Mỗi scope ghi một lần."))
        return self


def check(pack: Pack) -> list[Mistake]:
    """A pack without the file knows no term and erases nothing. A scope that the house does not know, and one that
    lets records of the state go, is a mistake. Raises Unreadable."""
    if not pack.has(FILE):
        return []
    data = pack.yaml(FILE)
    known, found = personal.scopes(), []
    for place, one in enumerate(read_as(PersonalDataFile, data, FILE).scopes):
        line = line_at(data, ("scopes", place, "erasable"))
        if one.scope not in known:
            message = _("Hệ thống không có loại dữ liệu %(scope)s.") % {"scope": one.scope}
            remedy = _("Dùng một trong: %(scopes)s.") % {"scopes": ", ".join(sorted(known))}
            found.append(Mistake(FILE, line_at(data, ("scopes", place, "scope")), message, remedy))
        elif one.erasable and not known[one.scope]:
            message = _("Không được cho xóa %(scope)s: đây là hồ sơ của Nhà nước, hệ thống không xóa.")
            remedy = _("Ghi erasable: false và nói lý do phải giữ ở why.")
            found.append(Mistake(FILE, line, message % {"scope": one.scope}, remedy))
    return found


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


register(PackPart("vault.personal_data", FILE, check, load))


def rules() -> PersonalDataFile:
    """The rules of this instance. The file is read once: a pack is loaded with a restart."""
    return _rules(settings.HERE.pack)


@cache
def _rules(root: Path) -> PersonalDataFile:
    pack = Pack(root)
    return read_as(PersonalDataFile, pack.yaml(FILE), FILE) if pack.has(FILE) else PersonalDataFile()


def term_on(day: date, kind: str) -> Term | None:
    """The term that holds on that day."""
    held = [
        one
        for one in rules().terms
        if one.right == kind and one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)
    ]
    return held[-1] if held else None


def scope_named(name: str) -> Scope | None:
    return next((one for one in rules().scopes if one.scope == name), None)


@dataclass(frozen=True)
class Ruling:
    """What happens to one kind of record in an erasure, and the rule that says so (None: no rule)."""

    goes: bool
    rule: Scope | None
    wrong: bool = False  #: the rule lets go of what nothing here can erase


def ruling(one: personal.Erasable) -> Ruling:
    """Only a verified rule lets something go, and never a record of the state."""
    rule = scope_named(one.scope)
    allowed = rule is not None and rule.erasable and not rule.unverified
    return Ruling(allowed and one.act is not None, rule, wrong=allowed and one.act is None)


def refuse_wrong(held: Iterable[personal.Erasable]) -> None:
    """Nothing is erased by rules that are wrong. Raises Conflict in words for the administrator."""
    wrong = [one.title for one in held if ruling(one).wrong]
    if wrong:
        raise Conflict(
            _(
                "Chưa xóa gì: gói của tỉnh cho xóa hồ sơ của Nhà nước (%(what)s), mà hồ sơ ấy phải giữ. Người vận hành "
                "sửa erasable thành false trong personal_data.yaml, chạy tinhso pack check, rồi làm lại."
            )
            % {"what": ", ".join(wrong)}
        )
