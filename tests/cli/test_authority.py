"""`tinhso authority --hold` says whose a key elsewhere is, and refuses in one sentence what cannot be so."""

from pathlib import Path

import pytest

from tinhso.cli.main import main
from tinhso.config import instance
from tinhso.kernel.models import AuditRecord
from tinhso.kernel.signing import person_key
from tinhso.kernel.signing.authority import authority

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    key = person_key(account_id="a-cli", name="Trần Văn Bảy", agency_id="g-cli", agency="UBND")
    path = tmp_path / "bay.pem"
    path.write_bytes(authority().certificate_file(key.partition(":")[2]).read_bytes())
    return path


@pytest.fixture(autouse=True)
def no_register_left() -> object:
    yield
    (instance().home / "authority" / "holders.json").unlink(missing_ok=True)


def test_a_key_is_entered_listed_and_in_the_trail(certificate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["authority", "--hold", "pkcs11:ubnd/con-dau", "--agency", "H33.31108", "--certificate", str(certificate)]

    assert main(words) == 0
    assert main(["authority", "--held"]) == 0

    assert "pkcs11:ubnd/con-dau" in capsys.readouterr().out.splitlines()[-1]
    assert AuditRecord.objects.get(act="kernel.key-entered").data["key"] == "pkcs11:ubnd/con-dau"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--hold", "pkcs11:u/x"], "--certificate"),
        (["--hold", "file:x", "--agency", "H33.31108", "--certificate", "HERE"], "pkcs11:"),
        (["--hold", "pkcs11:u/x", "--agency", "H99", "--certificate", "HERE"], "H99"),
        (["--hold", "pkcs11:u/x", "--agency", "H33.31108", "--certificate", "/nowhere"], "/nowhere"),
        (["--hold", "pkcs11:u/x", "--agency", "H33.31108", "--account", "ai", "--certificate", "HERE"], "«ai»"),
    ],
)
def test_what_cannot_be_so_is_refused(
    words: list[str], told: str, certificate: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["authority", *(str(certificate) if word == "HERE" else word for word in words)]) == 1

    assert told in capsys.readouterr().err
