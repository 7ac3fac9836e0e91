"""Asking for one's data, and asking to erase it: who asks, by when it is answered, who decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock, disclosure, notify
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, TooMany
from tinhso.kernel.events import emit
from tinhso.kernel.personal import erasable_of, hindrances
from tinhso.kernel.policy import Actor
from tinhso.kernel.throttle import spend
from tinhso.people import queries as people
from tinhso.people.actions import SeenIdentity
from tinhso.people.models import IdentifierKind
from tinhso.places.queries import calendar_for
from tinhso.vault.events import DataAskedFor, DataRequestDecided
from tinhso.vault.jobs import carry_out_erasure, make_export
from tinhso.vault.models import DataRequest, RequestKind, RequestState
from tinhso.vault.pack import refuse_wrong, ruling, term_on
from tinhso.vault.policies import COUNTER_DATA, DECIDE_ERASURE, MY_DATA

#: A person's requests in a day: each export reads everything.
MOST_A_DAY = 5
LONGEST = 2000
#: The message about an approved erasure leaves before the address it goes to is erased.
GRACE = timedelta(minutes=10)


@dataclass(frozen=True)
class Planned:
    """One kind of record in an erasure: how many, whether they go, why or why not, and whether that is verified."""

    scope: str
    title: str
    count: int
    goes: bool
    why: str
    source: str
    unverified: bool


def plan(person: UUID) -> list[Planned]:
    """What an erasure would let go and what stays. A scope that no verified rule lets go stays."""
    found = []
    for one in erasable_of(people.subject_of(person)):
        ruled = ruling(one)
        rule = ruled.rule
        why = rule.why if rule else _("Chưa có quy định nào trong gói của tỉnh cho phép xóa loại dữ liệu này.")
        source, unverified = (rule.source, rule.unverified) if rule else ("", True)
        if ruled.wrong:
            why = _("Hồ sơ của Nhà nước phải giữ. Quy định trong gói của tỉnh đang ghi sai, người vận hành cần sửa.")
        found.append(Planned(one.scope, one.title, one.count, ruled.goes, why, source, unverified))
    return found


def ask(actor: Actor, kind: str, *, reason: str = "") -> DataRequest:
    """For oneself. Raises Denied, Invalid, Conflict while one of the same kind is open, TooMany."""
    MY_DATA.require(actor)
    if actor.subject is None:
        raise Denied
    return _ask(actor, actor.subject, kind, reason, None)


def ask_at_counter(
    actor: Actor,
    agency: UUID,
    kind: str,
    *,
    seen: SeenIdentity,
    papers_seen: bool,
    reason: str = "",
) -> DataRequest:
    """An official writes it down for the person who stands there with their papers: name, day of birth and number as
    they stand on them. A number that nobody has and a name that is another's get one answer, so that nobody learns
    here who is known. Raises like `ask`, NotFound."""
    COUNTER_DATA.require(actor, agency)
    wrong = {} if papers_seen else {"papers_seen": _("Hãy đối chiếu giấy tờ gốc và người trước mặt.")}
    if kind not in RequestKind.values:
        wrong["kind"] = _("Chọn điều người dân cần: lấy bản dữ liệu, hay xóa dữ liệu.")
    if seen.kind not in IdentifierKind.values:
        wrong["identifier"] = _("Chọn loại giấy tờ.")
    if not seen.number.strip():
        wrong["number"] = _("Ghi số trên giấy tờ.")
    if not seen.full_name.strip():
        wrong["full_name"] = _("Ghi họ và tên như trên giấy tờ.")
    if seen.birth_date is None:
        wrong["birth_date"] = _("Ghi ngày sinh như trên giấy tờ.")
    if wrong:
        raise Invalid(fields=wrong)
    spend(f"counter-data:{actor.account}", 60, timedelta(hours=1))
    person = people.person_with(seen.kind, seen.number)
    if person is None or not people.agrees(person, seen.full_name, seen.birth_date):
        raise Invalid(
            fields={"number": _("Hệ thống không có ai với đúng số, họ tên và ngày sinh này. Kiểm tra lại từng chữ.")}
        )
    if person.pk == actor.subject:
        raise Denied(_("Yêu cầu cho chính mình thì làm ở trang “Dữ liệu của tôi”."))
    made = _ask(actor, person.pk, kind, reason, agency)
    disclosure.note(
        actor,
        person=person.pk,
        record=f"data-request:{made.id}",
        fields=["full_name", "birth_date", "identifier"],
        purpose=str(COUNTER_DATA.title),
    )
    return made


def _ask(actor: Actor, person: UUID, kind: str, reason: str, agency: UUID | None) -> DataRequest:
    if kind not in RequestKind.values:
        raise Invalid(fields={"kind": _("Chọn điều bạn cần: lấy bản dữ liệu, hay xóa dữ liệu.")})
    if len(reason) > LONGEST:
        raise Invalid(fields={"reason": _("Viết ngắn lại, nhiều nhất %(n)d ký tự.") % {"n": LONGEST}})
    if kind == RequestKind.ERASURE and (against := hindrances(people.subject_of(person))):
        raise Invalid(" ".join(against))
    if kind == RequestKind.ERASURE and not any(one.goes for one in plan(person)):
        raise Invalid(_("Không có dữ liệu nào xóa được: những gì đang giữ đều phải lưu. Xem lý do bên dưới."))
    today = clock.local(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    if DataRequest.objects.filter(person=person, created_at__gte=today).count() >= MOST_A_DAY:
        raise TooMany(_("Hôm nay đã có %(n)d yêu cầu. Ngày mai hãy yêu cầu tiếp.") % {"n": MOST_A_DAY})
    if actor.account is None:
        raise Denied
    answer_by, done_by = _terms(kind, agency)
    try:
        with transaction.atomic():
            made = DataRequest.objects.create(
                person_id=person,
                kind=kind,
                asked_by_id=actor.account,
                asked_by_name=actor.name,
                agency_id=agency,
                reason="".join(c for c in reason if c.isprintable() or c == "\n").strip(),
                answer_by=answer_by,
                done_by=done_by,
            )
            told = DataAskedFor(made.id, kind, at_counter=agency is not None)
            emit(actor, told, subject=f"data-request:{made.id}")
            account = people.account_of(person)
            if account is not None and agency is not None:
                notify.notify([account], "vault.request_asked", {}, subject=f"data-request:{made.id}")
            if kind == RequestKind.EXPORT:
                make_export.defer(request=str(made.id))
    except IntegrityError:
        raise Conflict(_("Đã có một yêu cầu như vậy đang được làm. Đợi yêu cầu ấy xong.")) from None
    return made


def _terms(kind: str, agency: UUID | None) -> tuple[datetime | None, datetime | None]:
    """By when it is answered and by when it is done, as far as the pack knows a term."""
    now = clock.now()
    term = term_on(clock.local(now).date(), kind)
    if term is None:
        return None, None
    answer = (
        calendar_for(agency).add_working_days(now, term.answer_working_days)
        if term.answer_working_days is not None
        else None
    )
    return answer, now + timedelta(days=term.done_days) if term.done_days is not None else None


def decide(actor: Actor, request: UUID, *, approve: bool, answer: str = "") -> DataRequest:
    """The second person approves an erasure, or refuses it with a reason that the person reads.

    Raises NotFound (also for one's own), Invalid, Conflict when it is decided already.
    """
    DECIDE_ERASURE.require(actor)
    with transaction.atomic():
        row = DataRequest.objects.select_for_update().filter(id=request, kind=RequestKind.ERASURE).first()
        if row is None:
            raise NotFound
        DECIDE_ERASURE.require(actor, row)
        if row.state != RequestState.ASKED:
            raise Conflict(_("Yêu cầu này đã có người quyết định."))
        if approve and (against := hindrances(people.subject_of(row.person_id))):
            raise Conflict(" ".join(against))
        if approve:
            refuse_wrong(erasable_of(people.subject_of(row.person_id)))
        words = "".join(c for c in answer if c.isprintable() or c == "\n").strip()
        if not approve and not words:
            raise Invalid(fields={"answer": _("Ghi lý do từ chối: người yêu cầu đọc nguyên văn.")})
        if len(words) > LONGEST:
            raise Invalid(fields={"answer": _("Viết ngắn lại, nhiều nhất %(n)d ký tự.") % {"n": LONGEST}})
        row.decided_by_id, row.decided_by_name, row.decided_at = actor.account, actor.name, clock.now()
        row.state, row.answer = (RequestState.WORKING if approve else RequestState.REFUSED), words
        if not approve:
            row.finished_at = clock.now()
            row.outcome = {"erased": [], "kept": []}
        row.save()
        emit(actor, DataRequestDecided(row.id, approve), subject=f"data-request:{row.id}")
        if approve:
            carry_out_erasure.defer(request=str(row.id), after=GRACE)
        if (account := people.account_of(row.person_id)) is not None:
            kind = "vault.erasure_approved" if approve else "vault.erasure_refused"
            notify.notify([account], kind, {}, subject=f"data-request:{row.id}")
    return row
