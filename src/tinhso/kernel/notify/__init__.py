"""Telling people: a notification inside the house, and by e-mail and SMS what points to it.

CLAIMED = define(Notice("dossiers.claimed", title=_("Hồ sơ %(code)s đang được xử lý"), …))   # notices.py
notify([account], "dossiers.claimed", {"code": code, "dossier": str(id)}, subject=f"dossier:{id}")
"""

from tinhso.kernel.notify.inbox import (
    Told,
    ToldCount,
    TopicChoice,
    Way,
    choices,
    choose,
    inbox,
    mark_all_read,
    mark_read,
    told_of,
    unread,
    ways,
)
from tinhso.kernel.notify.kinds import OUTSIDE, Notice, Topic, define, define_topic, every_notice, every_topic
from tinhso.kernel.notify.registry import Contact, contact_sources
from tinhso.kernel.notify.service import Telling, failed_sendings, notify, notify_each
from tinhso.kernel.notify.words import as_written, built_in, worded

__all__ = [
    "OUTSIDE",
    "Contact",
    "Notice",
    "Telling",
    "Told",
    "ToldCount",
    "Topic",
    "TopicChoice",
    "Way",
    "as_written",
    "built_in",
    "choices",
    "choose",
    "contact_sources",
    "define",
    "define_topic",
    "every_notice",
    "every_topic",
    "failed_sendings",
    "inbox",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_each",
    "told_of",
    "unread",
    "ways",
    "worded",
]
