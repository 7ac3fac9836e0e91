"""What is stored of an application: the draft, the dossier, its steps, its result."""

from tinhso.dossiers.models.clock import Extension, Pause, Warned
from tinhso.dossiers.models.counter import (
    Appointment,
    AppointmentState,
    CertifiedCopy,
    CopyPage,
    CopyState,
    Presence,
    Ticket,
    TicketCounter,
    TicketState,
)
from tinhso.dossiers.models.desk import BulkAct, DuesRefresh, Export, SavedView, SearchWords
from tinhso.dossiers.models.digitised import BatchState, Digitised, DigitisedBatch, DigitisedState
from tinhso.dossiers.models.dossiers import (
    CLOSED,
    Channel,
    Dossier,
    DossierCounter,
    EngineState,
    Phase,
    Proposal,
    Refusal,
    Step,
    Supplement,
)
from tinhso.dossiers.models.drafts import Attachment, Draft, Original, SideCopy
from tinhso.dossiers.models.fees import RECEIPTS, FeeDue, FeeState, Payment
from tinhso.dossiers.models.joints import Joint, JointPart
from tinhso.dossiers.models.maps import MapGroup, ProcessMap
from tinhso.dossiers.models.moves import AgencyMove
from tinhso.dossiers.models.opinions import Opinion, OpinionPaper, ShareUnit, Stance, due_from
from tinhso.dossiers.models.papers import Paper, PaperDossier, PaperPrint
from tinhso.dossiers.models.ratings import PublishedFigure, Rating, RatingReply
from tinhso.dossiers.models.results import Book, BookEntry, Result, ResultState, Signature, SigningSession, being_signed
from tinhso.dossiers.models.thread import Message, MessageFile
from tinhso.dossiers.models.trials import ProcessTrial
from tinhso.dossiers.models.versions import with_procedure

__all__ = [
    "CLOSED",
    "RECEIPTS",
    "AgencyMove",
    "Appointment",
    "AppointmentState",
    "Attachment",
    "BatchState",
    "Book",
    "BookEntry",
    "BulkAct",
    "CertifiedCopy",
    "Channel",
    "CopyPage",
    "CopyState",
    "Digitised",
    "DigitisedBatch",
    "DigitisedState",
    "Dossier",
    "DossierCounter",
    "Draft",
    "DuesRefresh",
    "EngineState",
    "Export",
    "Extension",
    "FeeDue",
    "FeeState",
    "Joint",
    "JointPart",
    "MapGroup",
    "Message",
    "MessageFile",
    "Opinion",
    "OpinionPaper",
    "Original",
    "Paper",
    "PaperDossier",
    "PaperPrint",
    "Pause",
    "Payment",
    "Phase",
    "Presence",
    "ProcessMap",
    "ProcessTrial",
    "Proposal",
    "PublishedFigure",
    "Rating",
    "RatingReply",
    "Refusal",
    "Result",
    "ResultState",
    "SavedView",
    "SearchWords",
    "ShareUnit",
    "SideCopy",
    "Signature",
    "SigningSession",
    "Stance",
    "Step",
    "Supplement",
    "Ticket",
    "TicketCounter",
    "TicketState",
    "Warned",
    "being_signed",
    "due_from",
    "with_procedure",
]
