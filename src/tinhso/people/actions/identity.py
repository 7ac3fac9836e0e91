"""What can be done to persons and accounts: each a verb, one transaction, policy first."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.kernel import audit, clock, disclosure
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Text
from tinhso.kernel.events import emit
from tinhso.kernel.legible import all_legible
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import Actor
from tinhso.kernel.throttle import spend
from tinhso.people.contacts import normal_login
from tinhso.people.events import (
    AccountClosed,
    ClosureReason,
    IdentityClaimed,
    IdentityVerified,
    PersonMadeKnown,
)
from tinhso.people.identifiers import checked
from tinhso.people.models import (
    Account,
    Assurance,
    Identifier,
    IdentifierKind,
    IdentityClaim,
    Person,
    Token,
    Way,
)
from tinhso.people.policies import CLOSE_ACCOUNT, VERIFY_IDENTITY
from tinhso.people.queries import agrees, person_with

#: Nobody has lived longer (122 years and 164 days, Jeanne Calment).
LONGEST_LIFE = timedelta(days=130 * 366)
COUNTER_LOOKUPS = 200  #: an hour and officer: enough for a full counter, too few to read out the register


@dataclass(frozen=True)
class SeenIdentity:
    """What somebody with authority saw: the officer on the papers, or VNeID in its own records."""

    full_name: str
    birth_date: date | None
    sex: str
    kind: str
    number: str
    nationality: str = "Việt Nam"
    residence: str = ""
    home_unit_code: str = ""


def claim_identity(
    actor: Actor, *, full_name: str, birth_date: date | None = None, kind: str = "", number: str = ""
) -> None:
    """Keep what an account says of itself. It opens nothing, whether or not such a person is known. Raises Invalid."""
    if actor.account is None or actor.lent:
        raise Denied
    if not full_name.strip():
        raise Invalid(fields={"full_name": _("Hãy ghi họ tên.")})
    if birth_date is not None and birth_date > clock.today():
        raise Invalid(fields={"birth_date": _("Ngày sinh phải trước hoặc đúng hôm nay.")})
    said = checked(kind, number, birth_date=birth_date) if number else ""
    with transaction.atomic():
        IdentityClaim.objects.update_or_create(
            account_id=actor.account,
            defaults={"full_name": full_name, "birth_date": birth_date, "kind": kind if said else "", "number": said},
        )
        emit(actor, IdentityClaimed(actor.account), subject=f"account:{actor.account}")


@dataclass(frozen=True)
class AtCounter:
    """An account as the officer at the counter sees it before verifying: only what it typed itself."""

    account: UUID
    code: str
    login: str
    full_name: str
    verified: bool
    claimed_name: str
    claimed_birth_date: date | None
    claimed_kind: str


def find_for_counter(actor: Actor, agency_id: UUID, said: str) -> AtCounter:
    """The account whose code or log-in name was read out at the counter. Raises Denied, NotFound, TooMany."""
    VERIFY_IDENTITY.require(actor, agency_id)
    spend(f"counter:{actor.account}", COUNTER_LOOKUPS, timedelta(hours=1))
    found = (
        Account.objects.filter(Q(code=said.strip().upper()) | Q(login=normal_login(said)), is_active=True)
        .select_related("claim")
        .first()
    )
    if found is None:
        raise NotFound(_("Không có tài khoản nào với mã hoặc tên đăng nhập này. Hãy hỏi lại người dân."))
    audit.record(actor, "people.looked_up", subject=f"account:{found.pk}", data={"agency": str(agency_id)})
    if found.person_id is not None:
        disclosure.note(
            actor,
            person=found.person_id,
            record=f"account:{found.pk}",
            fields=["login", "full_name"],
            purpose=str(VERIFY_IDENTITY.title),
        )
    claim = getattr(found, "claim", None)
    return AtCounter(
        account=found.pk,
        code=found.code,
        login=found.login,
        full_name=found.full_name,
        verified=found.verified,
        claimed_name=claim.full_name if claim else "",
        claimed_birth_date=claim.birth_date if claim else None,
        claimed_kind=claim.kind if claim else "",
    )


def verify_identity(
    actor: Actor, account_id: UUID, *, agency_id: UUID, seen: SeenIdentity, papers_seen: bool
) -> Person:
    """A counter officer saw the papers and the person: the account now stands for that person.

    A person who has an account already keeps it: the second one is refused. Raises Denied, NotFound, Invalid, Conflict.
    """
    VERIFY_IDENTITY.require(actor, agency_id)
    if actor.account == account_id:
        raise Denied(_("Không ai tự xác minh danh tính của mình. Hãy nhờ một cán bộ khác."))
    if not papers_seen:
        raise Invalid(fields={"papers_seen": _("Hãy đối chiếu giấy tờ gốc và người trước khi xác minh.")})
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound(_("Không có tài khoản này."))
        person = _bind(account, seen, Way.COUNTER)
        account.verified_by_id = actor.account
        account.verified_agency_id = agency_id
        account.save()
        emit(actor, IdentityVerified(account.pk, person.pk, Way.COUNTER, agency_id), subject=f"account:{account.pk}")
        notify([account.pk], "people.identity_verified", {}, subject=f"account:{account.pk}")
    disclosure.note(
        actor,
        person=person.pk,
        record=f"account:{account.pk}",
        fields=["full_name", "birth_date", "identifier"],
        purpose=str(VERIFY_IDENTITY.title),
    )
    return person


def know_at_counter(actor: Actor, agency_id: UUID, seen: SeenIdentity, *, papers_seen: bool) -> Person:
    """The person who stands at the counter with this paper, made known when the state does not know them yet.

    No account is needed and none is made. What is typed must agree with what is known of the number: whoever holds
    another's number learns nothing and is refused. Raises Denied, Invalid, Conflict, TooMany.
    """
    VERIFY_IDENTITY.require(actor, agency_id)
    number = number_on_paper(seen, papers_seen=papers_seen)
    spend(f"counter:{actor.account}", COUNTER_LOOKUPS, timedelta(hours=1))
    person = person_with(seen.kind, number)
    if person is None:
        with transaction.atomic():
            person = _make_known(seen, number, Way.COUNTER)
            emit(actor, PersonMadeKnown(person.pk, Way.COUNTER, agency_id), subject=f"person:{person.pk}")
        return person
    _agree(person, seen)
    return person


def number_on_paper(seen: SeenIdentity, *, papers_seen: bool) -> str:
    """The number as it is stored, once everything that is typed from the paper can stand. Raises Invalid."""
    wrong: dict[str, Text] = {}
    if not papers_seen:
        wrong["papers_seen"] = _("Hãy đối chiếu giấy tờ gốc và người đứng trước bạn.")
    if not seen.full_name.strip():
        wrong["full_name"] = _("Ghi họ và tên như trên giấy tờ.")
    if seen.birth_date is None:
        wrong["birth_date"] = _("Ghi ngày sinh như trên giấy tờ.")
    wrong |= _unreadable(seen)
    number = ""
    if seen.kind not in IdentifierKind.values:
        wrong["kind"] = _("Chọn loại giấy tờ.")
    elif seen.number.strip():
        try:
            number = checked(seen.kind, seen.number, birth_date=seen.birth_date, sex=seen.sex)
        except Invalid as refused:
            wrong |= refused.fields or {"number": refused.detail}
    if not seen.number.strip():
        wrong["number"] = _("Ghi số trên giấy tờ.")
    if wrong:
        raise Invalid(fields=wrong)
    return number


def _unreadable(seen: SeenIdentity) -> dict[str, Text]:
    """What no paper says: a name without a letter or with characters that cannot be read, a day of birth that is not
    a living person's."""
    wrong: dict[str, Text] = {}
    if seen.full_name.strip() and not (all_legible(seen.full_name) and any(map(str.isalpha, seen.full_name))):
        wrong["full_name"] = _("Họ tên có ký tự không đọc được. Xóa ô và gõ lại.")
    if not all_legible(seen.residence):
        wrong["residence"] = _("Nơi cư trú có ký tự không đọc được. Xóa ô và gõ lại.")
    if seen.birth_date is not None and seen.birth_date > clock.today():
        wrong["birth_date"] = _("Ngày sinh phải trước hoặc đúng hôm nay.")
    elif seen.birth_date is not None and seen.birth_date < clock.today() - LONGEST_LIFE:
        wrong["birth_date"] = _("Ngày sinh quá xa. Xem lại năm sinh.")
    return wrong


