"""What stands on each paper of a dossier, fixed when it is made: plain words, so that years later it is the same.

One function a template; each takes the dossier and what the act made (the request, the refusal, the stop).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tinhso.dossiers import clocks, flow, opinions
from tinhso.dossiers.applicants import contact_of
from tinhso.dossiers.fees import fee_due
from tinhso.dossiers.models import BookEntry, Channel, Dossier, Extension, Opinion, Pause, Refusal, Step, Supplement
from tinhso.kernel import clock
from tinhso.kernel.templatetags.house import vi_money
from tinhso.places.models import Agency
from tinhso.procedures.charges import Charge
from tinhso.procedures.spec import ProcedureSpec

Values = dict[str, Any]

#: A field of this name, in any topic of the pack's form, asks for the receipt.
WANTED = "receipt_wanted"

#: Where the term depends on the case or nobody has verified it: nothing is promised.
NO_TERM = "tùy hồ sơ, chưa có thời hạn đã xác minh; nơi nhận báo khi có kết quả"
NO_FEE = "chưa có mức đã xác minh"

#: The code of the book in which every received dossier has its number.
TRACKING_BOOK = "tracking"

#: How the lanes are called on the control sheet.
LANES = {
    "receiver": "Bộ phận một cửa",
    "specialist": "Chuyên môn",
    "leader": "Lãnh đạo",
    "clerk": "Văn thư",
    "applicant": "Người nộp",
}


def owed(spec: ProcedureSpec, data: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether the applicant gets the receipt without anybody's further word: a procedure settled on the same day has
    none unless somebody asks (Decree 61/2018/NĐ-CP, art. 17.4)."""
    return spec.deadline.kind != "same_day" or any(topic.get(WANTED) is True for topic in data.values())


def law_day(dossier: Dossier) -> date:
    """The day whose law the dossier follows: of its receipt, before that of its arrival."""
    return clock.local(dossier.received_at or dossier.submitted_at).date()


def heading(agency: Agency, at: datetime) -> Values:
    """The letterhead."""
    day = clock.local(at)
    return {
        "agency": agency.name,
        "agency_parent": agency.parent.name if agency.parent is not None else "",
        "place": agency.unit.name,
        "day_words": f"ngày {day:%d} tháng {day:%m} năm {day:%Y}",
    }


def of_dossier(dossier: Dossier) -> Values:
    """What every paper of a dossier names."""
    return {
        "code": dossier.code,
        "applicant": dossier.applicant_name,
        "subject": dossier.subject_name,
        "procedure": dossier.procedure_version.name,
        "procedure_code": dossier.procedure_version.code,
        "received_at": hour_and_day(dossier.received_at) if dossier.received_at else "",
    }


@dataclass(frozen=True)
class Taken:
    """What a receipt says besides the dossier: its line in the tracking book, and of a joined filing every part."""

    entry: BookEntry | None
    parts: Sequence[Values] = ()


def receipt(dossier: Dossier, what: Taken) -> Values:
    """Form 01."""
    spec, entry = dossier.procedure_version.spec, what.entry
    due = clocks.promised(dossier) if spec.deadline.verified else None
    return {
        **contact_of(spec, dossier.data),
        "channel": str(Channel(dossier.channel).label),
        "papers": _papers(dossier),
        "sets": "01 bộ",
        "term": spec.deadline.text if spec.deadline.verified else NO_TERM,
        "due_at": f"trước {hour_and_day(due)}" if due else NO_TERM,
        "fee": _fee(dossier),
        "book_number": f"{entry.number}/{clock.local(entry.written_at):%Y}" if entry is not None else "",
        "signer": next((s.ended_by_name for s in dossier.sheet if s.outcome == "accept"), ""),
        "parts": list(what.parts),
    }


def supplement(dossier: Dossier, row: Supplement) -> Values:
    """Form 02: everything that is asked for, once and completely (Decree 61/2018/NĐ-CP, art. 17, 19.4)."""
    names = {c.code: c.name for c in dossier.procedure_version.spec.components}
    return {
        "points": [
            {"number": p["number"], "text": p["text"], "component": names.get(p["component"], "")} for p in row.points
        ],
        "time": row.number,
        "repeats": row.first_id is not None,
        "first_day": f"{clock.local(row.first.asked_at):%d/%m/%Y}" if row.first is not None else "",
        "reason": row.reason,
        "answer_by": f"{row.answer_by:%d/%m/%Y}" if row.answer_by else "",
        "signer": row.asked_by_name,
    }


def refusal(dossier: Dossier, row: Refusal) -> Values:
    """Form 03: in writing, with the legal reason (Decree 61/2018/NĐ-CP, art. 19.8)."""
    return {
        "reason": row.reason_title,
        "article": row.article,
        "text": row.text,
        "before_receipt": dossier.received_at is None,
        "signer": row.decided_by_name,
    }


