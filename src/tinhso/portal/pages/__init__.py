"""Pages for the public. Each has a policy; what needs an account sends to the log-in and comes back."""

from django.urls import URLPattern, URLResolver, include, path

import tinhso.portal.navigation  # noqa: F401 - registers the menus
from tinhso.portal.pages import catalogue, counter, data, dossiers, drafts, home, joined, machines, open, own, thread

_own: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("su-kien", home.life_events, name="life_events"),
    path("su-kien/<slug:slug>", home.life_event, name="life_event"),
    path("thu-tuc", catalogue.search, name="search"),
    path("thu-tuc/goi-y", catalogue.suggestions, name="suggestions"),
    path("thu-tuc/<str:code>", catalogue.procedure, name="procedure"),
    path("thu-tuc/<str:code>/nop", drafts.start, name="start"),
    path("to-khai/<uuid:draft_id>", drafts.resume, name="resume"),
    path("to-khai/<uuid:draft_id>/giay-to/<uuid:paper_id>", dossiers.draft_paper, name="draft_paper"),
    path("to-khai/<uuid:draft_id>/<str:name>", drafts.topic, name="topic"),
    path("lam-chung/<slug:joined_key>", joined.offer, name="joined"),
    path("lam-chung/<slug:joined_key>/nop", joined.start, name="start_joined"),
    path("lam-chung/ho-so/<uuid:joint_id>", joined.joint, name="joint"),
    path("lam-chung/ho-so/<uuid:joint_id>/kiem-tra", joined.review, name="joint_review"),
    path("ho-so", dossiers.mine, name="dossiers"),
    path("ho-so/<uuid:dossier_id>", dossiers.dossier, name="dossier"),
    path("ho-so/<uuid:dossier_id>/da-nop", dossiers.submitted, name="submitted"),
    path("ho-so/<uuid:dossier_id>/bo-sung", dossiers.supplement, name="supplement"),
    path("ho-so/<uuid:dossier_id>/trao-doi", thread.thread, name="thread"),
    path("ho-so/<uuid:dossier_id>/trao-doi/<uuid:message_file_id>", thread.message_file, name="message_file"),
    path("ho-so/<uuid:dossier_id>/rut", dossiers.withdraw, name="withdraw"),
    path("ho-so/<uuid:dossier_id>/danh-gia", dossiers.rate, name="rate"),
    path("ho-so/<uuid:dossier_id>/giay-to/<uuid:paper_id>", dossiers.paper, name="paper"),
    path("ho-so/<uuid:dossier_id>/bien-lai/<uuid:payment_id>", dossiers.fee_receipt, name="fee_receipt"),
    path("ho-so/<uuid:dossier_id>/giay/<uuid:issued_id>", dossiers.issued_paper, name="issued_paper"),
    path("ho-so/<uuid:dossier_id>/ket-qua", dossiers.result, name="result"),
    path("lich-hen", counter.appointments, name="appointments"),
    path("lich-hen/dat", counter.book, name="book"),
    path("lich-hen/<uuid:appointment_id>/huy", counter.cancel, name="cancel_appointment"),
    path("man-hinh/<uuid:agency_id>", counter.screen, name="screen"),
    path("lay-so/<str:token>", counter.kiosk, name="kiosk"),
    path("tra-cuu", open.track, name="track"),
    path("kiem-tra", open.verify, name="verify"),
    path("chung-thu-goc", open.root_certificate, name="root"),
    path("kho-giay-to", own.vault, name="vault"),
    path("kho-giay-to/<uuid:holding_id>", own.holding, name="holding"),
    path("du-lieu-cua-toi", data.data, name="data"),
    path("du-lieu-cua-toi/<uuid:request_id>/<str:form>", data.fetch, name="data_file"),
    path("ai-da-xem", own.disclosures, name="disclosures"),
    path("thong-bao", own.notices, name="notices"),
    path("thong-bao/da-doc", own.notices_read, name="notices_read"),
    path("robots.txt", machines.robots, name="robots"),
    path(".well-known/security.txt", machines.security, name="security"),
]
urls: list[URLPattern | URLResolver] = [path("", include((_own, "portal")))]
