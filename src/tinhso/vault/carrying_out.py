"""What the jobs do for a request about personal data."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from tinhso.kernel import clock, files, notify
from tinhso.kernel.events import emit
from tinhso.kernel.files.references import is_referenced
from tinhso.kernel.pdf.render import render
from tinhso.kernel.personal import DataSubject, Section, erasable_of, told_about
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.province import province
from tinhso.people import queries as people
from tinhso.vault.events import DataRequestDone
from tinhso.vault.models import DataRequest, RequestKind, RequestState
from tinhso.vault.pack import rules, scope_named

FORMAT = "tinhso-personal-data/1"


def _open(request: UUID, kind: RequestKind, state: RequestState) -> DataRequest | None:
    return DataRequest.objects.select_for_update().filter(id=request, kind=kind, state=state).first()


def _subject(row: DataRequest) -> DataSubject:
    return DataSubject(row.person_id, people.accounts_of(row.person_id))


def document(row: DataRequest, sections: Sequence[Section]) -> dict[str, Any]:
    """The export as JSON: `docs/personal-data.schema.json`."""
    return {
        "format": FORMAT,
        "request": str(row.id),
        "person": str(row.person_id),
        "made_at": clock.now().isoformat(timespec="seconds"),
        "authority": province().authority,
        "sample": settings.HERE.sample,
        "sections": [
            {"name": part.name, "title": part.title, "columns": part.columns, "rows": part.rows} for part in sections
        ],
    }


def export(request: UUID) -> None:
    """Read everything at one moment, keep both files, tell the person."""
    with translation.override("vi"):
        with transaction.atomic():
            with connection.cursor() as cursor:
                if not connection.savepoint_ids:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            row = DataRequest.objects.filter(id=request, kind=RequestKind.EXPORT, state=RequestState.ASKED).first()
            if row is None:
                return
            told = document(row, told_about(_subject(row)))
        paper = render(
            render_to_string("print/personal_data.html", {"told": shown(told), "at": clock.now()}),
            title=_("Dữ liệu cá nhân hệ thống đang giữ"),
        )
        _keep(request, told, paper)


def _keep(request: UUID, told: dict[str, Any], paper: bytes) -> None:
    with transaction.atomic():
        row = _open(request, RequestKind.EXPORT, RequestState.ASKED)
        if row is None:
            return
        data = json.dumps(told, ensure_ascii=False, indent=1).encode()
        name = f"du-lieu-cua-toi-{clock.today():%Y-%m-%d}"
        row.data_file = files.store_own(SYSTEM, name=f"{name}.json", media_type="application/json", content=data)
        row.paper = files.store_own(SYSTEM, name=f"{name}.pdf", media_type=files.PDF, content=paper)
        row.state, row.finished_at = RequestState.DONE, clock.now()
        row.expires_at = clock.now() + timedelta(days=rules().kept_days)
        row.save()
        counts = {part["name"]: len(part["rows"]) for part in told["sections"] if part["rows"]}
        emit(SYSTEM, DataRequestDone(row.id, row.kind, counts, 2), subject=f"data-request:{row.id}")
        account = people.account_of(row.person_id)
        if account is not None:
            until = f"{clock.local(row.expires_at):%d/%m/%Y}"
            notify.notify([account], "vault.export_ready", {"until": until}, subject=f"data-request:{row.id}")


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """The document for paper: each row as pairs of words; instants as Vietnamese clocks show them."""
    parts = [
        {
            "title": part["title"],
            "rows": [
                [(words, _worded(row.get(key))) for key, words in part["columns"].items()] for row in part["rows"]
            ],
        }
        for part in told["sections"]
    ]
    return {**told, "sections": parts}


def _pairs(columns: dict[str, str], row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(words, _worded(row.get(key))) for key, words in columns.items()]


def _worded(value: Any) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_worded(inner)}" for key, inner in value.items()) or "–"
    if isinstance(value, list):
        return "; ".join(_worded(inner) for inner in value) or "–"
    text = str(value)
    if len(text) >= 19 and text[4:5] == "-" and text[10:11] == "T":
        try:
            return f"{clock.local(clock.parse(text)):%d/%m/%Y %H:%M}"
        except ValueError:
            return text
    return text


def erase(request: UUID) -> None:
    """Every scope that a verified rule lets go, in one transaction with its event; files' keys go with it."""
    with translation.override("vi"), transaction.atomic():
        row = _open(request, RequestKind.ERASURE, RequestState.WORKING)
        if row is None:
            return
        erased: dict[str, int] = {}
        kept: list[dict[str, Any]] = []
        loose: set[UUID] = set()
        for one in erasable_of(_subject(row)):
            rule = scope_named(one.scope)
            if rule is not None and rule.erasable and not rule.unverified:
                loose |= set(one.act(SYSTEM))
                erased[one.scope] = one.count
            else:
                kept.append({"scope": one.scope, "title": one.title, "why": rule.why if rule else ""})
        gone = [file for file in sorted(loose) if not is_referenced(file)]
        for file in gone:
            files.erase(SYSTEM, file)
        row.refresh_from_db()
        row.state, row.finished_at = RequestState.DONE, clock.now()
        row.outcome = {"erased": sorted(erased), "kept": kept}
        row.save()
        emit(SYSTEM, DataRequestDone(row.id, row.kind, erased, len(gone)), subject=f"data-request:{row.id}")
