"""The numbers that dossiers offer: how many, how many wholly online, how satisfied, how many results are digital."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.events import Rated, ResultIssued, ResultRevoked, Returned, Submitted
from tinhso.dossiers.models import Channel, Dossier, Phase, Rating, Result, ResultState
from tinhso.dossiers.policies import DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.measures import Count, Kind, Line, Measure, register
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures

#: From how many of five stars on an applicant counts as satisfied. Our reading: Decree 61/2018 sets no line here.
SATISFIED_FROM = 4
#: Where an official opens a dossier.
PAGE = "/ban-lam-viec/ho-so/{}"
PAGE_OF_IDS = 1000

Row = tuple[UUID, UUID, datetime, bool]  #: dossier, agency, when, whether it is in the numerator


def _counts(rows: Sequence[Row]) -> dict[UUID, Count]:
    seats = places.seats({agency for _id, agency, _at, _in in rows})
    return {
        id: Count(clock.local(at).date(), int(inside), scope=agency, place=seats.get(agency))
        for id, agency, at, inside in rows
    }


def _sent(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Dossier.objects.filter(id__in=ids).values_list("id", "agency_id", "submitted_at")
    return _counts([(id, agency, at, True) for id, agency, at in rows])


def _online(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    signed = Exists(Result.objects.filter(dossier=OuterRef("id"), issued_at__isnull=False, file__isnull=False))
    rows = Dossier.objects.filter(id__in=ids, phase=Phase.RETURNED, closed_at__isnull=False).annotate(signed=signed)
    facts = rows.values_list("id", "agency_id", "closed_at", "channel", "signed")
    return _counts([(id, agency, at, ch == Channel.ONLINE and made) for id, agency, at, ch, made in facts if at])


def _satisfied(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Rating.objects.filter(dossier__in=ids).values_list("dossier_id", "dossier__agency_id", "created_at", "stars")
    return _counts([(id, agency, at, stars >= SATISFIED_FROM) for id, agency, at, stars in rows])


def _digital(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Result.objects.filter(dossier__in=ids, state=ResultState.ACTIVE, issued_at__isnull=False).values_list(
        "dossier_id", "dossier__agency_id", "issued_at", "file_id"
    )
    return _counts([(id, agency, at, file is not None) for id, agency, at, file in rows if at])


def _ids(rows: "QuerySet[Model]", name: str) -> Iterator[UUID]:
    """Every value of a column that is a dossier's id, by keyset: never the whole table at once."""
    last: UUID | None = None
    while True:
        after = rows.filter(**{f"{name}__gt": last}) if last else rows
        page = list(after.order_by(name).values_list(name, flat=True).distinct()[:PAGE_OF_IDS])
        if not page:
            return
        yield from page
        last = page[-1]


def _lines(ids: Sequence[UUID]) -> list[Line]:
    rows = list(Dossier.objects.filter(id__in=ids).values_list("id", "code", "procedure_version_id"))
    versions = procedures.versions({version for _id, _code, version in rows})
    return [Line(id, code, versions[version].name, PAGE.format(id)) for id, code, version in rows]


def _own_agencies(actor: Actor) -> frozenset[UUID]:
    """An official lists the dossiers of the agencies where they work on dossiers; nobody else lists any."""
    return frozenset(grant.scope for grant in actor.grants if grant.role in DESK_ROLES)


register(
    Measure(
        name="dossiers.sent",
        title=_("Hồ sơ đã nộp"),
        unit=_("hồ sơ"),
        definition=_("Đếm mọi hồ sơ đã nộp vào hệ thống, theo ngày nộp."),
        numerator=_("hồ sơ đã nộp"),
        denominator=_("hồ sơ đã nộp"),
        changes={Submitted: lambda event: event.dossier},
        count=_sent,
        every=lambda: _ids(Dossier.objects.all(), "id"),
        show=_lines,
        scopes=_own_agencies,
        share=False,
    )
)
register(
    Measure(
        name="dossiers.wholly_online",
        title=_("Hồ sơ được xử lý hoàn toàn trực tuyến"),
        unit="%",
        definition=_(
            "Hồ sơ nộp qua mạng và có kết quả điện tử đã ký, chia cho mọi hồ sơ đã trả kết quả trong năm. Chỉ gồm hồ "
            "sơ trong hệ thống này; hệ thống chưa ghi người dân có phải đến đối chiếu bản chính hay không."
        ),
        numerator=_("hồ sơ nộp qua mạng, kết quả điện tử đã ký"),
        denominator=_("hồ sơ đã trả kết quả"),
        changes={Returned: lambda event: event.dossier},
        count=_online,
        every=lambda: _ids(Dossier.objects.filter(phase=Phase.RETURNED), "id"),
        show=_lines,
        scopes=_own_agencies,
    )
)
register(
    Measure(
        name="dossiers.satisfied",
        title=_("Người nộp hài lòng về việc giải quyết thủ tục"),
        unit="%",
        definition=_(
            "Hồ sơ được người nộp chấm từ 4 trên 5 sao, chia cho mọi hồ sơ được chấm trong năm. Chỉ gồm người đã "
            "chấm; mốc 4 sao là cách hiểu của hệ thống, chưa xác minh với văn bản."
        ),
        numerator=_("hồ sơ được chấm từ 4 sao"),
        denominator=_("hồ sơ được chấm"),
        changes={Rated: lambda event: event.dossier},
        count=_satisfied,
        every=lambda: _ids(Rating.objects.all(), "dossier_id"),
        show=_lines,
        scopes=_own_agencies,
    )
)
register(
    Measure(
        name="dossiers.digital_results",
        title=_("Kết quả giải quyết thủ tục đã số hóa"),
        unit="%",
        definition=_(
            "Kết quả còn hiệu lực có tệp điện tử đã ký, chia cho mọi kết quả còn hiệu lực do hệ thống này cấp. Kết quả "
            "giấy cấp trước đây chưa có trong hệ thống nên chưa được tính."
        ),
        numerator=_("kết quả có tệp điện tử đã ký"),
        denominator=_("kết quả còn hiệu lực"),
        changes={ResultIssued: lambda event: event.dossier, ResultRevoked: lambda event: event.dossier},
        count=_digital,
        every=lambda: _ids(Result.objects.filter(state=ResultState.ACTIVE), "dossier_id"),
        show=_lines,
        scopes=_own_agencies,
        kind=Kind.STOCK,
    )
)
