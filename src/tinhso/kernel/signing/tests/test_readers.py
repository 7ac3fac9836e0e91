"""What other people's programs say: pdfsig (Poppler, NSS) and openssl, not only our own checker."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader

from tinhso.kernel.signing.authority import authority
from tinhso.kernel.signing.tests.conftest import Paper


def add_root(folder: Path, der: bytes) -> None:
    """What `certutil -A -t CT,CT,CT` does, with the NSS library that pdfsig itself brings."""
    folder.mkdir()
    script = (
        "import ctypes,sys\n"
        "nss=ctypes.CDLL('libnss3.so'); smime=ctypes.CDLL('libsmime3.so'); der=sys.stdin.buffer.read()\n"
        "for f in ('PK11_GetInternalKeySlot','CERT_GetDefaultCertDB'):\n"
        "    getattr(nss,f).restype=ctypes.c_void_p\n"
        "smime.CERT_DecodeCertFromPackage.restype=ctypes.c_void_p\n"
        "assert nss.NSS_InitReadWrite(b'sql:'+sys.argv[1].encode())==0\n"
        "slot=ctypes.c_void_p(nss.PK11_GetInternalKeySlot()); assert nss.PK11_InitPin(slot,None,b'')==0\n"
        "cert=ctypes.c_void_p(smime.CERT_DecodeCertFromPackage(der,len(der))); assert cert\n"
        "trust=(ctypes.c_uint*3)(); assert nss.CERT_DecodeTrustString(trust,b'CT,CT,CT')==0\n"
        "assert nss.PK11_ImportCert(slot,cert,0,b'root',0)==0\n"
        "db=ctypes.c_void_p(nss.CERT_GetDefaultCertDB()); assert nss.CERT_ChangeCertTrust(db,cert,trust)==0\n"
    )
    subprocess.run([sys.executable, "-c", script, str(folder)], input=der, check=True)


def pdfsig(pdf: bytes, tmp_path: Path, nss: Path) -> str:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nssdir", f"sql:{nss}", str(file)], capture_output=True, text=True, check=False)
    return done.stdout


@pytest.fixture(scope="module")
def nss(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readers") / "nss"
    add_root(folder, authority().trust().roots[0])
    return folder


class TestPdfsig:
    def test_both_signatures_are_valid(self, paper: Paper, tmp_path: Path, nss: Path) -> None:
        assert pdfsig(paper.sealed, tmp_path, nss).count("Signature Validation: Signature is Valid.") == 2

    def test_trusted_once_the_root_is_added(self, paper: Paper, tmp_path: Path, nss: Path) -> None:
        assert pdfsig(paper.sealed, tmp_path, nss).count("Certificate Validation: Certificate is Trusted.") == 2

    def test_not_trusted_without_the_root(self, paper: Paper, tmp_path: Path) -> None:
        (tmp_path / "bare").mkdir()
        assert "Certificate is Trusted" not in pdfsig(paper.sealed, tmp_path, tmp_path / "bare")

    def test_names_carry_their_marks(self, paper: Paper, tmp_path: Path, nss: Path) -> None:
        assert "Signer Certificate Common Name: Trần Văn Bảy" in pdfsig(paper.sealed, tmp_path, nss)

    def test_a_flipped_byte_shows(self, paper: Paper, tmp_path: Path, nss: Path) -> None:
        at = paper.sealed.index(b"%", 5) + 2
        flipped = paper.sealed[:at] + b"X" + paper.sealed[at + 1 :]
        assert "Signature is Valid" not in pdfsig(flipped, tmp_path, nss)


class TestOpenssl:
    def test_the_signature_verifies_as_cms(self, paper: Paper, tmp_path: Path) -> None:
        found = list(PdfFileReader(BytesIO(paper.sealed)).embedded_regular_signatures)[-1]
        a, b, c, d = found.byte_range
        (tmp_path / "content").write_bytes(paper.sealed[a : a + b] + paper.sealed[c : c + d])
        (tmp_path / "sig.der").write_bytes(cms.ContentInfo.load(found.pkcs7_content).dump())
        (tmp_path / "root.pem").write_bytes(authority().root_pem())
        done = subprocess.run(
            ["openssl", "cms", "-verify", "-inform", "DER", "-in", "sig.der", "-content", "content", "-binary",
             "-CAfile", "root.pem", "-purpose", "any", "-out", "/dev/null"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def test_a_certificate_leads_to_the_root_and_is_not_on_the_list(self, paper: Paper, tmp_path: Path) -> None:
        kept = authority()
        for name, der in zip(("root", "issuing"), kept.trust().lists, strict=True):
            (tmp_path / f"{name}.crl").write_bytes(der)
            subprocess.run(
                ["openssl", "crl", "-inform", "DER", "-in", f"{name}.crl", "-out", f"{name}.crl.pem"],
                cwd=tmp_path,
                check=True,
            )
        (tmp_path / "root.pem").write_bytes(kept.root_pem())
        leaf = kept.certificate_file(paper.person.removeprefix("file:"))
        done = subprocess.run(
            ["openssl", "verify", "-CAfile", "root.pem", "-untrusted", str(kept.folder / "issuing.pem"),
             "-crl_check_all", "-CRLfile", "root.crl.pem", "-CRLfile", "issuing.crl.pem", "-x509_strict", str(leaf)],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
