"""How browsers describe themselves, in the words of people."""

from django.utils.translation import gettext as _

#: Marks in a browser's own description, the telling ones first.
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("CocCoc", "Cốc Cốc"), ("Chrome", "Chrome"), ("Firefox", "Firefox"))
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"))


def device_words(agent: str) -> str:
    """A browser's description of itself, as people call it: “Chrome trên Android”."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "Safari" if "Safari" in agent else "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "Linux" if "Linux" in agent else "")
    if browser and system:
        return _("%(browser)s trên %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("Thiết bị không rõ")
