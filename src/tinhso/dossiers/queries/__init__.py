"""What can be asked of applications. Read only; every question checks its policy."""

from tinhso.dossiers.queries.board import Board, Line, board, queues
from tinhso.dossiers.queries.day import Day, my_day
from tinhso.dossiers.queries.detail import DossierDetail, DossierFacts, coded, dossier
from tinhso.dossiers.queries.files import Download, apology_file, paper_file, receipt_file, result_file
from tinhso.dossiers.queries.inbox import Waiting, inbox
from tinhso.dossiers.queries.kept import BulkFacts, ExportRow, View, bulk_act, exports, saved_views
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
from tinhso.dossiers.queries.queue import Cause, Filters
from tinhso.dossiers.queries.search import Hit, Hits, search
from tinhso.dossiers.queries.timeline import Entry, timeline
from tinhso.dossiers.queries.tracking import Tracked, dossier_count, track

__all__ = [
    "Board",
    "BulkFacts",
    "Cause",
    "Day",
    "DossierDetail",
    "DossierFacts",
    "Download",
    "DraftDetail",
    "DraftFacts",
    "DraftRow",
    "Entry",
    "ExportRow",
    "Filters",
    "Hit",
    "Hits",
    "Line",
    "MyDossier",
    "Paper",
    "Tracked",
    "View",
    "Waiting",
    "apology_file",
    "board",
    "bulk_act",
    "coded",
    "dossier",
    "dossier_count",
    "draft",
    "exports",
    "inbox",
    "my_day",
    "my_dossiers",
    "my_drafts",
    "paper_file",
    "question_words",
    "queues",
    "receipt_file",
    "result_file",
    "saved_views",
    "search",
    "timeline",
    "track",
]
