"""Entries of the public menus."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.navigation import Menu, NavItem, register
from tinhso.kernel.policy import Actor


def _signed_in(actor: Actor) -> bool:
    return not actor.anonymous


register(Menu.SITE, NavItem("services", _("Thủ tục"), "portal:search", order=10))
register(Menu.SITE, NavItem("track", _("Tra cứu hồ sơ"), "portal:track", order=20))
register(Menu.SITE, NavItem("verify", _("Kiểm tra văn bản"), "portal:verify", order=30))
register(Menu.ACCOUNT, NavItem("dossiers", _("Hồ sơ của tôi"), "portal:dossiers", "inbox", order=10, show=_signed_in))
register(
    Menu.ACCOUNT,
    NavItem("appointments", _("Lịch hẹn"), "portal:appointments", "calendar-days", order=15, show=_signed_in),
)
register(Menu.ACCOUNT, NavItem("vault", _("Kho giấy tờ"), "portal:vault", "archive", order=20, show=_signed_in))
register(Menu.ACCOUNT, NavItem("data", _("Dữ liệu của tôi"), "portal:data", "file-down", order=25, show=_signed_in))
register(Menu.ACCOUNT, NavItem("notices", _("Thông báo"), "portal:notices", "bell", order=30, show=_signed_in))
register(Menu.FOOTER, NavItem("verify", _("Kiểm tra văn bản đã ký"), "portal:verify", order=10))
register(Menu.FOOTER, NavItem("disclosures", _("Ai đã xem dữ liệu của tôi"), "portal:disclosures", order=20))
register(Menu.FOOTER, NavItem("ratings", _("Đánh giá cơ quan"), "portal:ratings", order=25))
register(Menu.FOOTER, NavItem("root", _("Chứng thư gốc"), "portal:root", order=30))
