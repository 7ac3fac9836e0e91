"""A name or day of birth that was typed wrongly is put right by two people: who saw the paper, and a leader.

Without it the person could be served at no counter any more, since what is read on the paper must agree with what is
known (`identity`). One person alone could give any number's holder another name, and read their data under it.
"""

from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import audit, clock, disclosure
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.throttle import spend
from tinhso.people.actions.identity import SeenIdentity, number_on_paper
from tinhso.people.events import CorrectionDecided, CorrectionProposed
from tinhso.people.identifiers import checked
from tinhso.people.models import Account, Correction, Person, Role, Way
from tinhso.people.policies import DECIDE_CORRECTION, SEE_CORRECTIONS, VERIFY_IDENTITY
from tinhso.people.queries import agrees, identifiers, officials_at, person_with

LIFE = timedelta(days=7)  #: a proposal that nobody decides on by then can only be made anew
PROPOSALS = 20  #: a day and official: slips are rare, and each answer says something about a number


def propose_correction(
    actor: Actor, agency_id: UUID, seen: SeenIdentity, *, reason: str, papers_seen: bool
) -> Correction:
    """The paper says another name or day of birth than what is known of its number. Changes nothing yet.

    A number that nobody has and data that is right already get one answer. Raises Denied, Invalid, Conflict, TooMany.
    """
    VERIFY_IDENTITY.require(actor, agency_id)
    if not any(g.role == Role.RECEIVER and g.scope == agency_id and not g.kept for g in actor.grants):
        raise Denied  # an agency that is gone has no leader who could decide
    number = number_on_paper(seen, papers_seen=papers_seen)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Ghi vì sao dữ liệu đã có là sai, để lãnh đạo xét.")})
    spend(f"corrections:{actor.account}", PROPOSALS, timedelta(days=1))
    person = person_with(seen.kind, number)
    if person is not None:
        _note(actor, person.pk, str(VERIFY_IDENTITY.title), agency_id)
    if person is None or agrees(person, seen.full_name, seen.birth_date):
        raise Conflict(
            _("Không có gì phải sửa: chưa có dữ liệu của số này, hoặc dữ liệu đã đúng như giấy tờ. Kiểm tra lại số.")
        )
    if person.pk == actor.subject:
        raise Denied(_("Không ai tự đề nghị sửa dữ liệu của mình. Hãy nhờ một cán bộ khác."))
    if person.source != Way.COUNTER:
        raise Conflict(_("Dữ liệu này không do quầy ghi, nên không sửa ở đây. Hãy báo quản trị cấp tỉnh."))
    _fits_every_number(person, seen)
    with transaction.atomic():
        _close_expired(person)
        correction = _written(actor, agency_id, person, seen, number, reason.strip())
        emit(actor, CorrectionProposed(correction.pk, person.pk, agency_id), subject=f"person:{person.pk}")
        leaders = [one.account for one in officials_at(agency_id, Role.LEADER) if one.account != actor.account]
        notify(leaders, "people.correction_proposed", {}, subject=f"correction:{correction.pk}")
        notify(_accounts_of(person), "people.correction_begun", {}, subject=f"person:{person.pk}")
    return correction


def _note(actor: Actor, person: UUID, purpose: str, agency_id: UUID) -> None:
    """Whatever the answer, it says something about the holder of the number: they can see who asked."""
    audit.record(actor, "people.correction_tried", subject=f"person:{person}", data={"agency": str(agency_id)})
    fields = ["full_name", "birth_date", "identifier"]
    disclosure.note(actor, person=person, record=f"person:{person}", fields=fields, purpose=purpose)


def _fits_every_number(person: Person, seen: SeenIdentity) -> None:
    """A day of birth that contradicts another number of the person would shut every counter again. Raises Invalid."""
    for held in identifiers(person.pk):
        try:
            checked(held.kind, held.number, birth_date=seen.birth_date)
        except Invalid:
            words = _("Ngày sinh này không khớp với một số căn cước của cùng người. Hãy xem lại giấy tờ.")
            raise Invalid(fields={"birth_date": words}) from None


def _close_expired(person: Person) -> None:
    """A proposal whose days are over does not stand in the way of a new one."""
    old = Correction.objects.select_for_update().filter(person=person, state=Correction.State.OPEN)
    for correction in old.filter(expires_at__lte=clock.now()):
        withdraw_for(correction)


