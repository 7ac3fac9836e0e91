"""What can be asked of applications. Read only; every question checks its policy."""

from tinhso.dossiers.queries.day import Day, my_day
from tinhso.dossiers.queries.detail import DossierDetail, DossierFacts, coded, dossier
from tinhso.dossiers.queries.files import paper_file, result_file
from tinhso.dossiers.queries.inbox import Filters, Waiting, inbox
from tinhso.dossiers.queries.issued import (
    IssuedFilters,
    IssuedPaper,
    IssuedRow,
    issued,
    issued_facts,
    issued_file,
    issued_of_dossier,
    kinds_shown,
    lists_of,
    to_hand_over,
    tracking_book,
)
from tinhso.dossiers.queries.mine import (
    DraftDetail,
    DraftFacts,
    DraftRow,
    MyDossier,
    Paper,
    draft,
    my_dossiers,
    my_drafts,
    question_words,
)
from tinhso.dossiers.queries.readings import Download
from tinhso.dossiers.queries.timeline import Entry, timeline
from tinhso.dossiers.queries.tracking import Tracked, dossier_count, track

__all__ = [
    "Day",
    "DossierDetail",
    "DossierFacts",
    "Download",
    "DraftDetail",
    "DraftFacts",
    "DraftRow",
    "Entry",
    "Filters",
    "IssuedFilters",
    "IssuedPaper",
    "IssuedRow",
    "MyDossier",
    "Paper",
    "Tracked",
    "Waiting",
    "coded",
    "dossier",
    "dossier_count",
    "draft",
    "inbox",
    "issued",
    "issued_facts",
    "issued_file",
    "issued_of_dossier",
    "kinds_shown",
    "lists_of",
    "my_day",
    "my_dossiers",
    "my_drafts",
    "paper_file",
    "question_words",
    "result_file",
    "timeline",
    "to_hand_over",
    "track",
    "tracking_book",
]
