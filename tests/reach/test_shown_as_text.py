"""What somebody typed is shown as text, wherever it is shown: pages, file names, messages, e-mails, the certificate."""

import subprocess
from html import escape
from pathlib import Path

import pytest

from tests.reach.filled import CANARIES
from tests.reach.routes import Route
from tests.reach.words import MARKUP, canary
from tests.reach.world import World
from tinhso.kernel import files
from tinhso.kernel.models import Notification
from tinhso.vault.models import Holding

#: Pages that show what she typed, to whom, and a word of it that must be there.
SHOWN = [
    ("/ho-so/<uuid:dossier_id>/bo-sung", "owner", canary("applicantresidence")),
    ("/ban-lam-viec/ho-so/<uuid:dossier_id>", "receiver", canary("childbirthplace")),
    ("/ban-lam-viec/ho-so/<uuid:dossier_id>", "receiver", canary("paper")),
    ("/ban-lam-viec/ho-so/<uuid:dossier_id>/sign", "leader", canary("parentsmothername")),
    ("/to-khai/<uuid:draft_id>/<str:name>", "owner", canary("childhomeplace")),
]


@pytest.mark.parametrize(("address", "actor", "word"), SHOWN)
def test_a_page_shows_markup_as_it_was_typed(world: World, address: str, actor: str, word: str) -> None:
    page = world.ask(Route("GET", address), actor).content.decode()  # type: ignore[attr-defined]
    assert f"{word} {escape(MARKUP)}" in page
    assert MARKUP not in page


def test_a_files_name_cannot_leave_its_header(world: World) -> None:
    route = Route("GET", "/ban-lam-viec/ho-so/<uuid:dossier_id>/giay-to/<uuid:paper_id>")
    headers = world.ask(route, "receiver").headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert not set("\r\n") & set(headers["Content-Disposition"])


def test_an_officers_words_reach_the_mother_as_text(world: World) -> None:
    page = world.ask(Route("GET", "/ho-so/<uuid:dossier_id>/bo-sung"), "owner").content.decode()  # type: ignore[attr-defined]
    assert f"{canary('note')} {escape(MARKUP)}" in page


def test_messages_in_the_house_are_shown_as_text(world: World) -> None:
    assert Notification.objects.filter(account=world.accounts["owner"].pk).count() > 3
    page = world.ask(Route("GET", "/thong-bao"), "owner").content.decode()  # type: ignore[attr-defined]
    assert MARKUP not in page


def test_mail_is_plain_text_and_carries_nothing_of_hers(world: World) -> None:
    assert len(world.mails) > 3
    for mail in world.mails:
        assert (mail.content_subtype, getattr(mail, "alternatives", [])) == ("plain", [])
        assert [word for word in CANARIES if word in mail.subject + mail.body] == []
        assert "\n" not in mail.subject


def test_the_certificate_prints_markup_and_runs_none(world: World, tmp_path: Path) -> None:
    holding = Holding.objects.get(pk=world.things["holding_id"])
    paper = tmp_path / "giay.pdf"
    paper.write_bytes(files.read(holding.file_id))
    text = subprocess.run(["pdftotext", "-raw", paper, "-"], capture_output=True, text=True, check=True).stdout
    assert canary("childgivenname").lower() in text.lower()
    assert "onerror=alert(1)" in text.replace("\n", "").replace(" ", "")
