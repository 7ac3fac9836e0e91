"""What can be done to persons, accounts and posts: each a verb, one transaction, policy first."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from tinhso.kernel import audit, clock, disclosure
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import Actor
from tinhso.kernel.throttle import spend
from tinhso.people.codes import account_code
from tinhso.people.contacts import is_phone, normal_login, read_contact
from tinhso.people.events import (
    AccountClosed,
    ClosureReason,
    IdentityClaimed,
    IdentityVerified,
    OfficialAppointed,
    PasswordReset,
    PostEnded,
    PostGranted,
    SigningAuthorityGranted,
)
from tinhso.people.identifiers import checked
from tinhso.people.models import (
    Account,
    Assurance,
    Identifier,
    IdentifierKind,
    IdentityClaim,
    Official,
    Person,
    Post,
    Role,
    SigningAuthority,
    SigningForm,
    Token,
    Way,
)
from tinhso.people.policies import CLOSE_ACCOUNT, MANAGE_OFFICIALS, VERIFY_IDENTITY
from tinhso.people.queries import person_with

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
    if actor.account is None:
        raise Denied
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
    person = person_with(seen.kind, number) or _make_known(seen, number, how)
    if seen.birth_date and person.birth_date and seen.birth_date != person.birth_date:
        raise Conflict(_("Ngày sinh trên giấy tờ không khớp với dữ liệu đã có của số này. Hãy kiểm tra lại giấy tờ."))
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


def appoint_official(
    actor: Actor, *, agency_id: UUID, login: str, full_name: str, title: str, email: str = ""
) -> tuple[Official, str]:
    """An account for an official, and its first password, which must be changed at the first log-in.

    Raises Denied, Invalid, Conflict.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    name, reached = _official_login(login), _official_email(email)
    if not full_name.strip():
        raise Invalid(_("Hãy ghi tên đăng nhập và họ tên của cán bộ."))
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        if Account.objects.filter(login=name).exists():
            raise Conflict(_("Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."))
        account = Account(
            login=name, email=reached, full_name=full_name, code=account_code(), must_change_password=True
        )
        account.set_password(password)
        account.save()
        official = Official.objects.create(account=account, full_name=full_name, title=title)
        emit(actor, OfficialAppointed(official.pk, account.pk, agency_id), subject=f"official:{official.pk}")
    return official, password


