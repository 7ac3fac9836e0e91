"""What of applications grows old: drafts that were never sent, warnings of steps that ended, exported lists.

Dossiers and results are not for this job to delete.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers import exporting
from tinhso.dossiers.models import Attachment, Draft, Joint, JointPart, Message, MessageFile, Warned
from tinhso.kernel.retention import Subject, counted, subjects


def _alone(before: datetime) -> "QuerySet[Draft]":
    """Those that are no part of a joined form."""
    return Draft.objects.filter(submitted_at=None, saved_at__lt=before, joint_part=None)


def _joined(before: datetime) -> "QuerySet[Joint]":
    """Joined forms of which no part was touched since."""
    touched = JointPart.objects.filter(joint=OuterRef("pk"), draft__saved_at__gte=before)
    return Joint.objects.filter(~Exists(touched), submitted_at=None, created_at__lt=before)


def _remove_drafts(before: datetime, limit: int) -> int:
    """With their papers' rows and side copies; the files themselves are then unused, and follow by their own rule. A
    joined form goes as a whole, its row locked first."""
    with transaction.atomic():
        due = _alone(before).select_for_update(of=("self",), skip_locked=True)
        drafts = [draft.id for draft in due.order_by("saved_at").only("id")[:limit]]
        whole = _joined(before).select_for_update(skip_locked=True).order_by("id")
        joints = [joint.id for joint in whole.only("id")[: limit - len(drafts)]]
        parts = JointPart.objects.filter(joint__in=joints)
        drafts += [draft for draft in parts.values_list("draft", flat=True) if draft is not None]
        parts.delete()
        Joint.objects.filter(id__in=joints).delete()
        Attachment.objects.filter(draft__in=drafts).delete()
        Draft.objects.filter(id__in=drafts).delete()
    return len(drafts)


subjects.register(
    "dossiers.drafts",
    Subject(
        _("Tờ khai chưa nộp"),
        lambda before: counted(_alone(before)) + counted(Draft.objects.filter(joint_part__joint__in=_joined(before))),
        _remove_drafts,
    ),
)


def _remove_warned(before: datetime, limit: int) -> int:
    """Only of steps that ended: while one is open, its rows say of what was told already."""
    due = Warned.objects.filter(step__ended_at__lt=before).order_by("id").values_list("id", flat=True)[:limit]
    return Warned.objects.filter(id__in=list(due)).delete()[0]


subjects.register(
    "dossiers.warned",
    Subject(
        _("Lần nhắc hạn của bước đã kết thúc"),
        lambda before: counted(Warned.objects.filter(step__ended_at__lt=before)),
        _remove_warned,
    ),
)
subjects.register(
    "dossiers.exports",
    Subject(
        _("Danh sách hồ sơ đã xuất, quá hạn tải"),
        lambda before: counted(exporting.expired(before)),
        exporting.let_go,
    ),
)


def _remove_messages(before: datetime, limit: int) -> int:
    """With the rows of their files; the files themselves are then unused, and follow by their own rule."""
    with transaction.atomic():
        due = Message.objects.filter(dossier__closed_at__lt=before).order_by("id").values_list("id", flat=True)
        ids = list(due[:limit])
        MessageFile.objects.filter(message__in=ids).delete()
        Message.objects.filter(id__in=ids).delete()
    return len(ids)


subjects.register(
    "dossiers.messages",
    Subject(
        _("Tin nhắn của hồ sơ đã kết thúc"),
        lambda before: counted(Message.objects.filter(dossier__closed_at__lt=before)),
        _remove_messages,
    ),
)
