"""Who may read places: everybody. The province's map is public."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import anyone, define

READ = define("places.read", _("Xem đơn vị hành chính và cơ quan"), anyone, public=True)
