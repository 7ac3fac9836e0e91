"""A small world with things of one person in it, and everybody who might look at them.

A mother has a draft, dossiers at each stage, a document in her vault and messages. Her agency works on them, another
agency does not, and no other person has anything to do with them. `World.ask` sends one request as one of the actors
and takes back what it changed. Every personal value of hers is a canary: a word that stands nowhere else.
"""

import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver
from PIL import Image

from tests.filing import FORM, PROCEDURE
from tests.reach import offices
from tests.reach.words import MARKUP, canary
from tinhso.desk.pages.record import ACTS
from tinhso.dossiers import actions
from tinhso.dossiers.models import Attachment, Dossier, Draft
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import samples
from tinhso.people.actors import STRONG_ROLES, digest
from tinhso.people.codes import account_code
from tinhso.people.models import Account, ContactCode, Official, Person, Post, Role, Token
from tinhso.people.models.validity import in_force
from tinhso.places import queries as places
from tinhso.project.api import api
from tinhso.vault.models import Holding

MONDAY = "2026-11-09T08:00:00+07:00"
#: Where the mother lives and files; where nobody has anything to do with her.
HERS, ELSEWHERE = "31108", "30742"

OFFICIALS = {
    "receiver": "hontre.tiepnhan",
    "specialist": "hontre.hotich",
    "leader": "hontre.phochutich",
    "clerk": "hontre.vanthu",
    "agency_admin": "hontre.quantri",
    "receiver_elsewhere": "rachgia.tiepnhan",
    "specialist_elsewhere": "rachgia.hotich",
    "leader_elsewhere": "rachgia.phochutich",
    "clerk_elsewhere": "rachgia.vanthu",
    "agency_admin_elsewhere": "rachgia.quantri",
    "province_admin": "tinh.quantri",
    "auditor": "tinh.kiemtra",
}
#: Columns of the table, in its order. ``weak_leader``: hers, without a second factor in this session.
ACTORS = ("anonymous", "unverified", "owner", "stranger", *OFFICIALS, "weak_leader")
#: Who may see what she wrote: herself, and those who work on dossiers at her agency.
RELATED = frozenset({"owner", "receiver", "specialist", "leader", "clerk"})
UNRELATED = tuple(actor for actor in ACTORS if actor not in RELATED)


@dataclass(frozen=True)
class Route:
    """An address with its method, as the table names it."""

    method: str
    route: str

    @property
    def api(self) -> bool:
        return self.route.startswith("/api/")


def _addresses(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern).removeprefix("^").removesuffix("$")
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, address)
        elif isinstance(pattern, URLPattern) and getattr(pattern.callback, "__module__", "") != "ninja.operation":
            yield address


#: Addresses of which a part chooses what is done: a row for each.
SPREAD = {"/ban-lam-viec/ho-so/<uuid:dossier_id>/<str:name>": ("<str:name>", tuple(ACTS)), **offices.SPREAD}


def _spread(address: str) -> list[str]:
    part, names = SPREAD.get(address, ("", ("",)))
    return [address.replace(part, name) if part else address for name in names]


def every_route() -> list[Route]:
    """Pages (GET and POST) and API operations, in the order of their addresses."""
    pages = [
        Route(method, named)
        for address in _addresses(get_resolver())
        for named in _spread(address)
        for method in ("GET", "POST")
    ]
    operations = [
        Route(method, named)
        for router in api._get_bound_routers()
        for path, view in router.path_operations.items()
        for named in _spread(re.sub("/+", "/", f"/api/v1/{router.prefix}/{path}"))
        for operation in view.operations
        for method in operation.methods
    ]
    return sorted(pages + operations, key=lambda r: (r.route, r.method))


#: Fields that take any words.
WORDS = {
    *("full_name", "residence", "family_name", "middle_name", "given_name", "birth_place", "home_place"),
    *("mother_name", "mother_residence"),
}


