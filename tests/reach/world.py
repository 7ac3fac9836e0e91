"""A small world with things of one person in it, and everybody who might look at them.

A mother has a draft, dossiers at each stage, a document in her vault and messages. Her agency works on them, another
agency does not, and no other person has anything to do with them. `World.ask` sends one request as one of the actors
and takes back what it changed. `building.py` makes it.
"""

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.filing import PROCEDURE
from tests.reach import offices
from tests.reach.actors import HERS, MONDAY
from tests.reach.requests import BODIES, QUERY, STAGE
from tests.reach.routes import Route
from tinhso.dossiers.models import Dossier, Draft
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor, Grant
from tinhso.people.actors import STRONG_ROLES, digest
from tinhso.people.models import Account, Post, Token
from tinhso.people.models.validity import in_force


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
        return filled + QUERY.get(route, "").format(**self.things)

    def values(self, route: Route) -> dict[str, Any]:
        """A value for each parameter: hers, or something that is there for everybody."""
        at = STAGE.get(route.route.rpartition("/")[2], "sent")
        values = {
            **self.things,
            "dossier_id": self.things[at],
            "code": PROCEDURE if "procedures" in route.route or "thu-tuc" in route.route else HERS,
            "topic": "child",
            "name": "child",
            "fee_id": self.things["open_fee" if "dossier_id" in route.route else "due_fee"],
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
