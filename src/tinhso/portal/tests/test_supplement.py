"""Answering a request to complete the papers: what was cleared is gone, what was not asked or only typed stays."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.full_disk import full_disk

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import now_at
from tinhso.kernel.policy import Actor
from tinhso.portal.tests.test_filling import posted
from tinhso.portal.tests.test_papers import EICAR, picture


@pytest.fixture
def asked(sent: Dossier, receiver: Actor, specialist: Actor) -> str:
    """The page on which the mother answers."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    actions.request_supplement(specialist, sent.id, [actions.Point("Xem lại tên đệm")], version=now_at(sent))
    return f"/ho-so/{sent.id}/bo-sung"


def child(client: Client, page: str, **changes: str) -> dict[str, Any]:
    """The topic of the child as the browser sends it, with the names that the page asked."""
    view = next(view for topic, view in client.get(page).context["topics"] if topic.name == "child")
    typed = {f"child.{name}": value for name, value in posted("child", **changes).items()}
    return {**typed, "asked": view.asked}


def test_a_cleared_answer_is_gone_and_the_old_one_stays_on_record(hers: Client, asked: str, sent: Dossier) -> None:
    form = {**child(hers, asked, middle_name=""), "version": now_at(sent)}
    assert hers.post(asked, form).status_code == 302
    sent.refresh_from_db()
    assert "middle_name" not in sent.data["child"]
    assert sent.data["child"]["given_name"] == "Khôi"
    assert sent.supplements.get().replaced["child"]["middle_name"] == "Minh"


def test_a_cleared_answer_that_the_form_needs_is_asked_for_in_words(hers: Client, asked: str, sent: Dossier) -> None:
    answer = hers.post(asked, {**child(hers, asked, given_name=""), "version": now_at(sent), "text": "Đã sửa"})
    sent.refresh_from_db()
    assert answer.status_code == 422
    assert "Đã sửa" in answer.content.decode()
    assert sent.data["child"]["given_name"] == "Khôi"


def test_what_the_page_did_not_ask_stays(hers: Client, asked: str, sent: Dossier) -> None:
    form = child(hers, asked, middle_name="Anh")
    form["asked"] = form["asked"].replace("child.ethnicity", "")
    form.pop("child.ethnicity")
    assert hers.post(asked, {**form, "version": now_at(sent)}).status_code == 302
    sent.refresh_from_db()
    assert (sent.data["child"]["middle_name"], sent.data["child"]["ethnicity"]) == ("Anh", "Kinh")


def test_of_several_files_the_good_ones_stay_and_what_was_written_too(hers: Client, asked: str, sent: Dossier) -> None:
    files = [SimpleUploadedFile("rõ.jpg", picture()), SimpleUploadedFile("virus.jpg", EICAR)]
    answer = hers.post(asked, {"component": "birth_paper", "file": files, "add": "1", "text": "Gửi lại ảnh rõ"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“virus.jpg” có mã độc" in page
    assert "Đã thêm: rõ.jpg." in page
    assert "Gửi lại ảnh rõ" in page
    assert list(sent.attachments.exclude(supplement=None).values_list("name", flat=True)) == ["rõ.jpg"]


def test_a_full_disk_keeps_what_was_written(hers: Client, asked: str, sent: Dossier) -> None:
    file = SimpleUploadedFile("rõ.jpg", picture())
    with full_disk():
        answer = hers.post(asked, {"component": "birth_paper", "file": file, "add": "1", "text": "Gửi lại ảnh rõ"})
    assert answer.status_code == 507
    assert "Kho lưu của hệ thống đang đầy" in answer.content.decode()
    assert "Gửi lại ảnh rõ" in answer.content.decode()
    assert not sent.attachments.exclude(supplement=None).exists()
