"""From the files to typed data, keeping where each thing stands."""

from dataclasses import dataclass
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from pydantic import BaseModel

from tinhso.indicators.pack.shapes import (
    DUTIES,
    FOLDER,
    HEADINGS,
    STRATEGY,
    TARGETS,
    TASKS,
    Bullet,
    Strategy,
    UndertakingLine,
)
from tinhso.kernel.packs import Items, Mistake, Pack, Unreadable, read_as
from tinhso.kernel.packs.shapes import shaped

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True)
class Written:
    """The strategy as the pack writes it; every list keeps the line of each entry."""

    strategy: Strategy
    text: str
    headings: dict[str, str]
    bullets: list[tuple[int, Bullet]]
    tasks: list[tuple[int, UndertakingLine]]
    duties: list[tuple[int, UndertakingLine]]


def has(pack: Pack) -> bool:
    """Whether the province follows a strategy at all."""
    return pack.has(STRATEGY)


def read(pack: Pack) -> Written:
    """Raises Unreadable with every mistake of shape in all files."""
    strategy = read_as(Strategy, pack.yaml(STRATEGY), STRATEGY)
    mistakes: list[Mistake] = []
    bullets = _list(pack, TARGETS, Bullet, mistakes)
    tasks = _list(pack, TASKS, UndertakingLine, mistakes)
    duties = _list(pack, DUTIES, UndertakingLine, mistakes)
    headings = pack.yaml(HEADINGS)
    if not isinstance(headings, dict) or not all(isinstance(title, str) for title in headings.values()):
        remedy = _('Viết mỗi dòng "mã mục": "tên mục".')
        mistakes.append(Mistake(HEADINGS, 1, _("Nội dung tệp chưa đúng dạng."), remedy))
    if mistakes:
        raise Unreadable(*mistakes)
    return Written(strategy, pack.text(f"{FOLDER}/{strategy.text}"), dict(headings), bullets, tasks, duties)


def _list(pack: Pack, file: str, shape: type[T], mistakes: list[Mistake]) -> list[tuple[int, T]]:
    items: Any = pack.yaml(file)
    if not isinstance(items, Items):
        remedy = _("Viết danh sách, mỗi mục bắt đầu bằng “-”.")
        mistakes.append(Mistake(file, 1, _("Nội dung tệp chưa đúng dạng."), remedy))
        return []
    found = []
    for index, item in enumerate(items):
        one, wrong = shaped(shape, item, file)
        mistakes += wrong
        if one is not None:
            found.append((items.line_of(index), one))
    return found
