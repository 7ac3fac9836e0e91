"""Ending and mending terms: posts, signing authorities and leave all hold from a day to a day.

A term that is ended "at once" keeps its last day and notes the instant: what was signed that morning stays valid.
Each function tells what it changed, so that the act can be undone.
"""

from datetime import date, datetime
from typing import Any, TypedDict, cast

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.people.models import Absence, Post, SigningAuthority

Term = Post | SigningAuthority | Absence

MODELS: dict[str, type[Post] | type[SigningAuthority] | type[Absence]] = {
    "post": Post,
    "authority": SigningAuthority,
    "absence": Absence,
}


class Change(TypedDict):
    """A row before and after an act; ``before`` is None when the act made it, ``after`` when it removed it."""

    what: str
    id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def _kind(term: Term) -> str:
    return next(name for name, model in MODELS.items() if isinstance(term, model))


def picture(term: Term) -> dict[str, Any]:
    """The row's values as JSON."""
    held = {}
    for field in term._meta.concrete_fields:
        value = getattr(term, field.attname)
        held[field.attname] = value if isinstance(value, str | int | bool | None) else str(value)
    return held


def made(term: Term) -> Change:
    """The act made this row."""
    return Change(what=_kind(term), id=str(term.pk), before=None, after=picture(term))


def over(term: Term) -> bool:
    """Whether it ended already."""
    return term.ended_at is not None or (term.valid_to is not None and term.valid_to < clock.today())


def end(term: Term, last_day: date | None, *, lapsed: bool = False) -> Change:
    """Let the term end after ``last_day``; without one at once. A term that has not begun by then is removed.
    ``lapsed``: what it rests on ended after that day, so the day may have passed.

    Raises Invalid for a day that has passed or a later end than the term has, Conflict when it is over already.
    """
    if over(term):
        raise Conflict(_("Việc này đã kết thúc từ trước. Tải lại trang để xem hiện trạng."))
    today = clock.today()
    if last_day is not None and last_day < today and not lapsed:
        raise Invalid(fields={"last_day": _("Ngày cuối phải từ hôm nay trở đi.")})
    if last_day is not None and term.valid_to is not None and last_day > term.valid_to:
        raise Invalid(fields={"last_day": _("Ngày cuối không được sau ngày kết thúc đã ghi.")})
    before = picture(term)
    if term.valid_from > (last_day or today):
        identity = str(term.pk)
        term.delete()
        return Change(what=_kind(term), id=identity, before=before, after=None)
    term.valid_to = last_day or today
    term.ended_at = None if last_day else clock.now()
    term.save()
    return Change(what=_kind(term), id=str(term.pk), before=before, after=picture(term))


def last_day_of(change: Change) -> date:
    """The last day after the change; the day before the first when the row was removed."""
    after = change["after"]
    if after is None:
        return date.fromisoformat((change["before"] or {})["valid_from"]) - date.resolution
    return date.fromisoformat(after["valid_to"])


def at_once(change: Change) -> bool:
    """Whether the term ended with the act itself."""
    return change["after"] is not None and change["after"]["ended_at"] is not None


def undo(change: Change) -> Term | None:
    """Bring the row back to what it was, as far as that is the truth; the row in force, or None.

    What had an effect is never written away: a row made by the act and already in force is ended, not removed; one
    that was ended and over is granted anew from today. Raises Conflict when another act changed the row since.
    """
    model = MODELS[change["what"]]
    found: Any = model.objects.select_for_update().filter(pk=change["id"]).first()
    if (picture(found) if found else None) != _as_left(change["after"], found):
        raise Conflict(_("Sau việc này đã có việc khác thay đổi cùng vai trò đó, nên không hoàn tác được nữa."))
    before = change["before"]
    if before is None:
        if found is not None and not over(found):
            end(found, None)
        return None
    if found is not None and not over(found):
        for name in ("valid_to", "ended_at"):
            setattr(found, name, _read(before[name], date if name == "valid_to" else datetime))
        found.save()
        return cast(Term, found)
    values = {name: value for name, value in before.items() if name not in _FRESH}
    first, last = date.fromisoformat(before["valid_from"]), _read(before["valid_to"], date)
    if last is not None and last < clock.today():
        return None
    values |= {"valid_from": max(first, clock.today()), "valid_to": last}
    return model.objects.create(**values)


_FRESH = {"id", "created_at", "ended_at", "passed_on", "begun", "stands_in_for_id"}
_OURS = {"passed_on", "begun"}


def _as_left(after: dict[str, Any] | None, found: Term | None) -> dict[str, Any] | None:
    """What the row should look like; the notes of the nightly job do not count."""
    if after is None or found is None:
        return after
    now = picture(found)
    return {**after, **{name: now[name] for name in _OURS if name in now}}


def _read(text: str | None, kind: type[date]) -> date | None:
    return None if text is None else kind.fromisoformat(text)
