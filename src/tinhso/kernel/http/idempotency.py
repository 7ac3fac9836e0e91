"""A POST sent twice is done once (draft-ietf-httpapi-idempotency-key-header).

The act and its kept answer are one transaction: after a crash either both are there or neither is. Only successes are
kept, so a refused request may be corrected and sent again with the same key. Works for signed-in callers; an
anonymous POST changes nothing that a second one could double.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import ClassVar

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from tinhso.kernel import clock
from tinhso.kernel.classes import FieldClass, declare
from tinhso.kernel.errors import Invalid, Problem, Text
from tinhso.kernel.models import KeptAnswer
from tinhso.kernel.policy import Actor

KEPT = timedelta(hours=24)
REPLAYED_HEADERS = ("Content-Type", "ETag", "Location")


class BadKey(Problem):
    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-idempotency-key"
    title: ClassVar[Text] = _("Idempotency-Key phải dài 1 đến 200 ký tự ASCII, ví dụ một UUID")


class KeyReused(Invalid):
    """The key came before with another body or for another address."""

    code: ClassVar[str] = "idempotency-key-reused"
    title = _("Idempotency-Key này đã dùng cho một yêu cầu khác: hãy tạo khóa mới cho yêu cầu mới")


def once(request: HttpRequest, actor: Actor, answer: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The kept answer for this key, else a fresh one, kept when it is a success."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or key is None or actor.account is None:
        return answer()
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= 200:
        raise BadKey
    fingerprint = _fingerprint(request)
    with transaction.atomic():
        _wait_turn(f"{actor.account}:{key}")
        kept = KeptAnswer.objects.filter(account=actor.account, key=key).first()
        if kept is not None and kept.created_at > clock.now() - KEPT:
            return _replay(kept, request, fingerprint)
        fresh = answer()
        if fresh.status_code >= 500:
            transaction.set_rollback(True)
        elif fresh.status_code < 400 and isinstance(fresh, HttpResponse) and not _secret(fresh):
            if kept is not None:
                kept.delete()
            KeptAnswer.objects.create(
                account=actor.account,
                key=key,
                address=request.path[:500],
                fingerprint=fingerprint,
                status=fresh.status_code,
                headers={name: fresh[name] for name in REPLAYED_HEADERS if name in fresh},
                body=fresh.content,
            )
        return fresh


def _secret(response: HttpResponse) -> bool:
    """An operation whose answer holds a password or token says ``no-store`` itself: it is kept nowhere."""
    return response.headers.get("Cache-Control") == "no-store"


def _wait_turn(name: str) -> None:
    """A second sender of the same key waits here until the first one's transaction ends."""
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def _replay(kept: KeptAnswer, request: HttpRequest, fingerprint: str) -> HttpResponse:
    if (kept.address, kept.fingerprint) != (request.path[:500], fingerprint):
        raise KeyReused
    response = HttpResponse(bytes(kept.body), status=kept.status, headers=kept.headers)
    response["Idempotent-Replayed"] = "true"
    return response


def _fingerprint(request: HttpRequest) -> str:
    """What was sent, whatever boundary a multipart sender chose this time."""
    seen = hashlib.sha256()
    if request.content_type != "multipart/form-data":
        seen.update(request.body)
        return seen.hexdigest()
    seen.update(json.dumps(sorted(request.POST.lists())).encode())
    request._body = b""  # it was read as a form: an operation that takes JSON finds none
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            seen.update(json.dumps([name, file.name, content.hexdigest()]).encode())
    return seen.hexdigest()


declare(
    "kernel.KeptAnswer",
    account=FieldClass.INTERNAL,
    key=FieldClass.INTERNAL,
    address=FieldClass.INTERNAL,
    fingerprint=FieldClass.INTERNAL,
    status=FieldClass.INTERNAL,
    headers=FieldClass.INTERNAL,
    body=FieldClass.SENSITIVE,
)
