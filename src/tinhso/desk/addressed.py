"""Filters of the queue in the address, and back: a list can be kept, sent to a colleague, opened again."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.queries import Cause, Filters
from tinhso.dossiers.queries.filtering import filters_of

DUE: dict[str, str | Promise] = {
    "late": _("Quá hạn"),
    "soon": _("Sắp đến hạn"),
    "ok": _("Đúng hạn"),
    "unsure": _("Chưa rõ hạn"),
    "paused": _("Tạm dừng"),
    "none": _("Chưa tiếp nhận"),
    "done": _("Đã có kết quả"),
}
ROLES: dict[str, str | Promise] = {
    "receiver": _("Tiếp nhận"),
    "specialist": _("Thẩm định"),
    "leader": _("Lãnh đạo"),
    "clerk": _("Văn thư"),
    "applicant": _("Người nộp"),
}
CAUSES: dict[Cause, str | Promise] = {
    Cause.ASKED: _("Chờ ý kiến cơ quan khác, đã quá hạn họ trả lời"),
    Cause.BEFORE: _("Đến bước này đã trễ"),
    Cause.UNCLAIMED: _("Trễ ở bước này, chưa ai nhận"),
    Cause.HELD: _("Trễ ở bước này, đang có người giữ"),
}
#: Words of the address for the filters that are text.
_TEXTS = {"vai-tro": "role", "linh-vuc": "field", "buoc": "step", "thu-tuc": "procedure"}


def read(asked: QueryDict) -> Filters:
    """What the address asks for; what is no filter is left out."""
    told: dict[str, str | bool] = {name: asked.get(word, "")[:200] for word, name in _TEXTS.items()}
    told |= {"due": asked.get("han", ""), "agency": asked.get("co-quan", ""), "cause": asked.get("vi-sao", "")}
    who = asked.get("nguoi", "")
    told |= {"mine": who == "toi", "unassigned": who == "chua", "whole": asked.get("pham-vi") == "co-quan"}
    told["holder"] = who if who not in ("toi", "chua") else ""
    return filters_of({name: value for name, value in told.items() if value})


def pairs(filters: Filters) -> list[tuple[str, str]]:
    """The filters as words of the address, in a fixed order."""
    who = "toi" if filters.mine else "chua" if filters.unassigned else str(filters.holder or "")
    said = {
        "han": filters.due or "",
        "nguoi": who,
        "co-quan": str(filters.agency or ""),
        **{word: str(getattr(filters, name)) for word, name in _TEXTS.items()},
        "vi-sao": str(filters.cause or ""),
        "pham-vi": "co-quan" if filters.whole else "",
    }
    return [(word, value) for word, value in said.items() if value]


def address(filters: Filters) -> str:
    """The query part of an address, "?" and all."""
    return "?" + urlencode(pairs(filters))


def rows_asked(request: HttpRequest) -> int:
    """How many rows a page shows: 20, or as many as one bulk act takes."""
    return 100 if request.GET.get("so-dong") == "100" else 20


def id_in(text: str) -> UUID | None:
    """The id that a text is, None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
