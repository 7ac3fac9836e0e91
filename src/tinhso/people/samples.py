"""Sample people of an instance: invented, marked as sample, with passwords that no other instance has."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
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
    Cast("tinh.phochutich", "Cao Thị Thanh Bình", Role.LEADER, "Phó Chủ tịch", None, FOR_CHAIR),
    Cast("tinh.vanthu", "Đinh Quang Vinh", Role.CLERK, "Văn thư", None),
    Cast("tinh.kiemtra", "Tô Minh Hạnh", Role.AUDITOR, "Kiểm tra, giám sát", None),
)
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
    """Add what is missing; list every account."""
    officials = [_official(cast) for cast in OFFICIALS]
    return [*officials, _mother(), _stranger()]


def _account(login: str, name: str) -> Account:
    """The account, with its password as printed (it may have been changed since: then it is left alone)."""
    found = Account.objects.filter(login=login).first()
    if found is not None:
        return found
    account = Account(
        login=login, email=login if "@" in login else "", full_name=name, code=account_code(), sample=True
    )
    account.set_password(sample_password(login))
    account.save()
    return account


def _official(cast: Cast) -> SampleAccount:
    account = _account(cast.login, cast.name)
    official, _new = Official.objects.get_or_create(
        account=account, defaults={"full_name": cast.name, "title": cast.title}
    )
    where = "chưa có cơ quan trong gói dữ liệu"
    for agency in _agencies(cast):
        where = agency.name if agency.valid_from <= clock.today() else where
        official.home_id = agency.pk
        valid = {"valid_from": agency.valid_from, "valid_to": agency.valid_to}
        for role in (cast.role, *cast.also):
            Post.objects.get_or_create(official=official, agency_id=agency.pk, role=role, defaults=valid)
        if cast.authority is not None:
            form, on_behalf_of, position = cast.authority
            SigningAuthority.objects.get_or_create(
                official=official,
                agency_id=agency.pk,
                form=form,
                defaults={"on_behalf_of": on_behalf_of, "position": position, **valid},
            )
    official.save(update_fields=["home"])
    totp = ""
    if cast.role in (Role.LEADER, Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN):
        totp = sample_totp(cast.login)
        if not Authenticator.objects.filter(user=account, type=Authenticator.Type.TOTP).exists():
            TOTP.activate(account, totp)
    who = f"{cast.name}, {Role(cast.role).label.lower()}, {where} (mẫu)"
    return SampleAccount(cast.login, sample_password(cast.login), who, totp)


def _agencies(cast: Cast) -> list[Agency]:
    """The agency of the official in each of the two worlds, as far as the pack knows it."""
    found = []
    for day, unit in zip(WORLDS, cast.units or ("", ""), strict=True):
        if not unit:
            found += list(places.agencies(day, AgencyKind.PROVINCE_COMMITTEE)[:1])
            continue
        try:
            found.append(places.agency_of_unit(unit, day))
        except NotFound:
            continue
    return found


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


def _mother() -> SampleAccount:
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
    account = _account(login, name)
    if not account.verified:
        account.person, account.assurance = mother, Assurance.VERIFIED
        account.verified_how, account.verified_at = Way.COUNTER, clock.now()
        account.save()
    return SampleAccount(login, sample_password(login), f"{name}, người dân Hòn Tre, đã xác minh danh tính (mẫu)")


def _stranger() -> SampleAccount:
    """Somebody who only typed a number."""
    login, name = STRANGER
    account = _account(login, name)
    IdentityClaim.objects.get_or_create(account=account, defaults={"full_name": name})
    return SampleAccount(login, sample_password(login), f"{name}, người dân, chưa xác minh danh tính (mẫu)")


def sample_accounts() -> list[SampleAccount]:
    """The accounts as printed, without a look at the database."""
    strong = (Role.LEADER, Role.AGENCY_ADMIN, Role.PROVINCE_ADMIN)
    officials = [
        SampleAccount(
            c.login,
            sample_password(c.login),
            f"{c.name}, {c.title} (mẫu)",
            sample_totp(c.login) if c.role in strong else "",
        )
        for c in OFFICIALS
    ]
    citizens = [SampleAccount(login, sample_password(login), f"{name} (mẫu)") for login, name in (MOTHER, STRANGER)]
    return [*officials, *citizens]


sample_loaders.register("people", load)
