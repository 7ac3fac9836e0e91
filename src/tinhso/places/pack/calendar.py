"""`calendar/calendar.yaml`: working hours, national days and the province's own exceptions."""

from datetime import date, time
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tinhso.kernel.calendar import Hours, Session, national_days
from tinhso.kernel.packs import Fact, Mistake, Pack, read_as
from tinhso.places.models import Agency, SpecialDay, WorkingHours
from tinhso.places.pack import agencies, province

FILE = "calendar/calendar.yaml"
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class HoursFact(Fact):
    """Sessions such as ``["07:00", "11:00"]`` and the days of the weekend, valid from–to."""

    sessions: list[tuple[time, time]] = Field(min_length=1)
    weekend: list[str] = ["saturday", "sunday"]
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _make_sense(self) -> "HoursFact":
        try:
            Hours(tuple(Session(start, end) for start, end in self.sessions), frozenset(self.days_off))
        except ValueError:
            raise ValueError(
                _("Các buổi phải theo thứ tự, không chồng nhau; cuối tuần ghi bằng saturday, sunday.")
            ) from None
        return self

    @property
    def days_off(self) -> list[int]:
        return [WEEK.index(name) for name in self.weekend]


class DayFact(Fact):
    """One day off (``working: false``) or make-up working day; it wins over the national list."""

    day: date
    working: bool
    name: str = Field(min_length=1, max_length=120)


class National(Fact):
    """Years taken from the `holidays` package, compared with a table of the pack when there is one."""

    first: int = Field(ge=2014, le=2100)
    last: int = Field(ge=2014, le=2100)
    announced_to: int  #: last year whose days around Tết the Prime Minister has fixed
    compare: str = ""


class Exceptions(BaseModel):
    """Hours and days of one agency, found by the suffix of its code on a day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agency: str
    on: date
    hours: list[HoursFact] = []
    days: list[DayFact] = []


class CalendarFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    hours: list[HoursFact] = Field(min_length=1)
    national: National
    days: list[DayFact] = []
    agencies: Annotated[list[Exceptions], BeforeValidator(lambda value: value or [])] = []


def read(pack: Pack) -> CalendarFile:
    """Raises Unreadable."""
    return read_as(CalendarFile, pack.yaml(FILE), FILE)


def check(pack: Pack) -> list[Mistake]:
    calendar = read(pack)
    known = agencies.read(pack)
    found = _compare(pack, calendar.national)
    for number, exceptions in enumerate(calendar.agencies):
        if not any(a.suffix == exceptions.agency and a.on(exceptions.on) for _line, a in known):
            line = pack.yaml(FILE)["agencies"].line_of(number)
            message = _("Không có cơ quan %(code)s vào ngày đó.") % {"code": exceptions.agency}
            found.append(Mistake(FILE, line, message, _("Ghi đúng suffix trong agencies.csv.")))
    return found


def _compare(pack: Pack, national: National) -> list[Mistake]:
    """Days on which the package and the pack's own table disagree: one of the two must be settled by hand."""
    if not national.compare:
        return []
    path = f"calendar/{national.compare}"
    days = _national(national)
    found, seen = [], set()
    for line in pack.table(path, ["date", "status"]):
        day, working = date.fromisoformat(line["date"]), line["status"] == "working day"
        seen.add(day)
        if day not in days or days[day].working is not working:
            found.append(_differ(path, line.line, day))
    return found + [_differ(path, 0, day) for day in sorted(days.keys() - seen)]


def _differ(path: str, line: int, day: date) -> Mistake:
    message = _("Ngày %(day)s khác với gói phần mềm holidays.") % {"day": f"{day:%d/%m/%Y}"}
    return Mistake(path, line, message, _("Kiểm tra thông báo nghỉ lễ, sửa bảng hoặc thêm vào days của calendar.yaml."))


def _national(national: National) -> Any:
    return national_days(range(national.first, national.last + 1), announced_to=national.announced_to)


def load(pack: Pack) -> None:
    """Replace hours and days: they are the calendar as known today, deadlines already told are stored with dossiers."""
    calendar = read(pack)
    root = province.read(pack).agency_root.code
    hours = [_hours(fact, None) for fact in calendar.hours]
    source = calendar.national.source
    days = {
        d.day: SpecialDay(day=d.day, working=d.working, name=d.name, certain=d.certain, source=source)
        for d in _national(calendar.national).values()
    } | {fact.day: _day(fact, None) for fact in calendar.days}
    own = []
    for exceptions in calendar.agencies:
        agency = _agency(agencies.code(root, exceptions.agency), exceptions.on)
        hours += [_hours(fact, agency) for fact in exceptions.hours]
        own += [_day(fact, agency) for fact in exceptions.days]
    WorkingHours.objects.all().delete()
    WorkingHours.objects.bulk_create(hours)
    SpecialDay.objects.all().delete()
    SpecialDay.objects.bulk_create([*days.values(), *own])


def _agency(code: str, on: date) -> Agency:
    return Agency.objects.exclude(valid_to__lt=on).get(code=code, valid_from__lte=on)


def _hours(fact: HoursFact, agency: Agency | None) -> WorkingHours:
    return WorkingHours(
        agency=agency,
        sessions=[[f"{start:%H:%M}", f"{end:%H:%M}"] for start, end in fact.sessions],
        weekend=fact.days_off,
        valid_from=fact.valid_from,
        valid_to=fact.valid_to,
        source=fact.source,
    )


def _day(fact: DayFact, agency: Agency | None) -> SpecialDay:
    return SpecialDay(
        agency=agency,
        day=fact.day,
        working=fact.working,
        name=fact.name,
        certain=not fact.unverified,
        source=fact.source,
    )
