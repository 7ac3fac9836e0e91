"""Sample people of an instance: invented, marked as sample, with passwords that no other instance has."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.samples import SampleAccount, sample_loaders
from tinhso.people.codes import account_code
from tinhso.people.models import (
    Account,
    Assurance,
    Identifier,
    IdentifierKind,
    IdentityClaim,
    Kinship,
    Official,
    Person,
    Post,
    Relation,
    Role,
    SigningAuthority,
    SigningForm,
    Way,
)
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind

#: Days that stand for the two worlds: three tiers, and two tiers since 1 July 2025.
WORLDS = (date(2022, 9, 5), date(2025, 7, 1))


@dataclass(frozen=True)
class Cast:
    """An official of the sample: where (unit codes in the two worlds), role, name, title, and form of signing."""

    login: str
    name: str
    role: Role
    title: str
    units: tuple[str, str] | None  #: None: the province
    authority: tuple[SigningForm, str, str] | None = None  #: form, on behalf of, position as printed
    also: tuple[Role, ...] = ()  #: further posts at the same place


HON_TRE = ("31108", "31108")
RACH_GIA = ("30730", "30742")
FOR_CHAIR = (SigningForm.FOR_HEAD, "CHỦ TỊCH", "PHÓ CHỦ TỊCH")

OFFICIALS = (
    Cast("hontre.tiepnhan", "Lý Thị Cẩm Tú", Role.RECEIVER, "Công chức Văn phòng", HON_TRE),
    Cast("hontre.hotich", "Danh Hoàng Phúc", Role.SPECIALIST, "Công chức Tư pháp - Hộ tịch", HON_TRE),
    Cast("hontre.phochutich", "Trương Văn Lễ", Role.LEADER, "Phó Chủ tịch", HON_TRE, FOR_CHAIR),
    Cast("hontre.vanthu", "Huỳnh Ngọc Diễm", Role.CLERK, "Văn thư - Thủ quỹ", HON_TRE, also=(Role.CASHIER,)),
    Cast("hontre.quantri", "Phan Quốc Thái", Role.AGENCY_ADMIN, "Quản trị hệ thống", HON_TRE),
    Cast("rachgia.tiepnhan", "Ngô Kim Ngân", Role.RECEIVER, "Công chức Văn phòng", RACH_GIA),
    Cast("rachgia.hotich", "Thị Sóc Kha", Role.SPECIALIST, "Công chức Tư pháp - Hộ tịch", RACH_GIA),
    Cast("rachgia.phochutich", "Mai Đức Thịnh", Role.LEADER, "Phó Chủ tịch", RACH_GIA, FOR_CHAIR),
    Cast("rachgia.vanthu", "Quách Bảo Trân", Role.CLERK, "Văn thư - Thủ quỹ", RACH_GIA, also=(Role.CASHIER,)),
    Cast("tinh.quantri", "Lâm Chí Bền", Role.PROVINCE_ADMIN, "Quản trị hệ thống cấp tỉnh", None),
    Cast("tinh.duyet", "Hứa Mỹ Duyên", Role.PROVINCE_ADMIN, "Quản trị hệ thống cấp tỉnh", None),
    Cast("tinh.tiepnhan", "Châu Thị Ngọc Lan", Role.RECEIVER, "Chuyên viên Văn phòng", None),
    Cast("tinh.chuyenvien", "Dương Tấn Phát", Role.SPECIALIST, "Chuyên viên", None),
    Cast("tinh.phochutich", "Cao Thị Thanh Bình", Role.LEADER, "Phó Chủ tịch", None, FOR_CHAIR),
    Cast("tinh.vanthu", "Đinh Quang Vinh", Role.CLERK, "Văn thư", None),
    Cast("tinh.kiemtra", "Tô Minh Hạnh", Role.AUDITOR, "Kiểm tra, giám sát", None),
)
#: They sign in with a second factor.
STRONG = (Role.LEADER, Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN)
MOTHER = ("me.hontre@vidu.vn", "Nguyễn Thị Bé Ba")
STRANGER = ("chua.xacminh@vidu.vn", "Võ Thành Nam")


def _secret(purpose: str, login: str) -> bytes:
    """A value only this instance has, the same each time it is asked for."""
    key: str = settings.HERE.secret("sample-accounts")
    return hmac.new(key.encode(), f"{purpose}:{login}".encode(), hashlib.sha256).digest()


def sample_password(login: str) -> str:
    return f"mau-{base64.b32encode(_secret('password', login)).decode()[:10].lower()}"


def sample_totp(login: str) -> str:
    return base64.b32encode(_secret("totp", login)[:20]).decode()


def load() -> Sequence[SampleAccount]:
    """Add what is missing; list every account. In few statements: most tests of dossiers begin with it."""
    accounts = _accounts({cast.login: cast.name for cast in OFFICIALS} | dict([MOTHER, STRANGER]))
    return [*_officials(accounts), _mother(accounts[MOTHER[0]]), _stranger(accounts[STRANGER[0]])]


def _accounts(names: Mapping[str, str]) -> dict[str, Account]:
    """The accounts by log-in; a new one has the password as printed (of others it may have been changed since)."""
    known = {account.login: account for account in Account.objects.filter(login__in=names)}
    new = [_account(login, name) for login, name in names.items() if login not in known]
    Account.objects.bulk_create(new)
    return known | {account.login: account for account in new}


def _account(login: str, name: str) -> Account:
    account = Account(
        login=login, email=login if "@" in login else "", full_name=name, code=account_code(), sample=True
    )
    account.set_password(sample_password(login))
    return account


def _officials(accounts: Mapping[str, Account]) -> list[SampleAccount]:
    """The officials with their posts, authorities and second factors."""
    agencies = {units: _agencies(units) for units in {cast.units for cast in OFFICIALS}}
    known = {o.account_id: o for o in Official.objects.filter(account__login__in=[cast.login for cast in OFFICIALS])}
    new = []
    for cast in OFFICIALS:
        account = accounts[cast.login]
        if account.pk not in known:
            known[account.pk] = Official(account=account, full_name=cast.name, title=cast.title)
            known[account.pk].home_id = agencies[cast.units][-1].pk if agencies[cast.units] else None
            new.append(known[account.pk])
    Official.objects.bulk_create(new)
    at = [(cast, known[accounts[cast.login].pk], agency) for cast in OFFICIALS for agency in agencies[cast.units]]
    _posts(at)
    _authorities(at)
    strong = [cast.login for cast in OFFICIALS if cast.role in STRONG]
    protected = set(
        Authenticator.objects.filter(user__login__in=strong, type=Authenticator.Type.TOTP).values_list(
            "user_id", flat=True
        )
    )
    for login in strong:
        if accounts[login].pk not in protected:
            TOTP.activate(accounts[login], sample_totp(login))
    return [_printed(cast, agencies[cast.units]) for cast in OFFICIALS]


At = list[tuple[Cast, Official, Agency]]


def _posts(at: At) -> None:
    held = set(
        Post.objects.filter(official__in={official for _cast, official, _agency in at}).values_list(
            "official_id", "agency_id", "role"
        )
    )
    Post.objects.bulk_create(
        Post(official=official, agency_id=agency.pk, role=role, **_while(agency))
        for cast, official, agency in at
        for role in (cast.role, *cast.also)
        if (official.pk, agency.pk, role) not in held
    )


def _authorities(at: At) -> None:
    held = set(
        SigningAuthority.objects.filter(official__in={official for _cast, official, _agency in at}).values_list(
            "official_id", "agency_id", "form"
        )
    )
    new = []
    for cast, official, agency in at:
        if cast.authority is None or (official.pk, agency.pk, cast.authority[0]) in held:
            continue
        form, on_behalf_of, position = cast.authority
        words = {"form": form, "on_behalf_of": on_behalf_of, "position": position}
        new.append(SigningAuthority(official=official, agency_id=agency.pk, **words, **_while(agency)))
    SigningAuthority.objects.bulk_create(new)


def _while(agency: Agency) -> dict[str, date | None]:
    """As long as the agency is there."""
    return {"valid_from": agency.valid_from, "valid_to": agency.valid_to}


def _printed(cast: Cast, agencies: Sequence[Agency]) -> SampleAccount:
    begun = [agency.name for agency in agencies if agency.valid_from <= clock.today()]
    where = begun[-1] if begun else "chưa có cơ quan trong gói dữ liệu"
    who = f"{cast.name}, {Role(cast.role).label.lower()}, {where} (mẫu)"
    totp = sample_totp(cast.login) if cast.role in STRONG else ""
    return SampleAccount(cast.login, sample_password(cast.login), who, totp)


def _agencies(units: tuple[str, str] | None) -> list[Agency]:
    """The agency of these units in each of the two worlds (of the province: its committee), as far as the pack
    knows it."""
    found = []
    for day, unit in zip(WORLDS, units or ("", ""), strict=True):
        if not unit:
            found += list(places.agencies(day, AgencyKind.PROVINCE_COMMITTEE)[:1])
            continue
        try:
            found.append(places.agency_of_unit(unit, day))
        except NotFound:
            continue
    return list({agency.pk: agency for agency in found}.values())


def _person(name: str, born: date, sex: str, number: str) -> Person:
    """An invented person of Hòn Tre with a number of valid structure."""
    held = Identifier.objects.filter(kind=IdentifierKind.CCCD, number=number).select_related("person").first()
    if held is not None:
        return held.person
    person = Person.objects.create(
        full_name=name,
        birth_date=born,
        sex=sex,
        ethnicity="Kinh",
        residence="Ấp I, Hòn Tre, Kiên Hải",
        home_unit_code=HON_TRE[0],
        source="sample",
        sample=True,
    )
    Identifier.objects.create(person=person, kind=IdentifierKind.CCCD, number=number, valid_from=date(2021, 4, 1))
    return person


def _mother(account: Account) -> SampleAccount:
    """The mother has shown her papers at the counter; her husband is known as well."""
    login, name = MOTHER
    mother = _person(name, date(1998, 3, 14), "female", "091198004127")
    father = _person("Lê Văn Út Lợi", date(1995, 11, 2), "male", "091095007733")
    Kinship.objects.get_or_create(
        person=mother,
        relative=father,
        kind=Relation.SPOUSE,
        defaults={"valid_from": date(2020, 2, 20), "source": "sample"},
    )
    if not account.verified:
        account.person, account.assurance = mother, Assurance.VERIFIED
        account.verified_how, account.verified_at = Way.COUNTER, clock.now()
        account.save()
    return SampleAccount(login, sample_password(login), f"{name}, người dân Hòn Tre, đã xác minh danh tính (mẫu)")


def _stranger(account: Account) -> SampleAccount:
    """Somebody who only typed a number."""
    login, name = STRANGER
    IdentityClaim.objects.get_or_create(account=account, defaults={"full_name": name})
    return SampleAccount(login, sample_password(login), f"{name}, người dân, chưa xác minh danh tính (mẫu)")


def sample_accounts() -> list[SampleAccount]:
    """The accounts as printed, without a look at the database."""
    officials = [
        SampleAccount(
            c.login,
            sample_password(c.login),
            f"{c.name}, {c.title} (mẫu)",
            sample_totp(c.login) if c.role in STRONG else "",
        )
        for c in OFFICIALS
    ]
    citizens = [SampleAccount(login, sample_password(login), f"{name} (mẫu)") for login, name in (MOTHER, STRANGER)]
    return [*officials, *citizens]


sample_loaders.register("people", load)
