"""Papers at the portal: a hostile file is refused in words, a good one stays."""

import html
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.full_disk import full_disk

from tinhso.dossiers.models import Attachment
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency
from tinhso.portal.tests.test_filling import posted, started

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture() -> bytes:
    kept = BytesIO()
    Image.new("RGB", (60, 80), "white").save(kept, "JPEG")
    return kept.getvalue()


@pytest.fixture
def papers(hers: Client, agency: Agency) -> str:
    draft = started(hers, agency)
    hers.post(f"{draft}/child", posted("child"))
    return f"{draft}/papers"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("virus.jpg", EICAR, "có mã độc"),
        (
            "giấy.jpg",
            b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF",
            "có đuôi của ảnh JPEG nhưng nội dung là PDF",
        ),
        ("giấy.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "không phải loại tệp được nhận"),
        ("giấy.html", b"<html><script>alert(1)</script></html>", "không phải loại tệp được nhận"),
        ("rỗng.jpg", b"", "trống, không có gì bên trong"),
        ("to.jpg", picture() + b"\0" * (10 * 1024 * 1024), "Tệp lớn hơn 10 MB"),
    ],
)
def test_a_file_that_is_not_a_paper_is_refused_in_words(
    hers: Client, papers: str, name: str, content: bytes, said: str
) -> None:
    answer = hers.post(papers, {"component": "birth_paper", "file": SimpleUploadedFile(name, content), "add": "1"})
    page = answer.content.decode()
    assert answer.status_code == (413 if name == "to.jpg" else 422)
    assert 'role="alert"' in page
    assert said in html.unescape(page)
    assert not Attachment.objects.exists()


def test_a_good_file_stays_beside_a_refused_one_and_can_be_taken_out(hers: Client, papers: str) -> None:
    good = SimpleUploadedFile("<b>giấy</b>.jpg", picture(), "image/jpeg")
    assert hers.post(papers, {"component": "birth_paper", "file": good}).status_code == 302
    hers.post(papers, {"component": "birth_paper", "file": SimpleUploadedFile("x.jpg", EICAR)})
    page = hers.get(papers).content.decode()
    assert "<b>giấy" not in page
    kept = Attachment.objects.get(removed_at=None)
    hers.post(papers, {"remove": str(kept.id)})
    assert not Attachment.objects.filter(removed_at=None).exists()


def test_nobody_else_takes_a_paper_out(strangers: Client, hers: Client, papers: str, mother: Actor) -> None:
    hers.post(papers, {"component": "birth_paper", "file": SimpleUploadedFile("a.jpg", picture())})
    kept = Attachment.objects.get()
    assert strangers.post(papers, {"remove": str(kept.id)}).status_code == 404
    assert Attachment.objects.filter(removed_at=None).exists()


def test_of_several_files_the_good_ones_stay_and_the_bad_ones_are_named(hers: Client, papers: str) -> None:
    sent = [SimpleUploadedFile("mặt trước.jpg", picture()), SimpleUploadedFile("virus.jpg", EICAR)]
    sent.append(SimpleUploadedFile("mặt sau.jpg", picture()))
    answer = hers.post(papers, {"component": "birth_paper", "file": sent, "add": "1"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Chưa thêm được 1 tệp. Tệp “virus.jpg” có mã độc" in page
    assert "Đã thêm: mặt trước.jpg, mặt sau.jpg." in page
    assert page.count('class="link inline-flex min-h-11 min-w-0 flex-1') == 2
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["mặt sau.jpg", "mặt trước.jpg"]


def test_more_files_than_may_be_are_each_named(hers: Client, papers: str) -> None:
    sent = [SimpleUploadedFile(f"trang {n}.jpg", picture()) for n in range(1, 12)]
    page = html.unescape(hers.post(papers, {"component": "birth_paper", "file": sent}).content.decode())
    kept = set(Attachment.objects.values_list("name", flat=True))
    left = {file.name for file in sent} - kept
    assert kept
    assert left
    assert all(f"“{name}”: Mỗi loại giấy tờ thêm được nhiều nhất" in page for name in left)


def test_a_full_disk_is_said_at_the_field_and_the_next_try_succeeds(hers: Client, papers: str) -> None:
    with full_disk():
        refused = hers.post(papers, {"component": "birth_paper", "file": SimpleUploadedFile("a.jpg", picture())})
    assert refused.status_code == 507
    assert "Kho lưu của hệ thống đang đầy" in refused.content.decode()
    assert 'id="loi-birth_paper"' in refused.content.decode()
    assert not Attachment.objects.exists()
    again = hers.post(papers, {"component": "birth_paper", "file": SimpleUploadedFile("a.jpg", picture())})
    assert again.status_code == 302
    assert Attachment.objects.count() == 1