def grant_post(
    actor: Actor,
    official_id: UUID,
    *,
    agency_id: UUID,
    role: Role,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Post:
    """Let the official act in the role at the agency. Raises Denied, NotFound, Conflict."""
    MANAGE_OFFICIALS.require(actor, agency_id)
    official = _official(actor, official_id, agency_id)
    _only_province(actor, role)
    try:
        with transaction.atomic():
            post = Post.objects.create(
                official=official,
                agency_id=agency_id,
                role=role,
                valid_from=valid_from or clock.today(),
                valid_to=valid_to,
            )
            emit(
                actor,
                PostGranted(official_id, post.pk, agency_id, role, post.valid_from, valid_to),
                subject=f"official:{official_id}",
            )
    except IntegrityError:
        raise Conflict(
            _("Cán bộ đã giữ vai trò này trong thời gian đó, hoặc ngày kết thúc đứng trước ngày bắt đầu.")
        ) from None
    return post


def end_post(actor: Actor, post_id: UUID, *, last_day: date | None = None) -> None:
    """The last day of a post; without one it ends at once (one that starts today is taken back whole).

    Raises Denied, NotFound.
    """
    with transaction.atomic():
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        if post is None:
            raise NotFound
        MANAGE_OFFICIALS.require(actor, post.agency_id)
        _only_province(actor, Role(post.role))
        end = last_day or clock.today() - timedelta(days=1)
        emit(
            actor,
            PostEnded(post.official_id, post.pk, post.agency_id, post.role, end),
            subject=f"official:{post.official_id}",
        )
        if end < post.valid_from:
            post.delete()
        else:
            post.valid_to = end
            post.save(update_fields=["valid_to"])


def grant_signing_authority(
    actor: Actor,
    official_id: UUID,
    *,
    agency_id: UUID,
    form: SigningForm,
    position: str,
    on_behalf_of: str = "",
    basis: str = "",
    valid_from: date,
    valid_to: date | None = None,
) -> SigningAuthority:
    """Let the official sign for the agency in this form (Decree 30/2020, article 13).

    Raises Denied, NotFound, Invalid, Conflict.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    official = _official(actor, official_id, agency_id)
    if (form == SigningForm.OWN) != (not on_behalf_of):
        raise Invalid(_("Ký thay, thừa lệnh, thừa ủy quyền phải ghi ký cho ai; ký chính danh thì không."))
    if form == SigningForm.BY_DELEGATION and not (basis and valid_to):
        raise Invalid(_("Thừa ủy quyền phải có văn bản ủy quyền và ngày hết hạn."))
    try:
        with transaction.atomic():
            authority = SigningAuthority.objects.create(
                official=official,
                agency_id=agency_id,
                form=form,
                position=position,
                on_behalf_of=on_behalf_of,
                basis=basis,
                valid_from=valid_from,
                valid_to=valid_to,
            )
            emit(
                actor,
                SigningAuthorityGranted(official_id, agency_id, form, valid_from, valid_to),
                subject=f"official:{official_id}",
            )
    except IntegrityError:
        raise Conflict(_("Cán bộ đã có quyền ký khác ở cơ quan này trong thời gian đó.")) from None
    return authority


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


def reset_first_password(actor: Actor, account_id: UUID, *, agency_id: UUID) -> str:
    """A new temporary password for an official of the agency; it must be changed at the next log-in.

    Whoever gets it can act with every post of the account: an agency resets only for those who work there and
    nowhere else, the province for everybody. Raises Denied, NotFound.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    password = secrets.token_urlsafe(12)
    with transaction.atomic():
        account = (
            Account.objects.select_for_update(of=("self",))
            .filter(pk=account_id, official__posts__agency_id=agency_id)
            .first()
        )
        if account is None or not (_for_province(actor) or _agencies_of(account_id) == {agency_id}):
            raise NotFound
        account.set_password(password)
        account.must_change_password = True
        account.save(update_fields=["password", "must_change_password"])
        account.tokens.all().delete()
        emit(actor, PasswordReset(account.pk, temporary=True), subject=f"account:{account.pk}")
        notify([account.pk], "people.password_reset", {}, subject=f"account:{account.pk}")
    return password


def _official(actor: Actor, official_id: UUID, agency_id: UUID) -> Official:
    """The official, when the actor may give them something at that agency: not oneself, and not somebody who works
    for other agencies only (the province moves people). Raises Denied, NotFound."""
    found = Official.objects.filter(pk=official_id).first()
    if found is None:
        raise NotFound
    if actor.account == found.account_id:
        raise Denied(_("Không ai tự giao quyền cho mình. Hãy nhờ một người quản trị khác."))
    works_at = _agencies_of(found.account_id)
    if works_at and agency_id not in works_at and not _for_province(actor):
        raise NotFound
    return found


def _agencies_of(account_id: UUID) -> set[UUID]:
    """Where the account's official works today or will."""
    still = Q(valid_to=None) | Q(valid_to__gte=clock.today())
    return set(Post.objects.filter(still, official__account_id=account_id).values_list("agency_id", flat=True))


def _for_province(actor: Actor) -> bool:
    return actor.system or actor.holds(Role.PROVINCE_ADMIN)


def _official_login(text: str) -> str:
    """A short name of its own: a telephone number or e-mail is how its owner, a citizen, signs in. Raises Invalid."""
    name = normal_login(text)
    if is_phone(name) or not re.fullmatch(r"[a-z0-9][a-z0-9._-]{2,59}", name):
        sentence = _("Tên đăng nhập gồm 3 đến 60 chữ không dấu, số, dấu chấm hoặc gạch, ví dụ hontre.tiepnhan.")
        raise Invalid(sentence, fields={"login": sentence})
    return name


def _official_email(text: str) -> str:
    """The e-mail address in its stored form, or nothing. Raises Invalid."""
    if not text.strip():
        return ""
    reached = read_contact(text)
    if is_phone(reached):
        sentence = _("Hãy ghi địa chỉ thư điện tử như ten@vidu.vn, hoặc bỏ trống.")
        raise Invalid(sentence, fields={"email": sentence})
    return reached


def _only_province(actor: Actor, role: Role) -> None:
    """Roles above one agency are given and ended by the province only."""
    if role in (Role.PROVINCE_ADMIN, Role.AUDITOR, Role.AGENCY_ADMIN) and not _for_province(actor):
        raise Denied(_("Vai trò này do quản trị cấp tỉnh giao."))
