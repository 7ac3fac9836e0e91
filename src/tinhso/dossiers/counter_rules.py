"""The pack's `counter.yaml`: service windows, how many numbers, the slots of appointments. Values of the province."""

from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from tinhso.kernel.packs import Fact, Mistake, Pack, PackPart, read_as, register
from tinhso.kernel.packs.shapes import line_at

FILE = "counter.yaml"


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Window(Part):
    """A kind of service with numbers of its own."""

    code: str = Field(pattern=r"^[A-Z]$")
    name: str = Field(min_length=1, max_length=100)


class AgencyWindows(Part):
    suffix: str = Field(min_length=1, max_length=30)
    windows: list[Window] = Field(min_length=1)


class TicketRules(Part):
    a_day: int = Field(default=600, ge=1, le=9999)
    kiosk_a_minute: int = Field(default=20, ge=1, le=600)


class AppointmentRules(Part):
    """Lengths in minutes, days and hours as named; ``per_slot``: people in one slot of an agency."""

    slot_minutes: int = Field(default=30, ge=5, le=240)
    per_slot: int = Field(default=2, ge=1, le=50)
    days_ahead: int = Field(default=14, ge=1, le=90)
    notice_minutes: int = Field(default=60, ge=0, le=2880)
    open_per_account: int = Field(default=2, ge=1, le=20)
    bookings_a_day: int = Field(default=6, ge=1, le=100)
    remind_hours: int = Field(default=24, ge=1, le=168)


class CounterFile(Fact):
    windows: list[Window] = Field(min_length=1)
    agencies: list[AgencyWindows] = []
    tickets: TicketRules = TicketRules()
    appointments: AppointmentRules = AppointmentRules()


def read(pack: Pack) -> CounterFile:
    """A pack without the file has one window for everything. Raises Unreadable."""
    if not pack.has(FILE):
        return CounterFile(windows=[Window(code="A", name="Tiếp nhận và trả kết quả")], unverified=True)
    return read_as(CounterFile, pack.yaml(FILE), FILE)


def check(pack: Pack) -> list[Mistake]:
    """A window's letter is its own: by it a number is called. Raises Unreadable."""
    if not pack.has(FILE):
        return []
    told = read(pack)
    return [
        Mistake(
            FILE,
            line_at(pack.yaml(FILE), ("windows",)),
            _("Quầy “%(code)s” ghi hai lần.") % {"code": window.code},
            _("Đặt mỗi quầy dịch vụ một chữ riêng."),
        )
        for windows in (told.windows, *(one.windows for one in told.agencies))
        for index, window in enumerate(windows)
        if window.code in [w.code for w in windows[:index]]
    ]


def load(pack: Pack) -> None:
    """Read where it is used: nothing is stored."""


@cache
def rules() -> CounterFile:
    """The rules of this instance's pack, read once by each process."""
    return read(Pack(settings.HERE.pack))


def windows_of(agency_code: str) -> list[Window]:
    """The service windows of the agency with that code."""
    for own in rules().agencies:
        if agency_code.endswith(f".{own.suffix}"):
            return own.windows
    return rules().windows


register(PackPart("dossiers.counter", FILE, check, load))
