"""The one engine of papers: what stands on each (`contents`), made by an act (`issuing`), drawn and sealed (`drawing`).

Which kinds there are, which law has which form on which day and who signs it is data of the pack (`papers.yaml`).
"""

from tinhso.dossiers.paperwork.books import BookLine, Period, entries, lines_of
from tinhso.dossiers.paperwork.contents import NO_TERM, TRACKING_BOOK, Taken, owed
from tinhso.dossiers.paperwork.issuing import (
    issue,
    issue_alone,
    issue_asked,
    issue_joint_receipt,
    joint_receipt,
    receipt_of,
)

__all__ = [
    "NO_TERM",
    "TRACKING_BOOK",
    "BookLine",
    "Period",
    "Taken",
    "entries",
    "issue",
    "issue_alone",
    "issue_asked",
    "issue_joint_receipt",
    "joint_receipt",
    "lines_of",
    "owed",
    "receipt_of",
]
