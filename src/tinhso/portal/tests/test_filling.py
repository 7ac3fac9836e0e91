"""Filling in at the portal: always saved, resumed anywhere, bad input answered in words, nothing lost."""

import html
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.filing import FORM

from tinhso.dossiers import queries
from tinhso.dossiers.models import Dossier, Draft
from tinhso.dossiers.tests.test_renewing import MORNING, asks_more, new_law
from tinhso.kernel import clock
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency
from tinhso.portal import kept
from tinhso.portal.tests.conftest import signed_in

HOSTILE = """<script>alert('x')</script>'; DROP TABLE dossiers_draft; --"""


def posted(topic: str, **changes: str) -> dict[str, str]:
    """The form as a browser sends it: dates in three boxes."""
    sent: dict[str, str] = {}
    for name, value in {**FORM[topic], **changes}.items():
        if name.endswith("birth_date") and value.count("-") == 2:
            year, month, day = value.split("-")
            sent |= {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}
        else:
            sent[name] = value
    return sent


def started(client: Client, agency: Agency) -> str:
    answer = client.post("/thu-tuc/1.001193/nop", {"agency": str(agency.id)})
    assert answer.status_code == 302
    return answer["Location"].rsplit("/", 1)[0]


def test_what_is_saved_on_one_device_is_there_on_another(hers: Client, mother: Actor, agency: Agency) -> None:
    draft = started(hers, agency)
    assert hers.post(f"{draft}/child", posted("child")).status_code == 302
    elsewhere = signed_in(mother).get(f"{draft}/child").content.decode()
    assert 'value="Khôi"' in elsewhere


def test_a_verified_person_finds_her_data_with_its_source_and_an_unverified_one_nothing(
    hers: Client, strangers: Client, agency: Agency
) -> None:
    page = hers.get(f"{started(hers, agency)}/applicant").content.decode()
    assert "091198004127" in page
    assert "hồ sơ định danh đã xác minh" in page
    other = strangers.get(f"{started(strangers, agency)}/applicant").content.decode()
    assert "hồ sơ định danh đã xác minh" not in other


@pytest.mark.parametrize(
    ("topic", "change", "sentence"),
    [
        ("child", {"birth_date": "2099-01-01"}, "Ngày sinh phải trước hoặc đúng hôm nay"),
        ("child", {"birth_date": "2026-02-31"}, "31/02/2026"),
        ("applicant", {"id_number": "12345"}, "12 chữ số"),
        ("child", {"given_name": "Khôi 2"}, "Khôi 2"),
    ],
)
def test_bad_input_is_answered_in_words_and_shown_again(
    hers: Client, agency: Agency, topic: str, change: dict[str, str], sentence: str
) -> None:
    draft = started(hers, agency)
    answer = hers.post(f"{draft}/{topic}", posted(topic, **change))
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert sentence in page


TEXT_FIELDS = [
    (topic, name) for topic, values in FORM.items() for name in values if not name.endswith(("date", "recorded", "sex"))
]


@pytest.mark.parametrize(("topic", "name"), TEXT_FIELDS)
def test_markup_and_sql_in_any_field_are_only_text(hers: Client, agency: Agency, topic: str, name: str) -> None:
    draft = started(hers, agency)
    answer = hers.post(f"{draft}/{topic}", posted(topic, **{name: HOSTILE}))
    assert answer.status_code in (302, 422)
    pages = [hers.get(f"{draft}/{t}").content.decode() for t in (topic, "review")]
    assert all("<script>alert" not in page for page in pages)
    assert Draft.objects.exists()


