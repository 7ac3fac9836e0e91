"""When the legal time stands, and goes on."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.dossiers.events.course import DossierEvent


@dataclass(frozen=True)
class Suspended(DossierEvent):
    """ "Dừng giải quyết": the legal time stands until `Resumed`."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.suspended"
    pause: UUID
    at: datetime


@dataclass(frozen=True)
class Resumed(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.resumed"
    pause: UUID
    at: datetime


@dataclass(frozen=True)
class WaitBegan(DossierEvent):
    """The applicant must do something, or asked to wait: the legal time stands until `WaitEnded`."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.wait-began"
    pause: UUID
    at: datetime


@dataclass(frozen=True)
class WaitEnded(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.wait-ended"
    pause: UUID
    at: datetime
