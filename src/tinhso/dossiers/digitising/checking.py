"""The dry run of a batch: every line is read, every scan is kept and looked at; nothing is signed and nobody is told.

A worker that dies leaves nothing half-done: the job begins again, and what it stored twice is erased.
"""

from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.dossiers.digitising import archive, lines
from tinhso.dossiers.digitising.archive import Archive
from tinhso.dossiers.digitising.lines import Line
from tinhso.dossiers.models import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.kernel import disclosure, files
from tinhso.kernel.errors import Problem
from tinhso.kernel.pdf.scans import signable
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import queries as people
from tinhso.people.models.officials import name_key

#: Lines between two marks of progress.
STRIDE = 20
#: Lines of one list that name somebody else than who holds the number; behind them nobody is compared: a list is no way
#: to find out who holds which number.
MOST_STRANGERS = 20
PURPOSE = "Đối chiếu người giữ giấy tờ khi số hóa"


def check(batch_id: UUID) -> None:
    """Look at a batch that was just uploaded. Doing it again does it anew."""
    batch = DigitisedBatch.objects.filter(id=batch_id, state=BatchState.CHECKING).first()
    if batch is None or batch.file_id is None:
        return
    fault, rows = "", list[Digitised]()
    _clear(batch)
    try:
        with files.open_file(batch.file_id) as content, archive.opened(content) as opened, override("vi"):
            found = lines.read(opened.listing())
            lines.understand(found)
            DigitisedBatch.objects.filter(id=batch.id).update(total=len(found), done=0)
            rows = _judged(batch, found, opened)
            unnamed = len(set(opened.scans) - {archive.key(line.typed["scan"]) for line in found})
    except Problem as problem:
        fault, unnamed = str(problem.detail), 0
    _keep(batch, rows, fault, unnamed)


def _clear(batch: DigitisedBatch) -> None:
    """What an earlier run of this job left."""
    for scan in Digitised.objects.filter(batch=batch, scan__isnull=False).values_list("scan", flat=True):
        assert scan is not None
        forget(scan)
    Digitised.objects.filter(batch=batch).delete()


def forget(scan: UUID) -> None:
    """Erase a scan that nobody will sign; it may be gone already."""
    if files.describe(scan).state != files.FileState.ERASED:
        files.erase(SYSTEM, scan)


def _judged(batch: DigitisedBatch, found: list[Line], opened: Archive) -> list[Digitised]:
    known = people.holders({line.identity for line in found if line.identity})
    taken = _taken(batch, found)
    doubtful = lines.tried_out(found)
    own = people.person_of(batch.made_by_id)
    actor = Actor(account=batch.made_by_id, name=batch.made_by_name)
    rows, scans, strangers = [], dict[str, Line](), 0
    for number, line in enumerate(found, 1):
        if line.in_book in taken:
            line.wrong("number", _("Số này của sổ đã số hóa rồi."))
        holder = known.get(line.identity) if line.identity not in doubtful else None
        if holder is not None and strangers >= MOST_STRANGERS:
            line.wrong("identity", _("Chưa so dòng này: sửa những dòng không khớp ở trên rồi tải lên lại."))
            holder = None
        if holder is not None:
            disclosure.note(
                actor,
                person=holder.person,
                record=f"digitised-batch:{batch.id}",
                fields=["full_name", "birth_date"],
                purpose=PURPOSE,
            )
            if own is not None and own.pk == holder.person:
                line.wrong("identity", _("Không ai tự số hóa giấy tờ của chính mình. Nhờ đồng nghiệp."))
            elif not _agrees(line, holder):
                strangers += 1
                words = _("Họ tên hoặc ngày sinh không khớp với người giữ số này. So lại với giấy tờ.")
                line.wrong("holder_name", words)
        scan = _scan(actor, line, opened, scans)
        row = _row(batch, line, holder.person if holder else None, scan)
        row.save()  # at once: what is stored is named by a row, so that another run finds and erases it
        rows.append(row)
        if number % STRIDE == 0:
            DigitisedBatch.objects.filter(id=batch.id).update(done=number)
    for line, row in zip(found, rows, strict=True):
        if line.faults and row.state != DigitisedState.WRONG:  # a later line shows that this one is doubtful
            row.state, row.faults, row.person_id = DigitisedState.WRONG, _sorted(line), None
            row.save(update_fields=["state", "faults", "person"])
    return rows


