"""The numbers that dossiers offer: how many, how many filed and how many wholly handled online, how many in time, how
satisfied, how many results are digital, how many bear both digital signatures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, QuerySet, Sum
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers import clocks
from tinhso.dossiers.belonging import agencies_then
from tinhso.dossiers.events import (
    PaperDigitised,
    PaperEnded,
    PaperListed,
    Rated,
    ResultIssued,
    ResultRevoked,
    Returned,
    Submitted,
)
from tinhso.dossiers.models import (
    Channel,
    Digitised,
    DigitisedState,
    Dossier,
    Phase,
    PublishedFigure,
    Rating,
    Result,
    ResultState,
    Signature,
    with_procedure,
)
from tinhso.dossiers.policies import DESK_ROLES
from tinhso.kernel import clock
from tinhso.kernel.among import among
from tinhso.kernel.measures import Count, Kind, Line, Measure, register
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.queries import calendars_for
from tinhso.procedures import queries as procedures

#: From how many of five stars on an applicant counts as satisfied. Our reading: Decree 61/2018 sets no line here.
SATISFIED_FROM = 4
#: Where an official opens a dossier.
PAGE = "/ban-lam-viec/ho-so/{}"
BATCH_PAGE = "/ban-lam-viec/so-hoa/{}"
PAGE_OF_IDS = 1000

Row = tuple[UUID, UUID, datetime, bool]  #: dossier, agency, when, whether it is in the numerator


def counts_of(rows: Sequence[Row]) -> dict[UUID, Count]:
    """Each counts for the agency whose it was then: a reorganisation moves no number of the past."""
    agencies = agencies_then((id, agency, at) for id, agency, at, _inside in rows)
    seats = places.seats(agencies)
    return {
        id: Count(clock.local(at).date(), int(inside), scope=agency, place=seats.get(agency))
        for (id, _now, at, inside), agency in zip(rows, agencies, strict=True)
    }


def _sent(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Dossier.objects.filter(id__in=among(ids)).values_list("id", "agency_id", "submitted_at")
    return counts_of([(id, agency, at, True) for id, agency, at in rows])


def _online(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    signed = Exists(Result.objects.filter(dossier=OuterRef("id"), issued_at__isnull=False, file__isnull=False))
    rows = Dossier.objects.filter(id__in=among(ids), phase=Phase.RETURNED, closed_at__isnull=False).annotate(
        signed=signed
    )
    facts = rows.values_list("id", "agency_id", "closed_at", "channel", "signed")
    return counts_of([(id, agency, at, ch == Channel.ONLINE and made) for id, agency, at, ch, made in facts if at])


def _satisfied(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Rating.objects.filter(dossier__in=among(ids)).values_list(
        "dossier_id", "dossier__agency_id", "created_at", "stars"
    )
    return counts_of([(id, agency, at, stars >= SATISFIED_FROM) for id, agency, at, stars in rows])


def _digital(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Result.objects.filter(dossier__in=among(ids), state=ResultState.ACTIVE, issued_at__isnull=False).values_list(
        "dossier_id", "dossier__agency_id", "issued_at", "file_id"
    )
    return counts_of([(id, agency, at, file is not None) for id, agency, at, file in rows if at])


def _filed_online(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    rows = Dossier.objects.filter(id__in=among(ids)).values_list("id", "agency_id", "submitted_at", "channel")
    return counts_of([(id, agency, at, channel == Channel.ONLINE) for id, agency, at, channel in rows])


def _on_time(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    """With a result, and it was there by the end of the legal time. Who held it back makes no difference; a term that
    nobody verified is marked."""
    found = list(with_procedure(Dossier.objects.filter(id__in=among(ids), finished_at__isnull=False)))
    calendars = calendars_for({dossier.agency_id for dossier in found})
    rows: list[Row] = []
    for dossier in found:
        dossier.calendar = calendars[dossier.agency_id]
        due = clocks.due_at(dossier)
        if due is not None and dossier.finished_at is not None:
            rows.append((dossier.id, dossier.agency_id, dossier.finished_at, dossier.finished_at <= due))
    unsure = {dossier.id for dossier in found if not dossier.deadline.verified}
    return {id: replace(count, unverified=id in unsure) for id, count in counts_of(rows).items()}


def _signed(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    """The newest result that was issued: do the person's signature and the agency's seal stand on it?"""
    made = Signature.objects.filter(result=OuterRef("id"), signed_at__isnull=False)
    both = Exists(made.filter(kind="person")) & Exists(made.filter(kind="seal"))
    issued = Result.objects.filter(dossier__in=among(ids), issued_at__isnull=False).annotate(both=both)
    newest = issued.order_by("dossier_id", "-issued_at", "-id").distinct("dossier_id")
    facts = newest.values_list("dossier_id", "dossier__agency_id", "issued_at", "both")
    return counts_of([(id, agency, at, both) for id, agency, at, both in facts if at])


def _digitised(ids: Sequence[UUID]) -> Mapping[UUID, Count]:
    """Papers of the book that are still valid: digitised and signed, or known on paper alone."""
    rows = Digitised.objects.filter(id__in=among(ids), state__in=(DigitisedState.SIGNED, DigitisedState.LISTED))
    facts = list(rows.values_list("id", "agency_id", "signed_at", "created_at", "state"))
    seats = places.seats({agency for _id, agency, _at, _made, _state in facts})
    return {
        id: Count(
            clock.local(signed or made).date(),
            int(state == DigitisedState.SIGNED),
            scope=agency,
            place=seats.get(agency),
        )
        for id, agency, signed, made, state in facts
    }


def _papers(ids: Sequence[UUID]) -> list[Line]:
    """A kind and a number in the book, nobody's name."""
    rows = Digitised.objects.filter(id__in=among(ids)).values_list("id", "title", "number", "year", "batch_id", "state")
    return [
        Line(id, f"{title} {number}/{year}", str(DigitisedState(state).label), BATCH_PAGE.format(batch))
        for id, title, number, year, batch, state in rows
    ]