def canaries() -> tuple[dict[str, dict[str, Any]], tuple[str, ...]]:
    """The birth registration with a canary in every text, and all canaries."""
    plain = {"family_name", "middle_name", "given_name"}
    form: dict[str, dict[str, Any]] = {}
    used: list[str] = []
    for topic, values in FORM.items():
        form[topic] = dict(values)
        for name in WORDS & values.keys():
            word = canary(topic + name)
            used.append(word)
            form[topic][name] = word if name in plain else f"{word} {MARKUP}"
    form["applicant"] |= {"phone": "0977314159", "id_number": "091198004127", "email": "zqmail@vidu.vn"}
    return form, (*used, "0977314159", "091198004127", "zqmail", canary("paper"), canary("note"), canary("comment"))


FILLED, CANARIES = canaries()


def picture() -> bytes:
    kept = BytesIO()
    Image.effect_noise((60, 80), 50).save(kept, "PNG")
    return kept.getvalue()


@dataclass
class World:
    """What there is, and the sessions of those who look at it."""

    cookies: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    jobs: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)

    # who

    def actor(self, name: str) -> Actor:
        """As the house sees somebody with all their posts and a second factor."""
        return self.as_account(self.accounts[name])

    @staticmethod
    def as_account(account: Account) -> Actor:
        """The same for any account."""
        posts = Post.objects.filter(in_force(), official__account=account)
        grants = frozenset(Grant(p.role, p.agency_id) for p in posts)
        who = Actor(account=account.pk, subject=account.person_id, assured=account.verified, strong=True, grants=grants)
        return replace(who, name=account.full_name)

    def sign_in(self, name: str, account: Account, *, strong: bool) -> None:
        client = Client()
        client.force_login(account, backend="tinhso.people.backends.AccountBackend")
        signed = HttpRequest()
        signed.session = client.session
        record_authentication(signed, account, "mfa" if strong else "password", type="totp")
        signed.session.save()
        self.accounts[name] = account
        self.cookies[name] = client.cookies["sessionid"].value

    def token(self, name: str) -> str:
        """A bearer token of that actor, as strong as their session; empty for the anonymous."""
        if name not in self.accounts:
            return ""
        token = secrets.token_urlsafe(32)
        self.token_row(name, token)
        return token

    def token_row(self, name: str, token: str = "never shown") -> Token:
        """A log-in of that actor by a program."""
        account = self.accounts[name]
        strong = (
            name != "weak_leader" and Post.objects.filter(official__account=account, role__in=STRONG_ROLES).exists()
        )
        return Token.objects.create(
            account=account,
            digest=digest(token),
            strong=strong and name != "weak_leader",
            auth_hash=account.get_session_auth_hash(),
            expires_at=clock.real() + timedelta(hours=1),
        )

    # what

    def ask(self, route: Route, actor: str, request: Mapping[str, Any] | None = None) -> HttpResponseBase:
        """The answer to that actor; whatever it changed is taken back."""
        client = Client(raise_request_exception=False)
        if actor in self.cookies:
            client.cookies["sessionid"] = self.cookies[actor]
        sent = dict(self.request(route) if request is None else request)
        with clock.pinned(MONDAY), transaction.atomic():
            answer = client.generic(route.method, self.address(route), headers=self._headers(route), **sent)
            transaction.set_rollback(True)
        return answer

    def address(self, route: Route) -> str:
        values = self.values(route)
        filled = re.sub(r"<(?:\w+:)?(\w+)>|{(\w+)}", lambda m: str(values[m[1] or m[2]]), route.route)
        return filled + QUERY.get(route, "")

    def values(self, route: Route) -> dict[str, Any]:
        """A value for each parameter: hers, or something that is there for everybody."""
        at = STAGE.get(route.route.rpartition("/")[2], "sent")
        values = {
            **self.things,
            "dossier_id": self.things[at],
            "code": PROCEDURE if "procedures" in route.route or "thu-tuc" in route.route else HERS,
            "topic": "child",
            "name": "child",
            **offices.values(self, route.route),
        }
        if "draft" not in route.route and "to-khai" not in route.route and "paper_id" in route.route:
            values["paper_id"] = self.things["dossier_paper"]
        return values

    def _headers(self, route: Route) -> dict[str, str]:
        if route.method == "GET" or not route.api:
            return {}
        values = self.values(route)
        if "draft_id" in route.route:
            return {"If-Match": f'"{Draft.objects.values_list("version", flat=True).get(pk=values["draft_id"])}"'}
        return {"If-Match": f'"{self._version_of(route, values)}"'}

    def _version_of(self, route: Route, values: dict[str, Any]) -> int:
        known = offices.version(route.route, values)
        return self.version(values["dossier_id"]) if known is None else known

    @staticmethod
    def version(dossier: UUID) -> int:
        return Dossier.objects.values_list("version", flat=True).get(pk=dossier)

    def request(self, route: Route) -> dict[str, Any]:
        """What is sent: enough for somebody who may, so that a refusal is a refusal of the person."""
        if route.method in ("GET", "DELETE"):
            return {}
        made = BODIES.get(route.route)
        values = self.values(route)
        body = made(self, values) if made else {}
        if any(isinstance(v, SimpleUploadedFile) for v in body.values()):
            return {"data": encode_multipart(BOUNDARY, body), "content_type": MULTIPART_CONTENT}
        if route.api:
            return {"data": json.dumps(body), "content_type": "application/json"}
        body = {"version": str(self._version_of(route, values)), **body}
        return {"data": urlencode(body), "content_type": "application/x-www-form-urlencoded"}


