"""Who may read procedures: everybody. What the state asks for is public."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.policy import anyone, define

READ = define("procedures.read", _("Xem thủ tục hành chính"), anyone, public=True)