@pytest.mark.parametrize("junk", [b"\xff\xfe\xfa", b"Kh\xc3\x28", b"a\x00b"])
def test_bytes_that_are_no_text_are_refused_in_words_not_with_a_fault(
    hers: Client, agency: Agency, junk: bytes
) -> None:
    draft = started(hers, agency)
    body = b"given_name=" + b"".join(b"%%%02X" % byte for byte in junk)
    answer = hers.post(f"{draft}/child", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (302, 400, 422)
    assert hers.get(f"{draft}/child").status_code == 200


def test_two_tabs_on_one_topic_show_both_texts_and_the_person_chooses(hers: Client, agency: Agency) -> None:
    draft = started(hers, agency)
    version = Draft.objects.get().version
    hers.post(f"{draft}/child", {**posted("child", given_name="Khôi"), "version": version})
    second = hers.post(f"{draft}/child", {**posted("child", given_name="Khang"), "version": version})
    page = second.content.decode()
    assert second.status_code == 412
    assert "Khôi" in page
    assert "Khang" in page
    now = Draft.objects.get().version
    assert hers.post(f"{draft}/child", {**posted("child", given_name="Khang"), "version": now}).status_code == 302
    assert Draft.objects.get().data["child"]["given_name"] == "Khang"


def test_a_double_click_on_submit_is_one_dossier(hers: Client, mother: Actor, fill: Any) -> None:
    draft = fill(mother)
    first = hers.post(f"/to-khai/{draft.id}/review", {"key": str(draft.id)})
    second = hers.post(f"/to-khai/{draft.id}/review", {"key": str(draft.id)})
    assert (first.status_code, second.status_code) == (302, 302)
    assert Dossier.objects.filter(draft=draft).count() == 1


def test_what_was_typed_into_an_expired_session_is_there_after_the_log_in(
    hers: Client, mother: Actor, agency: Agency
) -> None:
    draft = started(hers, agency)
    expired = Client()
    answer = expired.post(f"{draft}/child", posted("child", given_name="Đảo"))
    assert answer.status_code == 302
    assert "/dang-nhap/" in answer["Location"]
    assert draft.replace("/", "%2F") in answer["Location"]
    expired.force_login(signed_in_account(mother))
    page = expired.get(f"{draft}/child").content.decode()
    assert 'value="Đảo"' in page
    assert Draft.objects.get().data.get("child", {}) == {}


def test_a_comment_typed_into_an_expired_session_leads_back_to_the_dossier(mother: Actor, sent: Dossier) -> None:
    expired = Client()
    answer = expired.post(f"/ho-so/{sent.id}/rut", {"reason": "Đổi ý", "version": "1"})
    assert f"%2Fho-so%2F{sent.id}" in answer["Location"]
    assert "rut" not in answer["Location"]
    expired.force_login(signed_in_account(mother))
    assert "Đổi ý" in expired.get(f"/ho-so/{sent.id}").content.decode()


def test_somebody_elses_draft_and_dossier_are_not_found_at_any_address(
    strangers: Client, sent: Dossier, mother: Actor, fill: Any
) -> None:
    draft = fill(mother)
    paper = queries.draft(mother, draft.id).papers[0]
    for path in (
        f"/to-khai/{draft.id}",
        f"/to-khai/{draft.id}/child",
        f"/to-khai/{draft.id}/review",
        f"/to-khai/{draft.id}/giay-to/{paper.id}",
        f"/ho-so/{sent.id}",
        f"/ho-so/{sent.id}/da-nop",
        f"/ho-so/{sent.id}/bo-sung",
        f"/ho-so/{sent.id}/giay-to/{paper.id}",
        f"/ho-so/{sent.id}/ket-qua",
    ):
        assert strangers.get(path).status_code == 404, path
    for path in (f"/to-khai/{draft.id}/child", f"/ho-so/{sent.id}/rut", f"/ho-so/{sent.id}/danh-gia"):
        assert strangers.post(path, {"version": "1"}).status_code == 404, path


def signed_in_account(actor: Actor) -> Any:
    from tinhso.people.models import Account

    return Account.objects.get(pk=actor.account)


def test_strangers_have_so_many_forms_kept_and_no_more(mother: Actor, sent: Dossier, monkeypatch: Any) -> None:
    """Each is a session on disk; who sent too many logs in and types again."""
    monkeypatch.setattr(kept, "KEPT_AN_HOUR", 1)
    for number, remembered in enumerate((True, False)):
        visitor = Client()
        answer = visitor.post(f"/ho-so/{sent.id}/rut", {"reason": f"Đổi ý {number}", "version": "1"})
        assert answer["Location"].startswith("/dang-nhap/?next=")
        visitor.force_login(signed_in_account(mother))
        assert (f"Đổi ý {number}" in visitor.get(f"/ho-so/{sent.id}").content.decode()) is remembered


def test_a_form_that_the_law_changed_is_opened_where_it_asks_anew(
    hers: Client,
    mother: Actor,
    fill: Callable[..., Draft],
) -> None:
    draft = fill(mother)
    new_law(asks_more)
    review = draft.procedure_version.spec.form.topics[-1].name
    with clock.pinned(MORNING):
        page = hers.post(f"/to-khai/{draft.id}/{review}", {"key": "once"}, follow=True)
    words = html.unescape(page.content.decode())
    assert page.redirect_chain[-1][0] == f"/to-khai/{draft.id}/child"
    assert "thủ tục này có tờ khai mới" in words
    assert "Cân nặng" in words, "what is asked anew"
    assert 'value="Khôi"' in words, "what was typed stands"
    assert not Dossier.objects.filter(draft=draft).exists()
