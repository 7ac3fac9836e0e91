"""What the jobs do for a request about personal data."""

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
from tinhso.kernel.personal import erasable_of, told_about
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.province import province
from tinhso.people import queries as people
from tinhso.vault.copies import Copy, copied
from tinhso.vault.events import DataRequestDone
from tinhso.vault.models import DataRequest, RequestKind, RequestState
from tinhso.vault.pack import refuse_wrong, rules, ruling


def _open(request: UUID, kind: RequestKind, state: RequestState) -> DataRequest | None:
    return DataRequest.objects.select_for_update().filter(id=request, kind=kind, state=state).first()


def export(request: UUID) -> None:
    """Read everything at one moment, keep both files, tell the person. What an official hands over at the counter is
    without what is for the person's own eyes."""
    with translation.override("vi"):
        with transaction.atomic():
            with connection.cursor() as cursor:
                if not connection.savepoint_ids:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            row = DataRequest.objects.filter(id=request, kind=RequestKind.EXPORT, state=RequestState.ASKED).first()
            if row is None:
                return
            parts = told_about(people.subject_of(row.person_id))
            copy = copied(row, [part for part in parts if row.agency_id is None or not part.own])
        _keep(request, copy, _paper(row, copy))


def _paper(row: DataRequest, copy: Copy) -> bytes:
    shown = {
        "sections": copy.paper,
        "shortened": any(part.left_out for part in copy.paper),
        "authority": province().authority,
        "request": row.id,
        "at_counter": row.agency_id is not None,
        "sample": settings.HERE.sample,
        "at": clock.now(),
    }
    html = render_to_string("print/personal_data.html", shown)
    return render(html, title=_("Dữ liệu cá nhân hệ thống đang giữ"))


def _keep(request: UUID, copy: Copy, paper: bytes) -> None:
    with transaction.atomic():
        row = _open(request, RequestKind.EXPORT, RequestState.ASKED)
        if row is None:
            return
        name = f"du-lieu-cua-toi-{clock.today():%Y-%m-%d}"
        row.data_file = files.store_own(SYSTEM, name=f"{name}.json", media_type="application/json", content=copy.data)
        row.paper = files.store_own(SYSTEM, name=f"{name}.pdf", media_type=files.PDF, content=paper)
        row.state, row.finished_at = RequestState.DONE, clock.now()
        row.expires_at = clock.now() + timedelta(days=rules().kept_days)
        row.save()
        emit(SYSTEM, DataRequestDone(row.id, row.kind, copy.counts, 2), subject=f"data-request:{row.id}")
        account = people.account_of(row.person_id)
        if account is not None:
            until = f"{clock.local(row.expires_at):%d/%m/%Y}"
            notify.notify([account], "vault.export_ready", {"until": until}, subject=f"data-request:{row.id}")


def erase(request: UUID) -> None:
    """Every scope that a verified rule lets go, in one transaction with its event; files' keys go with it.

    Raises Conflict, and erases nothing, while the pack's rules would let records of the state go: the job waits among
    the failed ones until the rule is mended.
    """
    with translation.override("vi"), transaction.atomic():
        row = _open(request, RequestKind.ERASURE, RequestState.WORKING)
        if row is None:
            return
        erased: dict[str, int] = {}
        kept: list[dict[str, Any]] = []
        loose: set[UUID] = set()
        held = erasable_of(people.subject_of(row.person_id))
        refuse_wrong(held)
        for one in held:
            ruled = ruling(one)
            if ruled.goes and one.act is not None:
                loose |= set(one.act(SYSTEM))
                erased[one.scope] = one.count
            else:
                why = ruled.rule.why if ruled.rule else ""
                kept.append({"scope": one.scope, "title": one.title, "why": why})
        gone = [file for file in sorted(loose) if not is_referenced(file)]
        for file in gone:
            files.erase(SYSTEM, file)
        row.refresh_from_db()
        row.state, row.finished_at = RequestState.DONE, clock.now()
        row.outcome = {"erased": sorted(erased), "kept": kept}
        row.save()
        emit(SYSTEM, DataRequestDone(row.id, row.kind, erased, len(gone)), subject=f"data-request:{row.id}")
