"""Pages of officials."""

from django.urls import URLPattern, URLResolver, include, path

import tinhso.desk.navigation  # noqa: F401 - registers the menu
from tinhso.desk.pages import day, inbox, record

_own: list[URLPattern | URLResolver] = [
    path("", inbox.inbox, name="inbox"),
    path("hom-nay", day.my_day, name="day"),
    path("nhan", inbox.claim_many, name="claim_many"),
    path("ho-so/<uuid:dossier_id>", record.record, name="record"),
    path("ho-so/<uuid:dossier_id>/ket-qua", record.result, name="result"),
    path("ho-so/<uuid:dossier_id>/giay-tiep-nhan", record.receipt, name="receipt"),
    path("ho-so/<uuid:dossier_id>/giay-to/<uuid:paper_id>", record.paper, name="paper"),
    path("ho-so/<uuid:dossier_id>/<str:name>", record.act, name="act"),
]
urls: list[URLPattern | URLResolver] = [path("ban-lam-viec/", include((_own, "desk")))]
