"""`escalation.yaml`: who is told when something is close to due or late."""

from functools import cache
from typing import Literal, Self

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, model_validator

import tinhso.dossiers.joined.pack  # noqa: F401 - registers its own part
from tinhso.dossiers import counter_rules  # noqa: F401 - registers its part of the pack
from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.kernel.packs.shapes import line_at

FILE = "escalation.yaml"


class EscalationRule(Fact):
    """``of`` a step's own time, the whole dossier's, or the share of an agency that is asked for its opinion;
    ``hours_left`` working hours before it ends, 0: it is late.

    ``tell``: "holder" is who holds the step, or everybody of its role while nobody does; else roles at its agency.
    Of an opinion, "holder" is who works on the dossier and who asked, "receiver" the one-stop unit of their agency;
    "specialist" and "leader" are those of the agency that is asked.
    """

    id: str = Field(pattern=r"^[a-z_]{1,50}$")
    of: Literal["step", "whole", "opinion"]
    hours_left: int = Field(ge=0, le=200)
    tell: list[Literal["holder", "receiver", "specialist", "leader", "clerk", "agency_admin"]] = Field(min_length=1)

    @model_validator(mode="after")
    def _may_answer(self) -> Self:
        """Of an opinion nobody else can open what is asked."""
        if self.of == "opinion" and set(self.tell) - {"holder", "receiver", "specialist", "leader"}:
            raise ValueError("an opinion is told to holder, receiver, specialist and leader")
        return self


class EscalationFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rules: list[EscalationRule] = []


def read(pack: Pack) -> list[EscalationRule]:
    """A pack without the file tells nobody. Raises Unreadable."""
    return read_as(EscalationFile, pack.yaml(FILE), FILE).rules if pack.has(FILE) else []


def check(pack: Pack) -> list[Mistake]:
    """Each rule has a name of its own: by it the house knows whom it told already. Raises Unreadable."""
    names = [rule.id for rule in read(pack)]
    return [
        Mistake(
            FILE,
            line_at(pack.yaml(FILE), ("rules", index, "id")),
            _("Quy tắc “%(name)s” ghi hai lần.") % {"name": name},
            _("Đặt mỗi quy tắc một id riêng."),
        )
        for index, name in enumerate(names)
        if name in names[:index]
    ]


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def rules() -> tuple[EscalationRule, ...]:
    """The rules of this instance's pack, read once by each process."""
    return tuple(read(Pack(settings.HERE.pack)))


register(PackPart("dossiers.escalation", FILE, check, load))
