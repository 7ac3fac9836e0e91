"""A procedure without a form of its own: filed with the common one, which says so and promises nothing."""

import html
from datetime import date

import pytest
from django.test import Client
from tests.common_form import APPLICANT, REQUEST, filled_in_common

from tinhso.dossiers.models import Dossier
from tinhso.kernel import clock
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.publishing import publish_entry

NOTE = "Mẫu chung của hệ thống, chưa có biểu mẫu riêng"


def text(client: Client, address: str) -> str:
    return html.unescape(client.get(address).content.decode())


def test_its_page_says_that_the_form_is_the_common_one_and_lets_one_begin(hers: Client, agency: Agency) -> None:
    found = filled_in_common("commune")
    page = text(hers, f"/thu-tuc/{found.code}")
    assert NOTE in page
    assert "Bắt đầu điền" in page
    assert found.complete is False


def test_it_is_filled_in_sent_and_has_no_day_of_return(hers: Client, agency: Agency) -> None:
    found = filled_in_common("commune")
    begun = hers.post(f"/thu-tuc/{found.code}/nop", {"agency": str(agency.id)})
    draft = begun["Location"].rsplit("/", 1)[0]
    assert NOTE in text(hers, begun["Location"])
    assert hers.post(f"{draft}/applicant", APPLICANT).status_code == 302
    assert hers.post(f"{draft}/request", REQUEST).status_code == 302
    assert NOTE in text(hers, f"{draft}/review")
    sent = hers.post(f"{draft}/review", {"key": "once"})
    assert sent.status_code == 302, sent.content.decode()

    dossier = Dossier.objects.get()
    assert dossier.procedure_version.code == found.code
    assert dossier.subject_name == REQUEST["subject"]
    page = text(hers, f"/ho-so/{dossier.id}")
    assert NOTE in page
    assert "Hẹn trả" not in page


def test_too_few_words_are_answered_in_words_and_kept(hers: Client, agency: Agency) -> None:
    found = filled_in_common("commune")
    draft = hers.post(f"/thu-tuc/{found.code}/nop", {"agency": str(agency.id)})["Location"].rsplit("/", 1)[0]
    answer = hers.post(f"{draft}/request", {**REQUEST, "details": "Xin giúp"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    shown = page[page.index('role="alert"') :][:900]
    assert "Ghi rõ hơn bạn đề nghị điều gì" in shown
    assert "Xin giúp" in page


@pytest.mark.parametrize("kind", [AgencyKind.DEPARTMENT, AgencyKind.COMMUNE_COMMITTEE])
def test_only_the_committee_of_its_level_receives_it(hers: Client, kind: AgencyKind) -> None:
    """Nobody has said which department is competent, so none can be chosen."""
    found = filled_in_common("province")
    departments = [a for a in places.agencies(clock.today(), kind) if a.unit is not None]
    if not departments:
        pytest.skip("the pack has none of this kind today")
    hers.post(f"/thu-tuc/{found.code}/nop", {"agency": str(departments[0].id)})
    page = text(hers, f"/thu-tuc/{found.code}")
    assert not hers.get("/ho-so").content.decode().count(found.name)
    assert departments[0].name not in page


def test_where_the_level_is_not_known_the_page_says_why_it_cannot_be_filed(hers: Client) -> None:
    known = ProcedureVersion.objects.filter(generic=True).order_by("code")[0]
    facts = {**known.definition, "code": "9.999999", "level": {"text": "", "levels": [], "unverified": True}}
    facts.pop("generic")
    publish_entry(facts, date(2025, 7, 1), None)
    page = text(hers, "/thu-tuc/9.999999")
    assert "danh mục chưa cho biết cấp nào tiếp nhận" in page
    assert "Bắt đầu điền" not in page
    assert hers.post("/thu-tuc/9.999999/nop", {"agency": str(known.id)}).status_code == 404


def test_lists_tell_it_apart_and_filter_it_in(hers: Client) -> None:
    found = filled_in_common("commune")
    page = text(hers, f"/thu-tuc?q={found.code}&nop=1")
    assert found.name in page
    assert "(mẫu chung)" in page
