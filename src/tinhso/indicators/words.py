"""How words are made alike before they are compared."""

from tinhso.kernel.notify.sending import unaccented


def plain(text: str) -> str:
    """Lower case without Vietnamese marks."""
    return unaccented(text.lower().replace("\x00", ""))
