"""Where the strategy stands in the menus."""

from django.utils.translation import gettext_lazy as _

from tinhso.indicators.policies import READ_COMMENTS
from tinhso.kernel.navigation import Menu, NavItem, register

register(Menu.SITE, NavItem("strategy", _("Chiến lược"), "indicators:board", order=40))
register(
    Menu.DESK, NavItem("strategy", _("Chiến lược"), "indicators:tasks", "target", order=80, show=READ_COMMENTS.allows)
)