#: The stage at which the thing asked for makes sense; everything else is asked of a dossier just sent.
STAGE = {
    **dict.fromkeys(("ket-qua", "result", "revocation", "reissue", "revoke_result", "reissue_result"), "issued"),
    **dict.fromkeys(("return", "return_result", "rating", "danh-gia"), "issued"),
    **dict.fromkeys(("receipt", "receipt-requests", "giay-tiep-nhan"), "issued"),
    **dict.fromkeys(("signature", "sign", "send-back", "send_back"), "proposed"),
    **dict.fromkeys(("seal",), "signed"),
    **dict.fromkeys(("supplement-answers", "files", "bo-sung"), "asked"),
    **dict.fromkeys(
        ("proposal", "propose", "supplement-requests", "request_supplement", "refusal", "refuse"), "working"
    ),
    **dict.fromkeys(("hand-over", "hand_over"), "working"),
    **dict.fromkeys(("suspension", "suspend", "wait", "await_applicant", "fee-requests", "ask_fee"), "working"),
    **dict.fromkeys(("extension", "extend"), "working"),
    **dict.fromkeys(("resumption", "resume"), "suspended"),
    **dict.fromkeys(("wait-end", "applicant_ready"), "waited"),
    **dict.fromkeys(("fee-settlement", "settle_fee"), "charged"),
    **dict.fromkeys(("apology", "xin-loi-hen-lai"), "extended"),
}

QUERY = {
    Route("GET", "/can-bo/xac-minh-danh-tinh/"): "?ma=me.hontre@vidu.vn",
    Route("GET", "/tra-cuu"): "?ma=H33",
    Route("GET", "/thu-tuc"): "?q=khai+sinh",
}


def _file(_world: World, _values: dict[str, Any]) -> dict[str, Any]:
    return {"component": "birth_paper", "file": SimpleUploadedFile("giay.png", picture())}


def _official(world: World, _values: dict[str, Any]) -> dict[str, Any]:
    return {"agency_id": str(world.things["agency"]), "role": "clerk", "valid_from": "2026-11-09"}


