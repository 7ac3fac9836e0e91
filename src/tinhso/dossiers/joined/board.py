"""Where the parts of a joined filing stand, for its applicant, the desks and the receipt: no names, no answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.dossiers import clocks
from tinhso.dossiers.clocks import Due, DueState
from tinhso.dossiers.joined import moving
from tinhso.dossiers.joined.standing import SETTLED, State
from tinhso.dossiers.models import Dossier, Joint, JointPart, Phase
from tinhso.dossiers.reckoning import Happening, What, reckon
from tinhso.kernel import clock
from tinhso.kernel.calendar import Calendar
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures
from tinhso.procedures.spec import Deadline


@dataclass(frozen=True)
class PartState:
    """Where one part stands: no name, no answer, so that every desk of the filing may see it."""

    name: str
    where: str  #: the agency that does it
    outside: bool
    state: str
    state_words: str
    due: Due


def board(dossier: Dossier) -> list[PartState]:
    """The other parts of the filing that a dossier is a part of: where each stands, and nothing of its content.

    The caller has read the dossier under its policy. Empty for a dossier of its own; no query then.
    """
    mine = getattr(dossier, "joint_part", None)
    if mine is None:
        return []
    parts = prepared(mine.joint)
    known = agencies(parts)
    return [part_state(part, parts, known) for part in parts if part.id != mine.id]


def parts_tracked(dossier: Dossier) -> list[PartState]:
    """All parts, for whoever follows by code; empty for a dossier of its own."""
    mine = getattr(dossier, "joint_part", None)
    if mine is None:
        return []
    parts = prepared(mine.joint)
    known = agencies(parts)
    return [part_state(part, parts, known) for part in parts]


@dataclass(frozen=True)
class Printed:
    """A part on the receipt."""

    name: str
    where: str
    due: str


def printed(dossier: Dossier) -> list[Printed]:
    """The parts as the one receipt lists them: a date only where the law's term is verified and runs."""
    mine = JointPart.objects.select_related("joint").filter(dossier=dossier).first()
    if mine is None:
        return []
    parts = prepared(mine.joint)
    known = agencies(parts)
    return [Printed(moving.named(p), where(p, known), _promise(p, parts)) for p in parts]


def _promise(part: JointPart, parts: Sequence[JointPart]) -> str:
    if part.dossier is None:
        return _("sau khi có kết quả: %(names)s") % {"names": "; ".join(waits(part, parts))} if part.spec.after else ""
    due = clocks.promised(part.dossier) if part.dossier.deadline.verified and part.dossier.received_at else None
    return f"trước {clock.local(due):%H:%M, %d/%m/%Y}" if due else _("chưa có thời hạn đã xác minh")


def prepared(found: Joint) -> list[JointPart]:
    parts = moving.parts_of(found)
    dossiers = [p.dossier for p in parts if p.dossier is not None]
    versions = procedures.versions({d.procedure_version_id for d in dossiers})
    calendars = places.calendars_for({p.agency_id for p in parts})
    for part in parts:
        part.calendar = calendars[part.agency_id]  # type: ignore[attr-defined]
        if part.dossier is not None:
            part.dossier.procedure_version = versions[part.dossier.procedure_version_id]
            part.dossier.calendar = calendars[part.dossier.agency_id]
    return parts


def agencies(parts: Sequence[JointPart]) -> dict[UUID, str]:
    return places.names({part.agency_id for part in parts})


def where(part: JointPart, known: dict[UUID, str]) -> str:
    return part.spec.outside.party if part.spec.outside is not None else known.get(part.agency_id, "")


def waits(part: JointPart, parts: Sequence[JointPart]) -> list[str]:
    return [moving.named(p) for p in parts if p.key in part.spec.after]


def _deadline(part: JointPart) -> Deadline | None:
    if part.spec.deadline is not None:
        return part.spec.deadline
    return part.draft.procedure_version.spec.deadline if part.draft is not None else None


def due_of(part: JointPart, calendar: Calendar) -> Due:
    """An outside part's own clock: from the hand-over, by its own term; nothing is promised of an unverified one."""
    if part.dossier is not None:
        return clocks.due(part.dossier)
    state, deadline = State(part.state), _deadline(part)
    if state in SETTLED:
        return Due(DueState.INFO, None, _STATES[state]())
    if part.sent_at is None or deadline is None or not deadline.counted or not deadline.verified:
        return Due(DueState.NONE, None, _("Chưa tính hạn") if part.sent_at is None else _("Chưa rõ hạn trả"))
    due = reckon([Happening(part.sent_at, What.RECEIVED)], deadline, calendar).due
    return clocks.running(due, calendar, clock.now()) if due else Due(DueState.NONE, None, _("Chưa rõ hạn trả"))


_STATES = {
    State.WAITING: lambda: _("Chưa tới lượt"),
    State.OPEN: lambda: _("Đang làm"),
    State.DONE: lambda: _("Đã có kết quả"),
    State.REFUSED: lambda: _("Bị từ chối"),
    State.WITHDRAWN: lambda: _("Đã rút"),
    State.DROPPED: lambda: _("Không làm được"),
}


def _words(part: JointPart, parts: Sequence[JointPart]) -> str:
    if part.dossier is not None:
        return str(Phase(part.dossier.phase).label)
    if part.state == State.WAITING and part.spec.after:
        return _("Chờ xong: %(names)s") % {"names": "; ".join(waits(part, parts))}
    if part.state == State.WAITING and part.elsewhere:
        return _("Chờ bộ phận một cửa chuyển")
    if part.state == State.OPEN:
        return _("Đã chuyển, chờ trả lời") if part.sent_at else _("Chờ bộ phận một cửa chuyển")
    return str(_STATES[State(part.state)]())


def part_state(part: JointPart, parts: Sequence[JointPart], known: dict[UUID, str]) -> PartState:
    live = moving.state_of(part.dossier) if part.dossier is not None else State(part.state)
    due = due_of(part, part.calendar)  # type: ignore[attr-defined]
    return PartState(moving.named(part), where(part, known), part.outside, live, _words(part, parts), due)
