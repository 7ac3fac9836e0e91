"""Entries of the officials' rail, and whose desk it is."""

from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.policies import BOOKS, COLLECT, COPIES, COUNTER, DESK, DIGITISE, GIVE_OPINION, OUTSIDE, TAKINGS
from tinhso.kernel.navigation import Menu, NavItem, acting, name_workplace, register, search_desk_at
from tinhso.kernel.operating import WATCH
from tinhso.places import queries as places
from tinhso.procedures.policies import PROCESS
from tinhso.vault.policies import COUNTER_DATA

#: Where a request carries what was asked for it.
_AGENCIES = "tinhso.desk.agencies"

register(Menu.DESK, NavItem("dossiers", _("Hồ sơ"), "desk:inbox", "inbox", order=10, show=DESK.allows))
register(
    Menu.DESK,
    NavItem("board", _("Bảng theo dõi"), "desk:board", "chart-column", order=14, show=DESK.allows, also=("desk:maps",)),
)
register(Menu.DESK, NavItem("threads", _("Tin nhắn"), "desk:threads", "mail", order=15, show=DESK.allows))
register(
    Menu.DESK,
    NavItem("opinions", _("Cho ý kiến"), "desk:opinions", "message-square-text", order=18, show=GIVE_OPINION.allows),
)
register(Menu.DESK, NavItem("exports", _("Tệp xuất"), "desk:exports", "file-spreadsheet", order=30, show=DESK.allows))
register(Menu.DESK, NavItem("fees", _("Thu phí"), "desk:fees", "banknote", order=16, show=COLLECT.allows))
register(
    Menu.DESK,
    NavItem(
        "takings",
        _("Sổ thu"),
        "desk:takings",
        "banknote",
        order=17,
        show=lambda actor: TAKINGS.allows(actor) and not COLLECT.allows(actor),
    ),
)
register(
    Menu.ACCOUNT,
    NavItem(
        "fees",
        _("Thu phí"),
        "desk:fees",
        "banknote",
        order=5,
        show=lambda actor: COLLECT.allows(actor) and not DESK.allows(actor),
    ),
)
register(Menu.DESK, NavItem("ratings", _("Đánh giá"), "desk:ratings", "star", order=26, show=BOOKS.allows))
register(Menu.DESK, NavItem("papers", _("Giấy tờ, sổ"), "desk:issued", "printer", order=20, show=BOOKS.allows))
register(Menu.DESK, NavItem("queue", _("Quầy"), "desk:counter", "users-round", order=12, show=COUNTER.allows))
register(Menu.DESK, NavItem("copies", _("Bản sao"), "desk:copies", "stamp", order=24, show=COPIES.allows))
register(Menu.DESK, NavItem("digitised", _("Số hóa"), "desk:digitised", "scan-text", order=26, show=DIGITISE.allows))
register(
    Menu.DESK,
    NavItem("outside", _("Liên thông"), "desk:outside", "waypoints", order=60, show=OUTSIDE.allows),
)
register(
    Menu.DESK,
    NavItem("data", _("Yêu cầu dữ liệu"), "desk:data_requests", "file-down", order=70, show=COUNTER_DATA.allows),
)
register(
    Menu.DESK,
    NavItem("processes", _("Quy trình"), "desk:processes", "workflow", order=85, show=PROCESS.allows),
)
register(Menu.DESK, NavItem("operations", _("Vận hành"), "desk:operations", "activity", order=90, show=WATCH.allows))
register(Menu.ACCOUNT, NavItem("operations", _("Vận hành"), "desk:operations", "activity", order=6, show=WATCH.allows))
register(Menu.ACCOUNT, NavItem("desk", _("Bàn làm việc"), "desk:inbox", "briefcase", order=5, show=DESK.allows))


def agencies_of(request: HttpRequest) -> dict[UUID, str]:
    """The agencies that the official works for today and their names; asked once a request, or known from the page."""
    known: dict[UUID, str] = request.META.setdefault(_AGENCIES, {})
    scopes = {grant.scope for grant in acting(request).grants if not grant.kept}
    if scopes - known.keys():
        known |= places.names(scopes - known.keys())
    return {scope: known[scope] for scope in scopes if scope in known}


def name_known(request: HttpRequest, agency: UUID, name: str) -> None:
    """A name that the page has asked for already."""
    request.META.setdefault(_AGENCIES, {})[agency] = name


def _workplace(request: HttpRequest) -> str:
    return ", ".join(sorted(agencies_of(request).values()))


name_workplace(_workplace)
search_desk_at("desk:search", DESK.allows)