#: What is sent with each change, for those who may make it.
BODIES = {
    "/api/v1/accounts": lambda w, v: {"contact": "moi@vidu.vn", "full_name": "Moi", "password": "hoa sen trang 2174"},
    "/api/v1/accounts/{account}/closure": lambda w, v: {"reason": "lost"},
    "/api/v1/accounts/{pending}/confirmation": lambda w, v: {"code": "000000"},
    "/api/v1/drafts": lambda w, v: {"procedure": PROCEDURE, "agency": str(w.things["agency"])},
    "/api/v1/drafts/{draft_id}/files": _file,
    "/api/v1/dossiers/{dossier_id}/files": _file,
    "/api/v1/dossiers/{dossier_id}/extension": lambda w, v: {"until": "2026-11-11", "reason": "x"},
    "/api/v1/dossiers/{dossier_id}/fee-requests": lambda w, v: {"amount": 8000, "reason": "x"},
    "/api/v1/dossiers/{dossier_id}/fee-settlement": lambda w, v: {"receipt_number": "x"},
    "/api/v1/dossiers/{dossier_id}/resumption": lambda w, v: {"text": "x"},
    "/api/v1/dossiers/{dossier_id}/suspension": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/wait": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/hand-over": lambda w, v: {"to_account": str(w.accounts["specialist"].pk)},
    "/api/v1/dossiers/{dossier_id}/refusal": lambda w, v: {"reason": "x", "text": "x"},
    "/api/v1/dossiers/{dossier_id}/send-back": lambda w, v: {"text": "x"},
    "/api/v1/dossiers/{dossier_id}/revocation": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/reissue": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/rating": lambda w, v: {"stars": 5},
    "/api/v1/dossiers/{dossier_id}/supplement-requests": lambda w, v: {"points": [{"text": "x"}]},
    "/api/v1/dossiers/{dossier_id}/supplement-answers": lambda w, v: {"text": "x"},
    "/api/v1/identity-verifications": lambda w, v: {
        "account": w.accounts["unverified"].login,
        "agency_id": str(w.things["agency"]),
        "full_name": "Võ Thành Nam",
        "birth_date": "1990-05-05",
        "sex": "male",
        "kind": "cccd",
        "number": "091090001234",
        "papers_seen": True,
    },
    "/api/v1/me/identity": lambda w, v: {"full_name": "Ai Đó"},
    "/api/v1/officials": lambda w, v: {
        "agency_id": str(w.things["agency"]),
        "login": "nguoi.moi",
        "full_name": "Người Mới",
        "title": "Công chức",
    },
    "/api/v1/officials/{official}/posts": _official,
    "/api/v1/officials/{official}/signing-authorities": lambda w, v: {
        "agency_id": str(w.things["agency"]),
        "form": "chinh_danh",
        "position": "CHỦ TỊCH",
        "valid_from": "2027-01-01",
    },
    "/api/v1/password-resets": lambda w, v: {"contact": "moi@vidu.vn"},
    "/api/v1/password-resets/{pending}/confirmation": lambda w, v: {"code": "000000", "password": "hoa sen trang 2174"},
    "/api/v1/sessions": lambda w, v: {"login": "khong.co", "password": "sai"},
    "/api/v1/tracking": lambda w, v: {"code": w.things["code"], "last4": "0000"},
    "/api/v1/verifications": lambda w, v: {"file": SimpleUploadedFile("a.pdf", b"khong phai pdf")},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/ask_fee": lambda w, v: {"amount": "8.000", "reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/await_applicant": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/extend": lambda w, v: {"until": "2026-11-11", "reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/resume": lambda w, v: {"note": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/settle_fee": lambda w, v: {"receipt_number": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/suspend": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/hand_over": lambda w, v: {"to": str(w.accounts["specialist"].pk)},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/request_supplement": lambda w, v: {"point": "x", "component": ""},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/send_back": lambda w, v: {"note": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/revoke_result": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/reissue_result": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/nhan": lambda w, v: {"pick": f"{w.things['sent']}:{w.version(w.things['sent'])}"},
    "/ho-so/<uuid:dossier_id>/danh-gia": lambda w, v: {"stars": "5"},
    "/ho-so/<uuid:dossier_id>/bo-sung": lambda w, v: {"text": "x"},
    "/thu-tuc/<str:code>/nop": lambda w, v: {"agency": str(w.things["agency"])},
    "/to-khai/<uuid:draft_id>/<str:name>": lambda w, v: {"family_name": "Khác"},
    **offices.BODIES,
}


def build() -> World:
    """The world, in the database that is connected now."""
    world = World()
    with clock.pinned(MONDAY):
        samples.load()
        _people(world)
        _things(world)
    return world


def _people(world: World) -> None:
    rach_gia = places.agency_of_unit(ELSEWHERE, clock.today())
    account = Account.objects.create(login="rachgia.quantri", full_name="Quản Trị", code=account_code())
    made = Official.objects.create(account=account, full_name="Quản Trị", title="Quản trị")
    Post.objects.create(official=made, agency=rach_gia, role=Role.AGENCY_ADMIN, valid_from=date(2020, 1, 1))
    for name, login in OFFICIALS.items():
        official = Account.objects.get(login=login)
        strong = Post.objects.filter(official__account=official, role__in=STRONG_ROLES).exists()
        world.sign_in(name, official, strong=strong)
    world.sign_in("weak_leader", world.accounts["leader"], strong=False)
    world.sign_in("owner", Account.objects.get(login=samples.MOTHER[0]), strong=False)
    world.sign_in("unverified", Account.objects.get(login=samples.STRANGER[0]), strong=False)
    somebody = Person.objects.create(full_name="Người Khác", birth_date=date(1990, 1, 1), source="test")
    other = Account.objects.create(
        login="nguoi.khac@vidu.vn",
        full_name="Người Khác",
        code=account_code(),
        person=somebody,
        assurance="verified",
        verified_at=clock.now(),
    )
    world.sign_in("stranger", other, strong=False)


def _drafted(world: World, agency: UUID) -> UUID:
    mother = world.actor("owner")
    draft = actions.start_draft(mother, PROCEDURE, agency)
    version = draft.version
    for topic, values in FILLED.items():
        version = actions.save_topic(mother, draft.id, topic, values, version).version
    actions.attach(mother, draft.id, "birth_paper", name=f"{canary('paper')} {MARKUP}.png", content=picture())
    return draft.id


def _sent(world: World, agency: UUID, stage: str) -> Dossier:
    dossier = actions.submit(world.actor("owner"), _drafted(world, agency), stage)
    world.things[stage] = dossier.id
    world.jobs += _waiting()
    return dossier


def _stopped(world: World, one: UUID, stage: str, why: str) -> None:
    """What stops the legal time of a dossier, or moves its end."""
    version = world.version(one)
    if stage == "suspended":
        actions.suspend(world.actor("leader"), one, reason=why, version=version)
    if stage == "waited":
        actions.await_applicant(world.actor("specialist"), one, reason=why, version=version)
    if stage == "charged":
        actions.ask_fee(world.actor("receiver"), one, amount=8000, reason=why, version=version)
    if stage == "extended":
        actions.extend(world.actor("leader"), one, until=date(2026, 11, 11), reason=why, version=version)


def _things(world: World) -> None:
    agency = places.agency_of_unit(HERS, clock.today()).pk
    receiver, specialist, leader, clerk = (world.actor(n) for n in ("receiver", "specialist", "leader", "clerk"))
    note = f"{canary('note')} {MARKUP}"

    def at(dossier: UUID) -> int:
        return world.version(dossier)

    world.things["agency"] = agency
    world.things["draft_id"] = _drafted(world, agency)
    world.things["paper_id"] = Attachment.objects.get(draft=world.things["draft_id"]).pk
    sent = _sent(world, agency, "sent")
    world.things["dossier_paper"] = Attachment.objects.get(dossier=sent).pk
    world.things["code"] = sent.code
    offices.build_exports(world)
    for stage in ("working", "asked", "suspended", "waited", "charged", "extended", "proposed", "signed", "issued"):
        one = _sent(world, agency, stage).id
        actions.receive(receiver, one, version=at(one))
        if stage == "asked":
            points = [actions.Point(note)]
            actions.request_supplement(specialist, one, points, reason=note, version=at(one))
        _stopped(world, one, stage, note)
        if stage in ("proposed", "signed", "issued"):
            actions.propose(specialist, one, text=note, version=at(one))
        if stage in ("signed", "issued"):
            actions.sign(leader, one, version=at(one))
            world.jobs += _waiting()
            run_waiting(1000)
        if stage == "issued":
            actions.seal(clerk, one, version=at(one))
            run_waiting(1000)
    run_waiting(1000)
    world.mails += mail.outbox
    world.things["holding_id"] = Holding.objects.get(dossier=world.things["issued"]).pk
    world.things["account"] = world.accounts["unverified"].pk
    world.things["pending"] = ContactCode.objects.create(
        purpose=ContactCode.Purpose.REGISTER, contact="x@vidu.vn", expires_at=clock.real()
    ).pk
    offices.build_offices(world)


def _waiting() -> list[str]:
    """Arguments of the jobs that wait now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name || ' ' || args::text FROM procrastinate_jobs WHERE status = 'todo'")
        return [row[0] for row in cursor.fetchall()]
