"""Pages of officials."""

from django.urls import URLPattern, URLResolver, include, path

import tinhso.desk.navigation  # noqa: F401 - registers the menu
from tinhso.desk.pages import cashier, copies, counter, data_requests, day, fees, inbox, operations, papers, record

_own: list[URLPattern | URLResolver] = [
    path("", inbox.inbox, name="inbox"),
    path("hom-nay", day.my_day, name="day"),
    path("nhan", inbox.claim_many, name="claim_many"),
    path("quay", counter.counter, name="counter"),
    path("quay/so", counter.numbers, name="counter_numbers"),
    path("quay/doi-chieu", counter.identify, name="identify"),
    path("quay/nguoi/<uuid:presence_id>", counter.visit, name="visit"),
    path("quay/nguoi/<uuid:presence_id>/nop", counter.begin, name="begin"),
    path("quay/nguoi/<uuid:presence_id>/xong", counter.leave, name="leave"),
    path("quay/nguoi/<uuid:presence_id>/ban-sao", counter.attest, name="attest"),
    path("quay/ban-chinh/<uuid:paper_id>", counter.original, name="original"),
    path("ban-sao", copies.copies, name="copies"),
    path("ban-sao/<uuid:copy_id>", copies.copy, name="copy"),
    path("ban-sao/<uuid:copy_id>/trang/<int:number>", copies.page, name="copy_page"),
    path("ban-sao/<uuid:copy_id>/tep", copies.sealed, name="copy_file"),
    path("du-lieu-ca-nhan", data_requests.counter, name="data_requests"),
    path("du-lieu-ca-nhan/<uuid:request_id>", data_requests.paper, name="data_request_paper"),
    path("thu-phi", cashier.waiting, name="fees"),
    path("thu-phi/so-ngay", cashier.takings, name="takings"),
    path("thu-phi/so-ngay/tai", cashier.export, name="takings_export"),
    path("thu-phi/bien-lai/<uuid:payment_id>", cashier.receipt, name="fee_receipt"),
    path("thu-phi/bien-lai/<uuid:payment_id>/huy", cashier.void, name="void_receipt"),
    path("thu-phi/<uuid:fee_id>", cashier.collect, name="collect"),
    path("ho-so/<uuid:dossier_id>/phi/<uuid:fee_id>/yeu-cau", fees.ask, name="ask_due_fee"),
    path("ho-so/<uuid:dossier_id>/phi/<uuid:fee_id>/mien", fees.exempt, name="exempt_fee"),
    path("ho-so/<uuid:dossier_id>/phi/<uuid:fee_id>/thoi-thu", fees.drop, name="drop_fee"),
    path("giay-to", papers.issued, name="issued"),
    path("giay-to/<uuid:issued_id>", papers.issued_paper, name="issued_paper"),
    path("giay-to/<uuid:issued_id>/in", papers.print_paper, name="print_paper"),
    path("so-theo-doi", papers.tracking_book, name="tracking_book"),
    path("ban-giao", papers.hand_over, name="hand_over_list"),
    path("ho-so/<uuid:dossier_id>", record.record, name="record"),
    path("ho-so/<uuid:dossier_id>/ket-qua", record.result, name="result"),
    path("ho-so/<uuid:dossier_id>/giay-tiep-nhan", record.receipt, name="receipt"),
    path("ho-so/<uuid:dossier_id>/phieu-kiem-soat", record.control_sheet, name="control_sheet"),
    path("ho-so/<uuid:dossier_id>/giay-to/<uuid:paper_id>", record.paper, name="paper"),
    path("ho-so/<uuid:dossier_id>/<str:name>", record.act, name="act"),
]
_operations: list[URLPattern | URLResolver] = [
    path("", operations.operations, name="operations"),
    path("thu-lai", operations.retry, name="retry"),
    path("xoa-du-lieu", data_requests.erasures, name="erasures"),
    path("xoa-du-lieu/<uuid:request_id>", data_requests.erasure, name="erasure"),
    path("luu-giu", operations.retention, name="retention"),
    path("thong-bao", operations.every_notice, name="service_notices"),
    path("thong-bao/moi", operations.new_notice, name="new_service_notice"),
    path("thong-bao/<uuid:notice_id>", operations.notice, name="service_notice"),
    path("thong-bao/<uuid:notice_id>/<str:name>", operations.act_on_notice, name="act_on_service_notice"),
]
urls: list[URLPattern | URLResolver] = [
    path("", include(([path("ban-lam-viec/", include(_own)), path("van-hanh/", include(_operations))], "desk"))),
]
