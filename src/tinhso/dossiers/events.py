"""What happens to applications, told to the rest of the house. No personal data travels in an event."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from tinhso.kernel.events import Event


@dataclass(frozen=True)
class DraftStarted(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.draft-started"
    draft: UUID
    procedure: str
    agency: UUID


@dataclass(frozen=True)
class TopicSaved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.topic-saved"
    draft: UUID
    topic: str
    version: int


@dataclass(frozen=True)
class PaperAdded(Event):
    """A paper was put into a draft or into the answer to a supplement request."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-added"
    component: str
    file: UUID
    draft: UUID | None = None
    dossier: UUID | None = None


@dataclass(frozen=True)
class PaperRemoved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-removed"
    draft: UUID
    component: str
    file: UUID


@dataclass(frozen=True)
class DossierEvent(Event):
    """Base of what happens to a dossier; ``version`` is the dossier's after the act."""

    TYPE: ClassVar[str] = ""
    dossier: UUID
    version: int


@dataclass(frozen=True)
class Submitted(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.submitted"
    code: str
    procedure: str
    agency: UUID
    draft: UUID
    presence: UUID | None = None  #: filed at the counter for a person who stood there


@dataclass(frozen=True)
class Received(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.received"
    due_at: datetime | None
    at: datetime | None = None
    areas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claimed(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.claimed"
    step: UUID
    task: str


@dataclass(frozen=True)
class HandedOver(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.handed-over"
    step: UUID
    task: str
    to_account: UUID


@dataclass(frozen=True)
class ReturnedToQueue(DossierEvent):
    """Nobody holds the step now: its holder left or is on leave and nobody stands in, or a bulk act was taken back."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.returned-to-queue"
    step: UUID
    task: str


@dataclass(frozen=True)
class StepEnded(DossierEvent):
    """The process moved on: a step ended with an outcome. These alone rebuild the engine."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.step-ended"
    step: UUID
    task: str
    outcome: str


@dataclass(frozen=True)
class SupplementRequested(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.supplement-requested"
    supplement: UUID
    number: int
    at: datetime | None = None


@dataclass(frozen=True)
class SupplementAnswered(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.supplement-answered"
    supplement: UUID
    due_at: datetime | None
    at: datetime | None = None


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


@dataclass(frozen=True)
class Extended(DossierEvent):
    """The result will be late: apology and new date, once (Decree 61/2018/NĐ-CP, art. 19.9)."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.extended"
    extension: UUID
    at: datetime
    until: datetime


@dataclass(frozen=True)
class ApologyIssued(DossierEvent):
    """Of releases before `PaperIssued`: form 04 was drawn; ``digest`` is the SHA-256 of its file."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.apology-issued"
    extension: UUID
    digest: str


@dataclass(frozen=True)
class Refused(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.refused"
    reason: str


@dataclass(frozen=True)
class Proposed(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.proposed"
    proposal: UUID


@dataclass(frozen=True)
class SignatureAsked(DossierEvent):
    """A leader (or the clerk, for the seal) ordered the signature; the job makes it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.signature-asked"
    result: UUID
    signature: UUID
    kind: str


@dataclass(frozen=True)
class SignatureMade(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.signature-made"
    result: UUID
    signature: UUID
    kind: str


@dataclass(frozen=True)
class ResultIssued(DossierEvent):
    """Person and agency have signed: the document is in force."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.result-issued"
    result: UUID
    person: UUID | None
    kind: str
    title: str
    number: str
    file: UUID
    digest: str
    issued_at: datetime
    issuer: UUID
    supersedes: UUID | None = None


@dataclass(frozen=True)
class ReceiptAsked(DossierEvent):
    """Somebody at the counter asked for the paper receipt."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.receipt-asked"


@dataclass(frozen=True)
class ReceiptIssued(DossierEvent):
    """Of releases before `PaperIssued`: form 01 was drawn; ``digest`` is the SHA-256 of its file."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.receipt-issued"
    receipt: UUID
    digest: str


@dataclass(frozen=True)
class PaperIssued(DossierEvent):
    """A paper of the dossier has its number and content; ``kind`` as the pack names it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-issued"
    paper: UUID
    kind: str
    number: int
    year: int


@dataclass(frozen=True)
class ListIssued(Event):
    """A paper of an agency about several dossiers has its number: a hand-over list, a tracking book."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.list-issued"
    paper: UUID
    agency: UUID
    kind: str
    number: int
    year: int
    dossiers: tuple[UUID, ...] = ()


@dataclass(frozen=True)
class PaperDrawn(Event):
    """The file of a paper is there, sealed where its form asks for it; ``digest`` is its SHA-256."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-drawn"
    paper: UUID
    digest: str
    sealed: bool
    dossier: UUID | None = None


@dataclass(frozen=True)
class PaperPrinted(Event):
    """Somebody printed a paper for the ``number``-th time; from 2 on the copy says so."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-printed"
    paper: UUID
    number: int
    dossier: UUID | None = None


@dataclass(frozen=True)
class Returned(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.returned"
    result: UUID


@dataclass(frozen=True)
class Withdrawn(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.withdrawn"


@dataclass(frozen=True)
class Rated(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.rated"
    stars: int


@dataclass(frozen=True)
class RatingAnswered(Event):
    """The agency said what it did about a rating."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.rating-answered"
    dossier: UUID
    agency: UUID
    outcome: str


@dataclass(frozen=True)
class ResultRevoked(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.result-revoked"
    result: UUID
    superseded: bool = False


@dataclass(frozen=True)
class ResultReissued(DossierEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.result-reissued"
    result: UUID
    replaces: UUID


@dataclass(frozen=True)
class DraftErased(Event):
    """A draft that was never sent is gone at its author's own request."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.draft-erased"
    draft: UUID


@dataclass(frozen=True)
class BulkDone(Event):
    """One official did one act on many dossiers: the list of all, and what was refused. Each dossier's own event stands
    beside it, for its own timeline and clock."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.bulk-done"
    bulk: UUID
    act: str
    done: list[UUID]
    refused: list[UUID]


@dataclass(frozen=True)
class BulkUndone(Event):
    """A bulk act was taken back, where nobody had acted since; ``kept``: what could not be."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.bulk-undone"
    bulk: UUID
    undone: list[UUID]
    kept: list[UUID]


@dataclass(frozen=True)
class ViewSaved(Event):
    """Filters were kept under a name; ``agency``: shared with those who work on dossiers there."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.view-saved"
    view: UUID
    agency: UUID | None


@dataclass(frozen=True)
class ViewRemoved(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.view-removed"
    view: UUID
    agency: UUID | None


@dataclass(frozen=True)
class ExportAsked(Event):
    """A list of dossiers was asked for as a file."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.export-asked"
    export: UUID
    agency: UUID


@dataclass(frozen=True)
class MapAsked(Event):
    """A process map was asked for: whose dossiers of which procedure."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.map-asked"
    map: UUID
    agencies: list[UUID]
    procedure: str


@dataclass(frozen=True)
class MapMade(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.map-made"
    map: UUID
    dossiers: int
    took_ms: int


@dataclass(frozen=True)
class ExportMade(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.export-made"
    export: UUID
    agency: UUID
    rows: int
    digest: str


@dataclass(frozen=True)
class ExportTaken(Event):
    """An official took the file: the reading of everybody in it is noted."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.export-taken"
    export: UUID
    agency: UUID


@dataclass(frozen=True)
class PersonIdentified(Event):
    """An official at the counter saw the identity paper of a person who stands there; its number is in the row."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.person-identified"
    presence: UUID
    person: UUID
    agency: UUID
    kind: str


@dataclass(frozen=True)
class PaperReused(Event):
    """A paper that the state holds already was put into a draft: nobody brings it again."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-reused"
    draft: UUID
    component: str
    holding: UUID


@dataclass(frozen=True)
class OriginalMarked(Event):
    """What became of the original of a paper: seen, returned."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.original-marked"
    attachment: UUID
    original: str
    draft: UUID | None = None
    dossier: UUID | None = None


@dataclass(frozen=True)
class TicketDrawn(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.ticket-drawn"
    ticket: UUID
    agency: UUID
    window: str
    number: int


@dataclass(frozen=True)
class TicketMoved(Event):
    """A number was called (``calls``: which time), skipped or done with; ``waited``: seconds until the first call."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.ticket-moved"
    ticket: UUID
    agency: UUID
    state: str
    place: str
    calls: int
    waited: int | None


@dataclass(frozen=True)
class AppointmentMade(Event):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.appointment-made"
    appointment: UUID
    agency: UUID
    starts_at: datetime
    seat: int


@dataclass(frozen=True)
class AppointmentEnded(Event):
    """It was cancelled, or its person came."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.appointment-ended"
    appointment: UUID
    state: str


@dataclass(frozen=True)
class CopyEvent(Event):
    """Base of what happens to a certified electronic copy."""

    TYPE: ClassVar[str] = ""
    copy: UUID
    agency: UUID


@dataclass(frozen=True)
class CopyAttested(CopyEvent):
    """An official saw the original and says that the scanned pages are like it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-attested"
    pages: int


@dataclass(frozen=True)
class CopyOrdered(CopyEvent):
    """Signature or seal was ordered; the job makes it."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-ordered"
    kind: str
    number: str


@dataclass(frozen=True)
class CopyRefused(CopyEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-refused"


@dataclass(frozen=True)
class CopySigned(CopyEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-signed"
    kind: str
    digest: str


@dataclass(frozen=True)
class CopyIssued(CopyEvent):
    """Person and agency have signed: the copy is in force."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.copy-issued"
    person: UUID
    title: str
    number: str
    file: UUID
    issued_at: datetime


@dataclass(frozen=True)
class JointEvent(Event):
    """Base of what happens to a joined filing."""

    TYPE: ClassVar[str] = ""
    joint: UUID


@dataclass(frozen=True)
class JointBegun(JointEvent):
    """A joined form was begun, with these parts."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-begun"
    key: str
    agency: UUID
    parts: tuple[str, ...]


@dataclass(frozen=True)
class JointSubmitted(JointEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-submitted"
    code: str


@dataclass(frozen=True)
class PartBegun(JointEvent):
    """A part runs now: as a dossier, or (``dossier`` None) ready to be handed to an agency outside the system."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-begun"
    part: str
    dossier: UUID | None = None


@dataclass(frozen=True)
class PartMoved(JointEvent):
    """A part that is a dossier was received, answered, decided or ended: what follows is read anew."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-moved"
    dossier: UUID


@dataclass(frozen=True)
class PartDropped(JointEvent):
    """A part can never begin: ``because`` names the part that came to nothing."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-dropped"
    part: str
    because: str


@dataclass(frozen=True)
class PartWithdrawn(JointEvent):
    """A part that had no dossier yet was taken back by the applicant."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-part-withdrawn"
    part: str


@dataclass(frozen=True)
class OutsideSent(JointEvent):
    """The office handed a part to the agency outside."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.outside-sent"
    part: str


@dataclass(frozen=True)
class OutsideAnswered(JointEvent):
    """The agency outside has done it or refused, as the office records."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.outside-answered"
    part: str
    done: bool


@dataclass(frozen=True)
class ReturnChosen(JointEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-return-chosen"
    each: bool


@dataclass(frozen=True)
class JointClosed(JointEvent):
    """Every part has come to its end."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.joint-closed"


@dataclass(frozen=True)
class MessageSent(Event):
    """Applicant or agency wrote in a dossier's thread; the words stay in the row."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.message-sent"
    dossier: UUID
    message: UUID
    from_office: bool
    files: int


@dataclass(frozen=True)
class MessagesRead(Event):
    """The other side opened the thread for the first time since these were written."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.messages-read"
    dossier: UUID
    messages: tuple[UUID, ...]
    by_office: bool


@dataclass(frozen=True)
class BatchEvent(Event):
    """Base of what happens to a batch of papers to digitise; names and numbers stay in the rows."""

    TYPE: ClassVar[str] = ""
    batch: UUID
    agency: UUID


@dataclass(frozen=True)
class BatchUploaded(BatchEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-uploaded"
    sha256: str


@dataclass(frozen=True)
class BatchOrdered(BatchEvent):
    """An officer ordered their signature on every scan; the job makes them."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-ordered"


@dataclass(frozen=True)
class BatchHalted(BatchEvent):
    """Stopped in between: what is signed stays, the rest waits."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-halted"


@dataclass(frozen=True)
class BatchDropped(BatchEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-dropped"
    lines: int


@dataclass(frozen=True)
class BatchSigned(BatchEvent):
    TYPE: ClassVar[str] = "vn.tinhso.dossiers.digitised-batch-signed"
    signed: int
    left: int


@dataclass(frozen=True)
class PaperListed(Event):
    """A paper of the book is known, on paper alone."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-listed"
    paper: UUID
    agency: UUID


@dataclass(frozen=True)
class PaperDigitised(Event):
    """A paper's scan is signed and in force; again when its holder became known."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-digitised"
    paper: UUID
    agency: UUID
    person: UUID | None
    kind: str
    title: str
    number: str
    file: UUID
    issued_at: datetime


@dataclass(frozen=True)
class PaperEnded(Event):
    """It counts no more: expired, revoked, or known on paper alone and now digitised (``how``)."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.paper-ended"
    paper: UUID
    agency: UUID
    how: str


@dataclass(frozen=True)
class ProcessTried(Event):
    """Last year's dossiers were sent through a draft of a process; nothing of them changes."""

    TYPE: ClassVar[str] = "vn.tinhso.dossiers.process-tried"
    trial: UUID
    draft: UUID
    procedure: str
    draft_version: int
