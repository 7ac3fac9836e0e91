from tinhso.kernel.rooms import House


class PortalConfig(House):
    name = "tinhso.portal"
    label = "portal"
