"""What an operator is told before the public is: a planned suspension that is announced too late."""

from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.models import NoticeKind, ServiceNotice, Severity
from tinhso.kernel.operating.notices import cautions
from tinhso.places.pack.suspension import rule_on
from tinhso.places.queries import calendar_for


def announced_in_time(notice: ServiceNotice) -> str:
    """A sentence when fewer working days are left than the pack's rule asks (Decree 224/2026); else empty."""
    if notice.kind != NoticeKind.PLANNED or notice.severity == Severity.INFORMATION:
        return ""
    today, first = clock.today(), clock.local(notice.starts_at).date()
    rule = rule_on(today)
    if rule is None:
        return ""
    left = calendar_for(None).working_days_between(today, first)
    if left >= rule.working_days:
        return ""
    words = _(
        "Còn %(left)d ngày làm việc trước khi tạm ngừng, quy định là báo trước ít nhất %(asked)d ngày làm việc "
        "(%(source)s). Lùi ngày nếu được; nếu vẫn công bố, nhật ký ghi là báo muộn."
    ) % {"left": max(left, 0), "asked": rule.working_days, "source": rule.source or _("chưa kiểm chứng")}
    return words + (" " + _("Quy định này chưa kiểm chứng.") if rule.unverified and rule.source else "")


cautions.register("places.suspension", announced_in_time)
