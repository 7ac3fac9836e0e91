"""Writing to each other about a dossier. A message is no formal act: it stops no clock and decides nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import flow, talking
from tinhso.dossiers.actions.attached import stored
from tinhso.dossiers.events import MessageSent, MessagesRead
from tinhso.dossiers.models import Dossier, Message, MessageFile
from tinhso.dossiers.pack import thread_rules
from tinhso.dossiers.policies import OWN, TALK, account_of
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.kernel.throttle import spend

HOUR = timedelta(hours=1)
#: Messages of one account an hour, whatever the dossiers, as a multiple of what one dossier allows.
ALL_DOSSIERS = 5


def write(
    actor: Actor,
    dossier_id: UUID,
    *,
    text: str,
    papers: Sequence[tuple[str, BinaryIO | bytes]] = (),
    key: str = "",
) -> Message:
    """Write to the other side of a dossier, with files checked like every paper. ``key`` is the sender's own mark: the
    same message sent twice is one. Raises NotFound, Conflict (closed), Invalid, TooLarge, TooMany."""
    dossier = _taking_part(actor, dossier_id)
    author, rules, key = account_of(actor), thread_rules(), sentence(key, longest=64)
    known = _sent_before(dossier, author, key)
    if known is not None:
        return known
    _still_open(dossier)
    said = _said(text, rules.longest)
    if not said and not papers:
        raise Invalid(fields={"text": _("Ghi điều bạn muốn hỏi hoặc trả lời.")})
    if len(papers) > rules.files:
        raise Invalid(fields={"file": _("Mỗi tin kèm nhiều nhất %(n)d tệp.") % {"n": rules.files}})
    words = _("Bạn đã gửi nhiều tin trong giờ qua. Tin này chưa gửi; hãy đợi %(minutes)d phút rồi gửi lại.")
    spend(f"thread:{author}:{dossier.id}", rules.an_hour, HOUR, words=words)
    spend(f"thread:{author}", rules.an_hour * ALL_DOSSIERS, HOUR, words=words)
    kept = [stored(actor, name, content) for name, content in papers]
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update(no_key=True).get(id=dossier.id)
        known = _sent_before(dossier, author, key)
        if known is not None:
            return known
        _still_open(dossier)
        message = Message.objects.create(
            dossier=dossier,
            from_office=not OWN.allows(actor, dossier),
            author_id=author,
            author_name=actor.name[:255],
            text=said,
            key=key,
        )
        MessageFile.objects.bulk_create(MessageFile(message=message, file=one, name=one.name) for one in kept)
        emit(
            actor,
            MessageSent(dossier=dossier.id, message=message.id, from_office=message.from_office, files=len(kept)),
            subject=flow.subject(dossier),
        )
    return message


@transaction.atomic
def read_thread(actor: Actor, dossier_id: UUID) -> int:
    """What the other side wrote is read now; how many were new. Raises NotFound."""
    dossier = _taking_part(actor, dossier_id)
    office = not OWN.allows(actor, dossier)
    fresh = Message.objects.select_for_update().filter(dossier=dossier, read_at=None, from_office=not office)
    ids = list(fresh.order_by("id").values_list("id", flat=True))
    if ids:
        Message.objects.filter(id__in=ids).update(read_at=clock.now(), read_by_name=actor.name[:255])
        read = MessagesRead(dossier=dossier.id, messages=tuple(ids), by_office=office)
        emit(actor, read, subject=flow.subject(dossier))
    return len(ids)


def _taking_part(actor: Actor, dossier_id: UUID) -> Dossier:
    dossier = Dossier.objects.defer("data", "sources").filter(id=dossier_id).first()
    if dossier is None:
        raise NotFound
    TALK.require(actor, dossier)
    return dossier


def _sent_before(dossier: Dossier, author: UUID, key: str) -> Message | None:
    return Message.objects.filter(dossier=dossier, author=author, key=key).first() if key else None


def _still_open(dossier: Dossier) -> None:
    if not talking.is_open(dossier):
        raise Conflict(_("Hồ sơ đã kết thúc và phần trao đổi đã đóng. Cần hỏi thêm, hãy gọi 1022 hoặc tới quầy."))


def _said(text: str, longest: int) -> str:
    try:
        return sentence(text.replace("\r\n", "\n"), longest=longest)
    except Invalid as wrong:
        raise Invalid(fields={"text": wrong.detail}) from None