def apology(dossier: Dossier, row: Extension) -> Values:
    """Form 04: the reason and the new date (Decree 61/2018/NĐ-CP, art. 19.9)."""
    return {
        "due_before": hour_and_day(row.due_before),
        "reason": row.reason,
        "until": hour_and_day(row.until),
        "signer": row.decided_by_name,
    }


def stop(dossier: Dossier, row: Pause) -> Values:
    """The notice that the dossier is not worked on for the time being."""
    return {"reason": row.reason, "since": hour_and_day(row.began_at), "signer": row.began_by_name}


def control(dossier: Dossier, signer: str) -> Values:
    """The control sheet: each step, who gave it to whom when, and whether it was in time; then who else was asked and
    whether they answered within their share: from the rows alone."""
    steps, given = [], dossier.applicant_name
    for step in dossier.sheet:
        steps.append(_controlled(step, given))
        given = step.ended_by_name
    return {
        "channel": str(Channel(dossier.channel).label),
        "due_at": hour_and_day(due) if (due := clocks.owed_at(dossier)) else NO_TERM,
        "steps": steps,
        "opinions": [_asked(one) for one in opinions.of_dossier(dossier)],
        "signer": signer,
    }


def _controlled(step: Step, given: str) -> Values:
    return {
        "number": step.number,
        "title": step.title,
        "lane": LANES.get(step.role, step.role),
        "given_by": given,
        "taken_by": step.holder_name or step.ended_by_name,
        "given_at": hour_and_day(step.began_at),
        "taken_at": hour_and_day(step.held_at) if step.held_at else "",
        "ended_at": hour_and_day(step.ended_at) if step.ended_at else "",
        "due_at": hour_and_day(step.due_at) if step.due_at else "",
        "in_time": in_time(step),
        "handed_over": step.outcome == flow.HANDED_OVER,
    }


def _asked(opinion: Opinion) -> Values:
    """A line of an agency that was asked: what it said is not on the sheet."""
    ended = opinion.answered_at or opinion.taken_back_at
    if opinion.answered_at is not None:
        state = "quá hạn" if opinion.late else "đúng hạn"
    elif opinion.waits:
        state = "chưa trả lời, đã quá hạn" if opinion.late else "chưa trả lời, trong hạn"
    else:
        state = "không cần nữa"
    by = opinion.answered_by_name
    if opinion.came_on is not None:
        by = f"{by} ghi lại văn bản số {opinion.reference}, nhận ngày {opinion.came_on:%d/%m/%Y}"
    return {
        "number": opinion.number,
        "agency": opinion.asked_of,
        "asked_by": opinion.asked_by_name,
        "asked_at": hour_and_day(opinion.asked_at),
        "share": f"{opinion.amount} {opinion.get_unit_display()}",
        "due_at": hour_and_day(opinion.due),
        "ended_at": hour_and_day(ended) if ended else "",
        "answered_by": by,
        "in_time": state,
    }


def in_time(step: Step) -> str:
    """Whether the step was, or still is, within its own share of the time; an open one is late once it is past."""
    if step.due_at is None:
        return "không có hạn riêng"
    late = (step.ended_at or clock.now()) > step.due_at
    if step.ended_at is None:
        return "đang giữ, đã quá hạn" if late else "đang giữ, trong hạn"
    return "quá hạn" if late else "đúng hạn"


CONTENTS: dict[str, Callable[[Dossier, Any], Values]] = {
    "receipt": receipt,
    "supplement": supplement,
    "refusal": refusal,
    "apology": apology,
    "stop": stop,
    "control": control,
}


def hour_and_day(instant: datetime) -> str:
    """17:00, ngày 09/11/2026."""
    at = clock.local(instant)
    return f"{at.hour:02}:{at.minute:02}, ngày {at.day:02}/{at.month:02}/{at.year}"


def _fee(dossier: Dossier) -> str:
    """What is to be paid: each charge of the procedure's table, else what the procedure says of all."""
    charged, fee = fee_due(dossier), dossier.procedure_version.spec.fee
    if charged:
        return "; ".join(f"{one.item}: {_amount(one)}" for one in charged)
    if not fee.verified:
        return NO_FEE
    return vi_money(fee.amount) if fee.amount else fee.text


def _amount(charge: Charge) -> str:
    if not charge.verified or charge.amount is None:
        return NO_FEE
    return vi_money(charge.amount) if charge.amount else "không thu"


def _papers(dossier: Dossier) -> list[Values]:
    """What was received, by the names that the procedure gives; papers added later are not on it."""
    names = {c.code: c.name for c in dossier.procedure_version.spec.components}
    return [{"name": names[code], "files": count} for code, count in Counter(dossier.given).items() if code in names]