def ids_of(rows: "QuerySet[Model]", name: str) -> Iterator[UUID]:
    """Every value of a column that is a dossier's id, by keyset: never the whole table at once."""
    last: UUID | None = None
    while True:
        after = rows.filter(**{f"{name}__gt": last}) if last else rows
        page = list(after.order_by(name).values_list(name, flat=True).distinct()[:PAGE_OF_IDS])
        if not page:
            return
        yield from page
        last = page[-1]


def lines(ids: Sequence[UUID]) -> list[Line]:
    rows = list(Dossier.objects.filter(id__in=among(ids)).values_list("id", "code", "procedure_version_id"))
    versions = procedures.versions({version for _id, _code, version in rows})
    return [Line(id, code, versions[version].name, PAGE.format(id)) for id, code, version in rows]


def own_agencies(actor: Actor) -> frozenset[UUID]:
    """An official lists the dossiers of the agencies where they work on dossiers; nobody else lists any."""
    return frozenset(grant.scope for grant in actor.grants if grant.role in DESK_ROLES)


def published(name: str) -> Callable[[int], tuple[int, int, int] | None]:
    """Of ratings only what was published by agencies is told, together: it never moves by one person."""

    def told(year: int) -> tuple[int, int, int] | None:
        rows = PublishedFigure.objects.filter(measure=name, year=year)
        sums = rows.aggregate(n=Sum("numerator"), d=Sum("denominator"), u=Sum("unverified"))
        return (int(sums["n"]), int(sums["d"]), int(sums["u"])) if sums["d"] else None

    return told


