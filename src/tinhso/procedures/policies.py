"""Who may read procedures: everybody. What the state asks for is public. Who may change how they are done: two
administrators of the province together; how a dossier runs inside is for officials to see."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import Actor, anyone, define


def _an_official(actor: Actor, thing: Any) -> bool:
    return any(not grant.kept for grant in actor.grants)


def _administers_province(actor: Actor, thing: Any) -> bool:
    return actor.holds("province_admin")


READ = define("procedures.read", _("Xem thủ tục hành chính"), anyone, public=True)
PROCESS = define("procedures.process", _("Xem quy trình nội bộ của thủ tục"), _an_official, hidden=False)
STUDIO = define("procedures.studio", _("Sửa, trình, duyệt quy trình và bảng phí"), _administers_province, hidden=False)
