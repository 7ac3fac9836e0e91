"""What is stored of an application: the draft, the dossier, its steps, its result."""

from tinhso.dossiers.models.clock import Extension, Pause, Warned
from tinhso.dossiers.models.dossiers import (
    CLOSED,
    Channel,
    Dossier,
    DossierCounter,
    EngineState,
    Phase,
    Proposal,
    Rating,
    Refusal,
    Step,
    Supplement,
)
from tinhso.dossiers.models.drafts import Attachment, Draft, SideCopy
from tinhso.dossiers.models.fees import RECEIPTS, FeeDue, FeeState, Payment
from tinhso.dossiers.models.receipts import Receipt
from tinhso.dossiers.models.results import Book, BookEntry, Result, ResultState, Signature, SigningSession
from tinhso.dossiers.models.versions import with_procedure

__all__ = [
    "CLOSED",
    "RECEIPTS",
    "Attachment",
    "Book",
    "BookEntry",
    "Channel",
    "Dossier",
    "DossierCounter",
    "Draft",
    "EngineState",
    "Extension",
    "FeeDue",
    "FeeState",
    "Pause",
    "Payment",
    "Phase",
    "Proposal",
    "Rating",
    "Receipt",
    "Refusal",
    "Result",
    "ResultState",
    "SideCopy",
    "Signature",
    "SigningSession",
    "Step",
    "Supplement",
    "Warned",
    "with_procedure",
]
