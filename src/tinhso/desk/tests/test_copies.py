"""Certified copies at the desk: found among the issued ones, taken back with the reason."""

from django.urls import reverse

from tinhso.desk.tests.test_cashier import head_of
from tinhso.desk.tests.test_desk import desk_of
from tinhso.dossiers.models import CertifiedCopy
from tinhso.dossiers.tests.conftest import agency, cast, clerk, leader, monday, receiver  # noqa: F401  fixtures
from tinhso.dossiers.tests.test_copies import attested, issued, presence  # noqa: F401  fixtures
from tinhso.kernel.policy import Actor


def test_the_page_takes_the_copy_back_and_says_why(
    attested: CertifiedCopy,  # noqa: F811
    leader: Actor,  # noqa: F811
    clerk: Actor,  # noqa: F811
) -> None:
    copies, at = reverse("desk:copies"), reverse("desk:copy", args=[attested.id])
    head, till = head_of("hontre"), desk_of("hontre.vanthu")
    assert "Chưa cấp bản sao nào" in head.get(copies).content.decode()
    issued(attested, leader, clerk)
    assert attested.title in head.get(copies, {"q": "1/2026"}).content.decode()
    assert attested.title not in head.get(copies, {"q": "9/2026"}).content.decode()
    assert 'value="revoke"' not in till.get(at).content.decode()
    assert till.post(at, {"do": "revoke", "reason": "x"}).status_code == 404
    refused = head.post(at, {"do": "revoke", "reason": " "})
    assert (refused.status_code, " open><summary" in refused.content.decode()) == (422, True)
    assert " open><summary" not in head.get(at).content.decode()
    assert head.post(at, {"do": "revoke", "reason": "Nhầm <b>trang</b>."}).status_code == 302
    shown = head.get(at).content.decode()
    assert "Nhầm &lt;b&gt;trang&lt;/b&gt;." in shown
    assert 'value="revoke"' not in shown
    assert "Đã thu hồi" in head.get(copies).content.decode()
