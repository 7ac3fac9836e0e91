"""Who may read places: everybody, the map is public. Who may move agencies: the province's administrators."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import Actor, anyone, define


def _administers_province(actor: Actor, thing: Any) -> bool:
    return actor.system or actor.holds("province_admin")


READ = define("places.read", _("Xem đơn vị hành chính và cơ quan"), anyone, public=True)
REORGANISE = define(
    "places.reorganise", _("Lập, duyệt, thực hiện việc sắp xếp cơ quan"), _administers_province, hidden=False
)
