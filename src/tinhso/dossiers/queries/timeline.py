"""What happened to a dossier, in order: for the applicant without internal notes, for officials with them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import opinions
from tinhso.dossiers.flow import ABANDONED, HANDED_OVER
from tinhso.dossiers.models import (
    AgencyMove,
    Dossier,
    Opinion,
    Pause,
    Phase,
    Result,
    ResultState,
    Signature,
    Step,
    Supplement,
    with_procedure,
)
from tinhso.dossiers.policies import OWN, READ
from tinhso.dossiers.queries.pauses import pauses_of
from tinhso.dossiers.queries.readings import note_reading
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.policy import Actor
from tinhso.kernel.prepared import prepared
from tinhso.kernel.templatetags.house import vi_money
from tinhso.places import queries as places
from tinhso.procedures import process
from tinhso.procedures.spec import ProcedureSpec


@dataclass(frozen=True)
class Entry:
    """One line. ``kind`` names an icon; ``who`` is the official or "Bạn"; ``open``: this is where it stands now."""

    at: datetime
    kind: str
    title: str
    who: str = ""
    detail: str = ""
    open: bool = False


def timeline(actor: Actor, dossier_id: UUID) -> list[Entry]:
    """Every entry, the oldest first; five queries, more where the time stood or another agency was asked.

    An official's reading goes to the disclosure log. Somebody else's dossier: NotFound."""
    dossier = (
        with_procedure(Dossier.objects.select_related("refusal", "extension", "presence").defer("data", "sources"))
        .filter(id=dossier_id)
        .first()
    )
    if dossier is None:
        raise NotFound
    READ.require(actor, dossier)
    steps, internal = list(Step.objects.filter(dossier=dossier).order_by("number")), not OWN.allows(actor, dossier)
    if internal:
        note_reading(actor, dossier, steps, ["full_name"])
    return entries_of(
        dossier,
        steps,
        Supplement.objects.filter(dossier=dossier).order_by("number"),
        results_of(dossier),
        pauses_of(dossier),
        opinions.of_dossier(dossier),
        internal=internal,
    )


@prepared
def _signatures(dossier: UUID) -> QuerySet[Signature]:
    rows = Signature.objects.filter(result__dossier=dossier).select_related("result", "session")
    return rows.defer("session__prepared").order_by("result_id", "id")


def results_of(dossier: Dossier) -> list[Result]:
    """Each result with who signed it, the oldest first; one query, as a result begins with the order to sign it."""
    found: dict[UUID, Result] = {}
    for signature in _signatures(dossier=dossier.id):
        result = found.setdefault(signature.result_id, signature.result)
        result.signed = [*getattr(result, "signed", ()), signature]
    return list(found.values())


def entries_of(
    dossier: Dossier,
    steps: Iterable[Step],
    supplements: Iterable[Supplement],
    results: Iterable[Result],
    pauses: Iterable[Pause],
    asked: Iterable[Opinion],
    *,
    internal: bool,
) -> list[Entry]:
    """The same of rows that were read already; no query, two for a dossier that came from another agency."""
    entries = [_sent(dossier)]
    spec, steps = dossier.procedure_version.spec, list(steps)
    moves = list(dossier.moves.order_by("moved_at")) if any(s.agency_id != dossier.agency_id for s in steps) else []
    entries += _of_moves(moves)
    moved = {move.version for move in moves}
    for step in steps:
        if step.outcome != HANDED_OVER or step.ended_version not in moved:
            entries += _of_step(step, spec, internal)
    for supplement in supplements:
        entries += _of_supplement(supplement)
    for result in results:
        entries += _of_result(result)
    for pause in pauses:
        entries += _of_pause(pause)
    for opinion in asked:
        entries += _of_opinion(opinion, internal)
    extension = getattr(dossier, "extension", None)
    if extension is not None:
        title = _("Xin lỗi và hẹn lại: trả trước %(at)s") % {"at": _at(extension.until)}
        entries.append(Entry(extension.decided_at, "extended", title, extension.decided_by_name, extension.reason))
    refusal = getattr(dossier, "refusal", None)
    if refusal is not None:
        reason = f"{refusal.reason_title} ({refusal.article}). {refusal.text}"
        entries.append(Entry(refusal.decided_at, "refused", _("Từ chối hồ sơ"), refusal.decided_by_name, reason))
    if dossier.closed_at is not None:
        entries.append(Entry(dossier.closed_at, "closed", str(Phase(dossier.phase).label)))
    return sorted(entries, key=lambda entry: (entry.open, entry.at))


def _of_moves(moves: list[AgencyMove]) -> list[Entry]:
    names = places.names({agency for move in moves for agency in (move.from_agency_id, move.to_agency_id)})
    title = _("Sắp xếp cơ quan: hồ sơ chuyển từ %(old)s sang %(new)s, hạn trả giữ nguyên")
    return [
        Entry(
            move.moved_at,
            "handed-over",
            title % {"old": names[move.from_agency_id], "new": names[move.to_agency_id]},
        )
        for move in moves
    ]


def _sent(dossier: Dossier) -> Entry:
    """Sent by the applicant; or filed at the counter, and by which paper and official they were identified."""
    presence = dossier.presence
    if presence is None:
        return Entry(dossier.submitted_at, "submitted", _("Nộp hồ sơ"), dossier.applicant_name)
    detail = _("%(official)s đã xem %(paper)s số …%(end)s và đối chiếu người nộp lúc %(at)s.") % {
        "official": presence.seen_by_name,
        "paper": presence.get_kind_display(),
        "end": presence.number[-4:],
        "at": _at(presence.seen_at),
    }
    return Entry(dossier.submitted_at, "submitted", _("Nộp trực tiếp tại quầy"), dossier.applicant_name, detail)


def _of_step(step: Step, spec: ProcedureSpec, internal: bool) -> list[Entry]:
    if step.ended_at is None:
        return [Entry(step.began_at, "waiting", step.title, step.holder_name, open=True)]
    if step.outcome == ABANDONED:
        return []
    note = step.note if internal else ""
    if step.outcome == HANDED_OVER:
        if not internal:
            return []
        return [Entry(step.ended_at, "handed-over", _("Chuyển người xử lý: %s") % step.title, step.ended_by_name, note)]
    titles = {o.name: o.title for o in process.step(spec, step.task).outcomes}
    title = f"{step.title}: {titles.get(step.outcome, step.outcome)}"
    return [Entry(step.ended_at, step.outcome, title, step.ended_by_name, note)]


def _of_supplement(row: Supplement) -> list[Entry]:
    points = "\n".join(f"{p['number']}. {p['text']}" for p in row.points)
    title = _("Yêu cầu bổ sung lần %(n)d") % {"n": row.number}
    if row.first_id is not None:
        title = _("Nhắc điều chưa đáp ứng của yêu cầu bổ sung lần 1")
    asked = Entry(row.asked_at, "supplement", title, row.asked_by_name, points)
    if row.answered_version is None or row.answered_at is None:
        return [asked]
    return [asked, Entry(row.answered_at, "answered", _("Đã bổ sung hồ sơ"), "", row.answer)]


def _of_pause(row: Pause) -> list[Entry]:
    """What stopped the time, and what let it run on; one that lasts is where the dossier stands now."""
    what = str(Pause.Cause(row.cause).label)
    detail = row.reason
    if row.amount is not None:
        detail = f"{row.reason}: {vi_money(row.amount)}"
    stopped = Entry(row.began_at, "paused", what, row.began_by_name, detail, open=row.ended_at is None)
    if row.ended_at is None:
        return [stopped]
    note = row.end_note
    if row.receipt_number:
        note = _("Biên lai số %(number)s") % {"number": row.receipt_number}
    return [stopped, Entry(row.ended_at, "resumed", _("Hết dừng: %(what)s") % {"what": what}, row.ended_by_name, note)]


def _of_opinion(row: Opinion, internal: bool) -> list[Entry]:
    """Who was asked and by when; what was asked and answered is internal."""
    words = {"who": row.asked_of, "at": _at(row.due), "number": row.reference, "by": row.answered_by_name}
    title = _("Lấy ý kiến %(who)s, trả lời trước %(at)s") % words
    asked = Entry(row.asked_at, "asked", title, row.asked_by_name, row.question if internal else "")
    if row.answered_at is not None:
        title = _("%(who)s đã cho ý kiến") % words
        if row.came_on is not None:
            title = _("Ghi lại ý kiến của %(who)s, văn bản số %(number)s") % words
        said = f"{row.get_stance_display()}. {row.answer}" if internal else ""
        return [asked, Entry(row.answered_at, "opinion", title, row.answered_by_name if internal else "", said)]
    if row.taken_back_at is not None:
        title = _("Không cần ý kiến của %(who)s nữa") % words
        said = row.taken_back_reason if internal else ""
        return [asked, Entry(row.taken_back_at, "opinion", title, row.taken_back_by_name, said)]
    return [asked]


def _at(instant: datetime) -> str:
    return f"{clock.local(instant):%H:%M, %d/%m/%Y}"


def _of_result(row: Result) -> list[Entry]:
    what = {"person": _("Ký số %(title)s số %(number)s"), "seal": _("Đóng dấu cơ quan lên %(title)s số %(number)s")}
    words = {"title": row.title, "number": row.number}
    found = [
        Entry(s.signed_at, f"signed-{s.kind}", what[s.kind] % words, s.name)
        for s in row.signed
        if s.signed_at is not None
    ]
    if row.state == ResultState.REVOKED and row.revoked_at is not None:
        title = _("Thu hồi %(title)s số %(number)s") % words
        found.append(Entry(row.revoked_at, "revoked", title, row.revoked_by_name, row.revoke_reason))
    if row.supersedes_id is not None:
        title = _("Cấp lại %(title)s, số mới %(number)s") % words
        found.append(Entry(row.created_at, "reissued", title, "", row.reissue_reason))
    return found
