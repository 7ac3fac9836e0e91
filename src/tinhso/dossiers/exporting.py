"""Making an exported list, noting who reads it, letting it go."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.events import ExportMade
from tinhso.dossiers.models import Dossier, Export, Phase, Step
from tinhso.dossiers.queries.filtering import filters_of
from tinhso.dossiers.queries.inbox import page, prepare
from tinhso.kernel import clock, disclosure, files, spreadsheets
from tinhso.kernel.events import emit
from tinhso.kernel.files.kinds import XLSX
from tinhso.kernel.notify import notify
from tinhso.kernel.policy import SYSTEM, Actor, Grant
from tinhso.people import queries as people
from tinhso.places import queries as places

#: Dossiers in one file; more is for a report, not for a list to work through.
MOST = 10_000
AT_ONCE = 500
#: How long a file is there.
KEPT = timedelta(days=7)
CSV = "text/csv"
#: What a person reads of it under "Ai đã xem dữ liệu của tôi".
EXPORTED = "Xuất danh sách hồ sơ ra tệp"
FIELDS = ("dossiers.Dossier.applicant_name", "dossiers.Dossier.subject_name")


def make(export_id: UUID) -> None:
    """Make the file of an export, once: what waits, as its asker sees it at that agency now. Slow."""
    export = Export.objects.filter(id=export_id, file=None).exclude(state=Export.State.EXPIRED).first()
    if export is None:
        return
    actor = _asker(export)
    steps = list(_steps(actor, export))
    table = list(_lines(steps[:MOST]))
    content = _written(export, table)
    media, ending = (XLSX, "xlsx") if export.format == Export.Format.XLSX else (CSV, "csv")
    name = f"ho-so-{clock.local(export.asked_at):%Y%m%d-%H%M}.{ending}"
    stored = files.store_own(actor, name=name, media_type=media, content=content)
    with transaction.atomic():
        fresh = Export.objects.select_for_update().get(id=export_id)
        if fresh.file_id is not None:
            return
        now = clock.now()
        dossiers = [step.dossier for step in steps[:MOST]]
        fresh.file, fresh.state, fresh.ready_at, fresh.expires_at = stored, Export.State.READY, now, now + KEPT
        fresh.rows, fresh.cut = len(dossiers), len(steps) > MOST
        fresh.dossiers = [dossier.id for dossier in dossiers]
        fresh.hidden_from = _own_of_colleagues(export.agency_id, dossiers)
        fresh.save()
        told = ExportMade(fresh.id, fresh.agency_id, fresh.rows, stored.sha256)
        emit(SYSTEM, told, subject=f"export:{fresh.id}")
        context: dict[str, str | int] = {
            "name": fresh.name,
            "rows": fresh.rows,
            "until": f"{clock.local(now + KEPT):%H:%M, %d/%m/%Y}",
        }
        notify([fresh.account_id], "dossiers.export_ready", context, subject=f"export:{fresh.id}")


def _asker(export: Export) -> Actor:
    """The official who asked, with the posts at this agency that they still hold: a file shows what a page would."""
    held = {o.role for o in people.officials_at(export.agency_id) if o.account == export.account_id}
    grants = frozenset(Grant(role, export.agency_id) for role in held & set(export.roles))
    person = people.person_of(export.account_id)
    return Actor(
        account=export.account_id,
        subject=person.pk if person is not None else None,
        assured=person is not None,
        grants=grants,
        name=export.account_name,
    )


def _steps(actor: Actor, export: Export) -> Iterator[Step]:
    filters = replace(filters_of(export.filters), agency=export.agency_id)
    cursor, taken = None, 0
    while taken <= MOST:
        steps, cursor = page(actor, filters, cursor, AT_ONCE)
        prepare([step.dossier for step in steps])
        taken += len(steps)
        yield from steps
        if cursor is None:
            return


HEADER = (
    ("Mã hồ sơ", 26), ("Mã thủ tục", 14), ("Thủ tục", 44), ("Lĩnh vực", 20), ("Người được giải quyết", 26),
    ("Người nộp", 26), ("Bước", 24), ("Người giữ", 24), ("Ngày nộp", 18), ("Ngày tiếp nhận", 18), ("Hạn trả", 18),
    ("Tình trạng", 22), ("Hạn", 26),
)  # fmt: skip


def _lines(steps: Iterable[Step]) -> Iterator[list[str]]:
    for step in steps:
        dossier = step.dossier
        version, due = dossier.procedure_version, clocks.due(dossier)
        yield [
            dossier.code,
            version.code,
            version.name,
            version.field,
            dossier.subject_name,
            dossier.applicant_name,
            step.title,
            step.holder_name,
            *(f"{clock.local(at):%d/%m/%Y %H:%M}" if at else "" for at in (dossier.submitted_at, dossier.received_at)),
            f"{clock.local(due.at):%d/%m/%Y %H:%M}" if due.at else "",
            str(Phase(dossier.phase).label),
            due.words,
        ]


def _written(export: Export, table: list[list[str]]) -> bytes:
    names = [name for name, _width in HEADER]
    if export.format == Export.Format.CSV:
        return spreadsheets.csv_bytes(names, table)
    about = [
        [_("Tên"), export.name],
        [_("Cơ quan"), places.names([export.agency_id]).get(export.agency_id, "")],
        [_("Người yêu cầu"), export.account_name],
        [_("Lúc"), f"{clock.local(export.asked_at):%H:%M, %d/%m/%Y}"],
        [_("Lưu ý"), _("Có dữ liệu cá nhân. Ai tải tệp này đều được ghi vào nhật ký mà người trong tệp đọc được.")],
    ]
    return spreadsheets.workbook(
        {
            _("Hồ sơ"): (names, table, [width for _name, width in HEADER]),
            _("Về tệp này"): (["", ""], about, [20, 80]),
        }
    )


def _own_of_colleagues(agency: UUID, dossiers: list[Dossier]) -> list[UUID]:
    """Officials of the agency whose own dossier stands in the list."""
    accounts = {dossier.applicant_account_id for dossier in dossiers}
    persons = {dossier.applicant_person_id for dossier in dossiers} - {None}
    found = {o.account for o in people.officials_at(agency)}
    return sorted(a for a in found if a in accounts or getattr(people.person_of(a), "pk", "") in persons)


def note_read(export_id: UUID, reader: Actor) -> None:
    """In the disclosure log of everybody who stands in the file."""
    export = Export.objects.only("dossiers").get(id=export_id)
    rows = Dossier.objects.filter(id__in=export.dossiers)
    for id, person, account in rows.values_list("id", "applicant_person_id", "applicant_account_id").iterator():
        disclosure.note(reader, person=person or account, record=f"dossier:{id}", fields=FIELDS, purpose=EXPORTED)


def expired(before: datetime) -> "QuerySet[Export]":
    """Exports whose file is past its days, by the instant given."""
    return Export.objects.filter(file__isnull=False, expires_at__lt=before)


def let_go(before: datetime, limit: int) -> int:
    """Erase their files; the rows stay and say who asked for what. Which dossiers stood in them is in the trail of
    readings."""
    with transaction.atomic():
        rows = list(expired(before).select_for_update(skip_locked=True).order_by("expires_at")[:limit])
        held = [row.file_id for row in rows if row.file_id is not None]
        ids = [row.id for row in rows]
        Export.objects.filter(id__in=ids).update(file=None, dossiers=[], state=Export.State.EXPIRED)
        for file in held:
            files.erase(SYSTEM, file)
    return len(rows)
