"""Following a dossier without an account, and the pages of one's own data."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier, Paper
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.policy import Actor


def test_tracking_says_where_it_stands_and_no_name(sent: Dossier) -> None:
    answer = Client().post("/tra-cuu", {"code": sent.code, "last4": "5678"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Mới đăng ký" in page
    assert "Khôi" not in page
    assert "Bé Ba" not in page


def test_an_unknown_code_and_wrong_digits_get_the_same_answer_and_the_sixth_try_none(sent: Dossier) -> None:
    visitor = Client()
    wrong = visitor.post("/tra-cuu", {"code": sent.code, "last4": "0000"})
    unknown = visitor.post("/tra-cuu", {"code": "H33.99999-261109-0001", "last4": "0000"})
    assert wrong.status_code == unknown.status_code == 404
    assert wrong.context["problem"] == unknown.context["problem"]
    for _try in range(4):
        visitor.post("/tra-cuu", {"code": sent.code, "last4": "0000"})
    assert visitor.post("/tra-cuu", {"code": sent.code, "last4": "5678"}).status_code == 429


def test_the_vault_and_the_log_of_readings_open_only_to_a_verified_person(hers: Client, strangers: Client) -> None:
    for path in ("/kho-giay-to", "/ai-da-xem"):
        assert "Cần xác minh danh tính trước" in strangers.get(path).content.decode()
        assert "Cần xác minh danh tính trước" not in hers.get(path).content.decode()
        assert Client().get(path).status_code == 302


def test_a_file_that_is_no_document_of_ours_is_refused_in_words(db: None) -> None:
    answer = Client().post("/kiem-tra", {"file": SimpleUploadedFile("giấy.pdf", b"%PDF-1.4 garbage")})
    assert answer.status_code == 200
    assert "Đừng dùng văn bản này" in answer.content.decode()
    assert Client().post("/kiem-tra", {}).status_code == 422


def test_a_refused_rating_or_withdrawal_keeps_what_was_typed(hers: Client, sent: Dossier) -> None:
    answer = hers.post(f"/ho-so/{sent.id}/rut", {"reason": "Đổi ý rồi", "version": "999"})
    assert answer.status_code == 412
    assert "Đổi ý rồi" in answer.content.decode()


def test_the_receipt_is_offered_to_its_applicant_only_once_it_is_there(
    hers: Client,
    strangers: Client,
    sent: Dossier,
    receiver: Actor,
) -> None:
    page = f"/ho-so/{sent.id}"
    actions.receive(receiver, sent.id, version=now_at(sent))
    assert "Giấy lập cho bạn" not in hers.get(page).content.decode()
    actions.ask_receipt(receiver, sent.id)
    paper = f"/ho-so/{sent.id}/giay/{Paper.objects.get(dossier=sent).id}"
    assert paper in hers.get(page).content.decode()
    assert hers.get(paper)["Content-Disposition"].startswith("attachment")
    assert strangers.get(paper).status_code == 404
    assert Client().get(paper).status_code == 302


def test_ones_own_dossier_costs_eight_queries(hers: Client, sent: Dossier, django_assert_max_num_queries: Any) -> None:
    hers.get(f"/ho-so/{sent.id}")  # the process knows calendar and definition from here on
    with django_assert_max_num_queries(8):
        assert sent.code in hers.get(f"/ho-so/{sent.id}").content.decode()


def test_the_log_of_readings_names_the_readers_agency_and_what_was_read_in_the_words_of_the_form(
    hers: Client, sent: Dossier, receiver: Actor, django_assert_max_num_queries
) -> None:
    queries.dossier(receiver, sent.id)
    take_disclosures()
    with django_assert_max_num_queries(14):
        page = hers.get("/ai-da-xem").content.decode()
    for words in ("Ủy ban nhân dân đặc khu Kiên Hải", "Họ, chữ đệm, tên của mẹ", "Nơi sinh", f"/ho-so/{sent.id}"):
        assert words in page
    assert "child.given_name" not in page


def test_a_dossier_of_somebody_else_lends_no_words_to_ones_log(sent: Dossier, mother: Actor, stranger: Actor) -> None:
    assert sent.id in queries.question_words(mother, [sent.id])
    assert queries.question_words(stranger, [sent.id]) == {}
