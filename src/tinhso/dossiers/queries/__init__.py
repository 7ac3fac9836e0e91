"""What can be asked of applications. Read only; every question checks its policy."""

from tinhso.dossiers.joined.board import PartState
from tinhso.dossiers.queries.checked import CheckedPart, checked
from tinhso.dossiers.queries.day import Day, my_day
from tinhso.dossiers.queries.detail import DossierDetail, DossierFacts, coded, dossier
from tinhso.dossiers.queries.files import Download, apology_file, paper_file, receipt_file, result_file
from tinhso.dossiers.queries.inbox import Filters, Waiting, inbox
from tinhso.dossiers.queries.joints import JointFacts, MyJoint, PartFacts, joint, my_joints
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
from tinhso.dossiers.queries.outside import OutsidePart, OutsideRow, outside_paper, outside_part, outside_rows
from tinhso.dossiers.queries.timeline import Entry, timeline
from tinhso.dossiers.queries.tracking import Tracked, dossier_count, track

__all__ = [
    "CheckedPart",
    "Day",
    "DossierDetail",
    "DossierFacts",
    "Download",
    "DraftDetail",
    "DraftFacts",
    "DraftRow",
    "Entry",
    "Filters",
    "JointFacts",
    "MyDossier",
    "MyJoint",
    "OutsidePart",
    "OutsideRow",
    "Paper",
    "PartFacts",
    "PartState",
    "Tracked",
    "Waiting",
    "apology_file",
    "checked",
    "coded",
    "dossier",
    "dossier_count",
    "draft",
    "inbox",
    "joint",
    "my_day",
    "my_dossiers",
    "my_drafts",
    "my_joints",
    "outside_paper",
    "outside_part",
    "outside_rows",
    "paper_file",
    "question_words",
    "receipt_file",
    "result_file",
    "timeline",
    "track",
]
