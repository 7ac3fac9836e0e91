"""What an agency answers to a rating, or did about it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers.events import RatingAnswered
from tinhso.dossiers.models import Rating, RatingReply
from tinhso.dossiers.policies import BOOKS, account_of, works_at
from tinhso.dossiers.queries.filtering import not_own
from tinhso.dossiers.words import sentence
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor


@transaction.atomic
def answer_rating(actor: Actor, key: UUID, *, outcome: str, text: str) -> RatingReply:
    """Answer a rating of one's agency, once. That a complaint is unfounded is the leader's to say, with reasons.

    Raises NotFound (another agency's, one's own, not shown yet), Invalid, Conflict.
    """
    BOOKS.require(actor)
    rows = Rating.objects.select_for_update(of=("self",)).select_related("dossier")
    rating = rows.filter(not_own(actor, "dossier__"), key=key, shown_at__isnull=False).first()
    if rating is None or not works_at(actor, rating.dossier.agency_id):
        raise NotFound
    agency = rating.dossier.agency_id
    if outcome not in RatingReply.Outcome.values:
        raise Invalid(fields={"outcome": _("Chọn đã trả lời, đã khắc phục hoặc phản ánh không đúng.")})
    if not sentence(text):
        raise Invalid(fields={"text": _("Ghi điều cơ quan trả lời hoặc đã làm.")})
    if outcome == RatingReply.Outcome.UNFOUNDED and not (actor.holds("leader", agency) and rating.marks.get("7") == 0):
        raise Invalid(
            fields={"outcome": _("Chỉ lãnh đạo kết luận phản ánh thái độ là không đúng, và phải có phản ánh.")}
        )
    if RatingReply.objects.filter(rating=rating).exists():
        raise Conflict(_("Đánh giá này đã có trả lời."))
    reply = RatingReply.objects.create(
        rating=rating, outcome=outcome, text=sentence(text)[:2000], by_id=account_of(actor), by_name=actor.name
    )
    emit(actor, RatingAnswered(rating.dossier_id, agency, outcome), subject=f"rating:{rating.key}")
    return reply
