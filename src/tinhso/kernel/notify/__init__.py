"""Telling people: a notification inside the house, and by e-mail and SMS what points to it.

CLAIMED = define(Notice("dossiers.claimed", title=_("Hồ sơ %(code)s đang được xử lý"), …))   # notices.py
notify([account], "dossiers.claimed", {"code": code, "dossier": str(id)}, subject=f"dossier:{id}")
"""

from tinhso.kernel.notify.inbox import Told, choices, choose, inbox, mark_all_read, mark_read, unread
from tinhso.kernel.notify.kinds import Notice, define, every_notice
from tinhso.kernel.notify.registry import Contact, contact_sources
from tinhso.kernel.notify.service import failed_sendings, notify

__all__ = [
    "Contact",
    "Notice",
    "Told",
    "choices",
    "choose",
    "contact_sources",
    "define",
    "every_notice",
    "failed_sendings",
    "inbox",
    "mark_all_read",
    "mark_read",
    "notify",
    "unread",
]