def _agree(person: Person, seen: SeenIdentity) -> None:
    """What an officer read on the paper is what is known of its number. Raises Conflict."""
    if not agrees(person, seen.full_name, seen.birth_date):
        raise Conflict(
            _(
                "Họ tên hoặc ngày sinh không khớp với dữ liệu đã có của số giấy tờ này. Kiểm tra lại từng chữ; "
                "giấy tờ có dấu hiệu bị sửa thì không nhận, báo lãnh đạo. Nếu dữ liệu đã có ghi sai, lập đề nghị ở "
                "trang “Sửa họ tên, ngày sinh”."
            )
        )


def verify_by_vneid(actor: Actor, account_id: UUID, seen: SeenIdentity) -> Person:
    """VNeID vouched for the holder of this account. Raises Denied, NotFound, Invalid, Conflict."""
    if actor.account != account_id:
        raise Denied
    with transaction.atomic():
        account = Account.objects.select_for_update().filter(pk=account_id, is_active=True).first()
        if account is None:
            raise NotFound
        person = _bind(account, seen, Way.VNEID)
        account.save()
        emit(actor, IdentityVerified(account.pk, person.pk, Way.VNEID, None), subject=f"account:{account.pk}")
        notify([account.pk], "people.identity_verified", {}, subject=f"account:{account.pk}")
    return person


