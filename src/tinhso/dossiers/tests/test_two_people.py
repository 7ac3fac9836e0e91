"""A marriage is of two: queue, signed certificate and the page that checks it say whose it is and what was signed."""

import pytest

from tinhso.dossiers import actions, queries
from tinhso.dossiers.models import Dossier
from tinhso.dossiers.tests.conftest import now_at
from tinhso.dossiers.tests.test_each_procedure import Office, office, pass_every_check, squeezed, text_of
from tinhso.dossiers.verification import verify_result
from tinhso.kernel.jobs import run_waiting

__all__ = ["office"]

GROOM, BRIDE = "Lê Văn Chú Rể Mẫu", "Trần Thị Ví Dụ"
married = pytest.mark.parametrize("office", ["1.000894"], indirect=True)


@pytest.fixture
def certified(office: Office) -> Dossier:
    """A marriage registered, the certificate signed, sealed and handed over."""
    dossier = office.file()
    actions.receive(office.officials["receiver"], dossier.id, version=now_at(dossier))
    pass_every_check(office, dossier)
    actions.sign(office.officials["leader"], dossier.id, version=now_at(dossier))
    run_waiting()
    actions.seal(office.officials["clerk"], dossier.id, version=now_at(dossier))
    run_waiting()
    actions.return_result(office.officials["clerk"], dossier.id, version=now_at(dossier))
    return dossier


@married
def test_the_queue_names_two_people_as_two(office: Office) -> None:
    assert office.file().subject_name == f"{GROOM} và {BRIDE}"


@married
def test_the_certificate_names_both_and_is_checked_as_a_marriage_certificate(
    office: Office, certified: Dossier
) -> None:
    signed = queries.result_file(office.applicant, certified.id).content

    said = text_of(signed)
    assert [name for name in (GROOM, BRIDE) if squeezed(name) not in said] == []
    found = verify_result(signed)
    assert found.valid
    assert found.issued is not None
    assert (found.issued.title, found.issued.number) == ("Giấy chứng nhận kết hôn", "01/2025")
    assert found.issued.agency == office.agency.name
