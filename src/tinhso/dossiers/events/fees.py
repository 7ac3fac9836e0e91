"""What it costs, what is asked and what came in."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.dossiers.events.course import DossierEvent


@dataclass(frozen=True)
class FeeAsked(DossierEvent):
    """A payment is awaited, ``amount`` in đồng: the legal time stands until `FeeSettled`."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.fee-asked"
    pause: UUID
    at: datetime
    amount: int


@dataclass(frozen=True)
class FeeSettled(DossierEvent):
    """The awaited payment came in, or was found settled; ``receipt_number`` is of the receipt given for it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.fee-settled"
    pause: UUID
    at: datetime
    amount: int
    receipt_number: str


@dataclass(frozen=True)
class FeesReckoned(DossierEvent):
    """What it costs was computed from the answers; amounts stand in the rows."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.fees-reckoned"
    fees: tuple[UUID, ...]


@dataclass(frozen=True)
class FeeExempted(DossierEvent):
    """An official saw a ground of exemption proven."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.fee-exempted"
    fee: UUID


@dataclass(frozen=True)
class FeeDropped(DossierEvent):
    """A charge is not asked for any more."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.fee-dropped"
    fee: UUID


@dataclass(frozen=True)
class PaymentReceived(DossierEvent):
    """Money was taken at the counter, ``amount`` in đồng, under a receipt of the agency."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.payment-received"
    payment: UUID
    fee: UUID
    amount: int
    method: str
    number: str


@dataclass(frozen=True)
class ReceiptVoided(DossierEvent):
    """A receipt was voided by a second person; ``refund``: the money goes back, else it is asked for again."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.fee-receipt-voided"
    payment: UUID
    amount: int
    refund: bool