def _agrees(line: Line, holder: people.Holder) -> bool:
    same_name = name_key(line.typed["holder_name"]) == name_key(holder.full_name)
    same_birth = line.birth_date is None or holder.birth_date in (None, line.birth_date)
    return same_name and same_birth


def _taken(batch: DigitisedBatch, found: list[Line]) -> set[tuple[str, str, int]]:
    """Which of these are digitised already, in one query."""
    numbers = {line.typed["number"] for line in found}
    rows = Digitised.objects.filter(agency=batch.agency_id, number__in=numbers, state=DigitisedState.SIGNED)
    return {(kind, number, year) for kind, number, year in rows.values_list("kind", "number", "year") if year}


def _scan(actor: Actor, line: Line, opened: Archive, seen: dict[str, Line]) -> UUID | None:
    """The stored scan of a line without faults so far; what is wrong with it is a fault of the line."""
    name = line.typed["scan"]
    if not name:
        return None
    if archive.key(name) not in opened.scans:
        line.wrong("scan", _("Không có tệp này trong tệp nén."))
        return None
    try:
        content = opened.scan(name)
        before = seen.setdefault(sha256(content).hexdigest(), line)  # also of a line that is wrong elsewhere
        if before is not line:
            lines.both_wrong(before, line, "scan", _("Bản quét giống hệt bản của dòng %(n)d."))
        if line.faults:
            return None
        signable(content)
        stored = files.store(
            actor, name=name, content=content, allowed=frozenset({files.PDF}), limit=archive.LARGEST_SCAN
        )
    except Problem as problem:
        line.wrong("scan", str(problem.detail))
        return None
    if Digitised.objects.filter(scan__sha256=stored.sha256, state=DigitisedState.SIGNED).exists():
        line.wrong("scan", _("Bản quét này đã số hóa cho một giấy tờ khác."))
    return stored.id


def _row(batch: DigitisedBatch, line: Line, person: UUID | None, scan: UUID | None) -> Digitised:
    state = DigitisedState.READY if scan else DigitisedState.NOTED
    return Digitised(
        batch=batch,
        agency_id=batch.agency_id,
        line=line.number,
        typed={name: text[:300] for name, text in line.typed.items()},
        faults=_sorted(line),
        state=DigitisedState.WRONG if line.faults else state,
        kind=line.kind,
        title=line.title,
        number=line.typed["number"][:60],
        year=line.issued_on.year if line.issued_on else None,
        issued_on=line.issued_on,
        valid_to=line.valid_to,
        identity=line.identity,
        holder_name=line.typed["holder_name"][:255],
        person_id=person if not line.faults else None,
        scan_id=scan,
    )


def _sorted(line: Line) -> list[dict[str, str]]:
    return sorted(line.faults, key=lambda fault: fault["column"])


def _keep(batch: DigitisedBatch, rows: list[Digitised], fault: str, unnamed: int) -> None:
    counts = {str(state): 0 for state in DigitisedState}
    for row in rows:
        counts[row.state] += 1
    counts["unnamed"] = unnamed
    counts["unknown"] = sum(1 for row in rows if row.state == DigitisedState.READY and row.person_id is None)
    with transaction.atomic():
        locked = DigitisedBatch.objects.select_for_update().get(id=batch.id)
        if locked.state != BatchState.CHECKING or locked.file_id is None:
            return
        right = rows and not fault and not counts[DigitisedState.WRONG]
        locked.state = BatchState.READY if right else BatchState.WRONG
        locked.counts, locked.fault, locked.total, locked.done = counts, fault[:500], len(rows), len(rows)
        archived, locked.file = locked.file_id, None
        locked.version += 1
        locked.save()
        files.erase(SYSTEM, archived)  # the lines and scans are kept, not the archive