def nobody(actor: Actor) -> frozenset[UUID]:
    """Applicants were promised that officials do not see who rated what: the sums are shown, never the dossiers."""
    return frozenset()


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
        every=lambda: ids_of(Dossier.objects.all(), "id"),
        show=lines,
        scopes=own_agencies,
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
        every=lambda: ids_of(Dossier.objects.filter(phase=Phase.RETURNED), "id"),
        show=lines,
        scopes=own_agencies,
    )
)
register(
    Measure(
        name="dossiers.satisfied",
        title=_("Người nộp hài lòng về việc giải quyết thủ tục"),
        unit="%",
        definition=_(
            "Hồ sơ được người nộp chấm từ 4 trên 5 sao, chia cho mọi hồ sơ được chấm trong năm. Chỉ gồm người đã "
            "chấm, ở cơ quan đã đủ lượt để công bố; mốc 4 sao là cách hiểu của hệ thống, chưa xác minh với văn bản. "
            "Từng cơ quan: xem trang Đánh giá."
        ),
        numerator=_("hồ sơ được chấm từ 4 sao"),
        denominator=_("hồ sơ được chấm"),
        changes={Rated: lambda event: event.dossier},
        count=_satisfied,
        every=lambda: ids_of(Rating.objects.all(), "dossier_id"),
        show=lines,
        scopes=nobody,
        local=False,  # by agency only as `publishing` tells it: small numbers would name the raters
        told=published("dossiers.satisfied"),
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
        every=lambda: ids_of(Result.objects.filter(state=ResultState.ACTIVE), "dossier_id"),
        show=lines,
        scopes=own_agencies,
        kind=Kind.STOCK,
    )
)
register(
    Measure(
        name="dossiers.filed_online",
        title=_("Hồ sơ nộp qua mạng"),
        unit="%",
        definition=_("Hồ sơ nộp qua mạng, chia cho mọi hồ sơ nộp vào hệ thống này trong năm, theo ngày nộp."),
        numerator=_("hồ sơ nộp qua mạng"),
        denominator=_("hồ sơ đã nộp"),
        changes={Submitted: lambda event: event.dossier},
        count=_filed_online,
        every=lambda: ids_of(Dossier.objects.all(), "id"),
        show=lines,
        scopes=own_agencies,
    )
)
register(
    Measure(
        name="dossiers.on_time",
        title=_("Hồ sơ có kết quả đúng hạn"),
        unit="%",
        definition=_(
            "Hồ sơ có kết quả không muộn hơn thời hạn giải quyết, chia cho mọi hồ sơ có kết quả trong năm. Thời hạn "
            "dừng trong lúc chờ người nộp bổ sung. Hồ sơ bị từ chối hoặc đã rút không tính."
        ),
        numerator=_("hồ sơ có kết quả đúng hạn"),
        denominator=_("hồ sơ có kết quả"),
        changes={ResultIssued: lambda event: event.dossier},
        count=_on_time,
        every=lambda: ids_of(Dossier.objects.filter(finished_at__isnull=False), "id"),
        show=lines,
        scopes=own_agencies,
    )
)
register(
    Measure(
        name="dossiers.signed_results",
        title=_("Kết quả giải quyết thủ tục có chữ ký số và con dấu số"),
        unit="%",
        definition=_(
            "Hồ sơ có kết quả mang đủ chữ ký số của người ký và chữ ký số của cơ quan, chia cho mọi hồ sơ được cấp kết "
            "quả trong năm. Cấp lại thì tính bản mới nhất. Chữ ký của hệ thống dùng thử cũng được đếm."
        ),
        numerator=_("hồ sơ có kết quả đủ hai chữ ký số"),
        denominator=_("hồ sơ được cấp kết quả"),
        changes={ResultIssued: lambda event: event.dossier},
        count=_signed,
        every=lambda: ids_of(Result.objects.filter(issued_at__isnull=False), "dossier_id"),
        show=lines,
        scopes=own_agencies,
    )
)
register(
    Measure(
        name="dossiers.digitised",
        title=_("Kết quả bản giấy còn giá trị đã số hóa"),
        unit="%",
        definition=_(
            "Giấy tờ cũ còn giá trị đã quét và ký số, chia cho mọi giấy tờ cũ còn giá trị mà cơ quan đã ghi vào danh "
            "sách, kể cả dòng chưa quét. Giấy tờ chưa ai ghi vào danh sách thì chưa được tính."
        ),
        numerator=_("giấy tờ cũ đã số hóa"),
        denominator=_("giấy tờ cũ còn giá trị trong danh sách"),
        changes={
            PaperListed: lambda event: event.paper,
            PaperDigitised: lambda event: event.paper,
            PaperEnded: lambda event: event.paper,
        },
        count=_digitised,
        every=lambda: ids_of(Digitised.objects.filter(state__in=(DigitisedState.SIGNED, DigitisedState.LISTED)), "id"),
        show=_papers,
        scopes=own_agencies,
        kind=Kind.STOCK,
    )
)
