"""Papers at the portal: a hostile file is refused in words, a good one stays."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

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
        ("virus.jpg", EICAR, ""),
        ("giấy.jpg", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF", "PDF"),
        ("giấy.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", ""),
        ("giấy.html", b"<html><script>alert(1)</script></html>", ""),
        ("rỗng.jpg", b"", ""),
        ("to.jpg", picture() + b"\0" * (10 * 1024 * 1024), "MB"),
    ],
)
def test_a_file_that_is_not_a_paper_is_refused_in_words(
    hers: Client, papers: str, name: str, content: bytes, said: str
) -> None:
    answer = hers.post(papers, {"component": "birth_paper", "file": SimpleUploadedFile(name, content), "add": "1"})
    page = answer.content.decode()
    assert answer.status_code in (413, 422)
    assert 'role="alert"' in page
    assert said in page
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