def _bind(account: Account, seen: SeenIdentity, how: Way) -> Person:
    """Let the account stand for the person who holds the number, made known now when nobody does."""
    if account.verified:
        raise Conflict(_("Tài khoản này đã được xác minh."))
    number = checked(seen.kind, seen.number, birth_date=seen.birth_date, sex=seen.sex)
    if not seen.full_name.strip():
        raise Invalid(fields={"full_name": _("Hãy ghi họ và tên như trên giấy tờ.")})
    if wrong := _unreadable(seen):
        raise Invalid(fields=wrong)
    known = person_with(seen.kind, number)
    if known is not None and how == Way.COUNTER:
        _agree(known, seen)
    elif known is not None and seen.birth_date and known.birth_date and seen.birth_date != known.birth_date:
        raise Conflict(_("Ngày sinh trên giấy tờ không khớp với dữ liệu đã có của số này. Hãy kiểm tra lại giấy tờ."))
    person = known or _make_known(seen, number, how)
    if Account.objects.filter(person=person, is_active=True).exclude(pk=account.pk).exists():
        raise Conflict(
            _("Người có số giấy tờ này đã có một tài khoản được xác minh. Hãy dùng tài khoản đó, hoặc đóng nó trước.")
        )
    account.person = person
    account.assurance = Assurance.VERIFIED
    account.verified_how = how
    account.verified_at = clock.now()
    return person


def _make_known(seen: SeenIdentity, number: str, how: Way) -> Person:
    person = Person.objects.create(
        full_name=" ".join(seen.full_name.split()),
        birth_date=seen.birth_date,
        sex=seen.sex,
        nationality=seen.nationality,
        residence=seen.residence,
        home_unit_code=seen.home_unit_code,
        source=how,
    )
    add_identifier(person, kind=seen.kind, number=number, valid_from=clock.today())
    return person


def add_identifier(person: Person, *, kind: str, number: str, valid_from: date) -> Identifier:
    """Give the person a number, checked against their birth date and sex. Raises Invalid, Conflict."""
    stored = checked(kind, number, birth_date=person.birth_date, sex=person.sex)
    try:
        with transaction.atomic():
            return Identifier.objects.create(
                person=person, kind=IdentifierKind(kind), number=stored, valid_from=valid_from
            )
    except IntegrityError:
        raise Conflict(_("Số giấy tờ này đang thuộc về một người khác.")) from None


def close_account(actor: Actor, account_id: UUID, *, reason: ClosureReason) -> None:
    """End an account at once, sessions and tokens too. Raises Denied, NotFound, Invalid."""
    CLOSE_ACCOUNT.require(actor)
    if actor.account == account_id:
        raise Invalid(_("Không ai tự đóng tài khoản quản trị của mình. Hãy nhờ quản trị khác."))
    with transaction.atomic():
        if not Account.objects.filter(pk=account_id, is_active=True).update(is_active=False):
            raise NotFound(_("Không có tài khoản này."))
        Token.objects.filter(account_id=account_id).delete()
        emit(actor, AccountClosed(account_id, reason), subject=f"account:{account_id}")