def withdraw_for(correction: Correction) -> None:
    """The house itself ends a proposal: its time is over, or its agency is gone. Inside a transaction."""
    correction.state, correction.decided_at = Correction.State.WITHDRAWN, clock.now()
    correction.save(update_fields=["state", "decided_at"])
    _tell(SYSTEM, correction)


def _written(actor: Actor, agency_id: UUID, person: Person, seen: SeenIdentity, number: str, reason: str) -> Correction:
    if actor.account is None or seen.birth_date is None:
        raise Denied
    try:
        with transaction.atomic():
            return Correction.objects.create(
                person=person,
                agency_id=agency_id,
                kind=seen.kind,
                number=number,
                full_name=" ".join(seen.full_name.split()),
                birth_date=seen.birth_date,
                name_before=person.full_name,
                birth_before=person.birth_date,
                reason=reason[:300],
                proposed_by_id=actor.account,
                proposed_by_name=actor.name,
                expires_at=clock.now() + LIFE,
            )
    except IntegrityError:
        raise Conflict(_("Đã có một đề nghị sửa dữ liệu của người này đang chờ duyệt.")) from None


def _accounts_of(person: Person) -> list[UUID]:
    return list(Account.objects.filter(person=person, is_active=True).values_list("pk", flat=True))


def approve_correction(actor: Actor, correction_id: UUID) -> None:
    """A leader compared both: from now on the state knows the name and day of birth that stand on the paper.

    Dossiers and results that were made keep what they said. Raises Denied (also to the proposer and to the person
    concerned), NotFound, Conflict (decided, expired, or the data changed meanwhile).
    """
    with transaction.atomic():
        correction = _open(actor, correction_id)
        DECIDE_CORRECTION.require(actor, correction.agency_id)
        if actor.account == correction.proposed_by_id:
            raise Denied(_("Người đề nghị không tự duyệt được. Hãy nhờ một lãnh đạo khác."))
        if actor.subject == correction.person_id:
            raise Denied(_("Không ai tự duyệt dữ liệu của mình. Hãy nhờ một lãnh đạo khác."))
        if correction.expired:
            raise Conflict(_("Đề nghị này đã quá hạn 7 ngày. Hãy lập đề nghị mới."))
        person = Person.objects.select_for_update().get(pk=correction.person_id)
        if (person.full_name, person.birth_date) != (correction.name_before, correction.birth_before):
            raise Conflict(_("Dữ liệu của người này đã đổi sau khi có đề nghị. Hãy lập đề nghị mới."))
        person.full_name, person.birth_date = correction.full_name, correction.birth_date
        person.save(update_fields=["full_name", "birth_date"])
        _decide(actor, correction, Correction.State.APPROVED)
        notify(_accounts_of(person), "people.corrected", {}, subject=f"person:{person.pk}")
    disclosure.note(
        actor,
        person=correction.person_id,
        record=f"correction:{correction.pk}",
        fields=["full_name", "birth_date", "identifier"],
        purpose=str(DECIDE_CORRECTION.title),
    )


def refuse_correction(actor: Actor, correction_id: UUID) -> None:
    """A leader does not approve; the proposer withdraws with the same act, also when its days are over. Raises Denied,
    NotFound, Conflict."""
    with transaction.atomic():
        correction = _open(actor, correction_id)
        own = actor.account == correction.proposed_by_id
        if not own:
            DECIDE_CORRECTION.require(actor, correction.agency_id)
        _decide(actor, correction, Correction.State.WITHDRAWN if own else Correction.State.REFUSED)


def _open(actor: Actor, correction_id: UUID) -> Correction:
    """One that waits, locked, of an agency where the actor may see such."""
    correction = Correction.objects.select_for_update().filter(pk=correction_id).first()
    if correction is None or not SEE_CORRECTIONS.allows(actor, correction.agency_id):
        raise NotFound
    if correction.state != Correction.State.OPEN:
        raise Conflict(_("Đề nghị này đã được quyết định."))
    return correction


def _decide(actor: Actor, correction: Correction, state: Correction.State) -> None:
    correction.state, correction.decided_at = state, clock.now()
    correction.decided_by_id, correction.decided_by_name = actor.account, actor.name
    correction.save()
    _tell(actor, correction)


def _tell(actor: Actor, correction: Correction) -> None:
    decided = CorrectionDecided(correction.pk, correction.person_id, correction.agency_id, correction.state)
    emit(actor, decided, subject=f"person:{correction.person_id}")
    if actor.account != correction.proposed_by_id:
        notify([correction.proposed_by_id], "people.correction_decided", {}, subject=f"correction:{correction.pk}")
