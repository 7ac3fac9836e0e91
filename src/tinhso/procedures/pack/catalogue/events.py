"""`catalogue/life_events.yaml`: what happens in a life, in plain words, and which procedures follow, in order."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Mistake, Pack, read_as
from tinhso.kernel.packs.shapes import line_at

FILE = "catalogue/life_events.yaml"
#: Drawings that a life event may have.
ICON = Literal[
    "baby", "heart", "flower", "house", "store", "truck", "map", "id-card", "briefcase", "hand-heart", "file-text"
]


class Step(BaseModel):
    """One procedure, and in plain words when it is needed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    when: str = Field(default="", max_length=300)


class LifeEvent(BaseModel):
    """One page, /su-kien/<slug>."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    title: str = Field(min_length=1, max_length=80)
    intro: str = Field(min_length=1, max_length=400)
    icon: ICON = "file-text"
    say: list[Annotated[str, Field(min_length=1, max_length=80)]] = []
    steps: list[Step] = Field(min_length=1, max_length=20)


class LifeEvents(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    life_events: list[LifeEvent]


def read(pack: Pack) -> list[LifeEvent]:
    """In the order of the file; without the file none. Raises Unreadable."""
    return read_as(LifeEvents, pack.yaml(FILE), FILE).life_events if pack.has(FILE) else []


def check(pack: Pack, codes: set[str]) -> list[Mistake]:
    """Shapes, two events of one address, unknown or repeated procedures."""
    found: list[Mistake] = []

    def wrong(path: tuple[int | str, ...], message: str, remedy: str) -> None:
        found.append(Mistake(FILE, line_at(pack.yaml(FILE), ("life_events", *path)), message, remedy))

    slugs: set[str] = set()
    for index, event in enumerate(read(pack)):
        if event.slug in slugs:
            wrong((index, "slug"), _("Địa chỉ %(slug)s có hai lần.") % {"slug": event.slug}, _("Đổi một slug."))
        slugs.add(event.slug)
        seen: set[str] = set()
        for number, step in enumerate(event.steps):
            if step.code not in codes:
                message = _("Không có thủ tục %(code)s trong gói.") % {"code": step.code[:30]}
                wrong((index, "steps", number, "code"), message, _("Sửa mã, hoặc thêm thủ tục vào catalogue/fields."))
            elif step.code in seen:
                message = _("Thủ tục %(code)s có hai lần.") % {"code": step.code}
                wrong((index, "steps", number, "code"), message, _("Giữ lại một mục."))
            seen.add(step.code)
    return found


def told(pack: Pack) -> list[dict[str, Any]]:
    """As kept in the database."""
    return [event.model_dump(mode="json") for event in read(pack)]
