"""What is sent to change each thing of `offices`, and the addresses of which a part chooses what is done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.reach.offices import notice_words, old_papers, picture, sheet
from tinhso.places.models import Agency
from tinhso.procedures.models import ProcessDraft

if TYPE_CHECKING:
    from tests.reach.world import World

Body = Callable[["World", dict[str, Any]], dict[str, Any]]


def _archive(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    return {"agency": str(world.things["agency"]), "files": SimpleUploadedFile("so.zip", old_papers().read())}


def _at(world: "World", **more: Any) -> dict[str, Any]:
    return {"agency_id": str(world.things["agency"]), **more}


def _counter(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "export",
        "agency": str(world.things["agency"]),
        "identifier": "cccd",
        "number": "091198004127",
        "full_name": "Nguyễn Thị Bé Ba",
        "birth_date": "1998-03-14",
        "papers_seen": True,
    }


def _opinion(_world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    file = SimpleUploadedFile("cv.png", picture())
    return {"stance": "agrees", "text": "x", "reference": "1", "came_on": "2026-11-09", "file": file}


def _opinion_given(world: "World", values: dict[str, Any]) -> dict[str, Any]:
    return {name: said for name, said in _opinion(world, values).items() if name != "came_on"}


def _born(name: str, day: int, month: int, year: int) -> dict[str, int]:
    """A date as the three boxes of a page send it."""
    return {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}


def _moved(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    places = {"from_agency": str(world.things["agency"]), "to_agency": str(world.things["seat"])}
    return {**places, "role": "specialist"}


def _leave(_world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    return {"valid_from": "2026-12-20", "valid_to": "2026-12-24"}


def _province_role(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    return {"agency_id": str(world.things["seat"]), "role": "province_admin", "reason": "x"}


def _signs(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    more = {"form": "kt", "on_behalf_of": "CHỦ TỊCH", "position": "PHÓ CHỦ TỊCH", "basis": "1"}
    return _at(world, **more, valid_from="2027-01-01")


def _upload(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    code = Agency.objects.get(pk=world.things["agency"]).code
    return {"file": SimpleUploadedFile("can-bo.xlsx", sheet(code, "hontre.khac", "Người Khác"))}


def _redrawn(_world: "World", values: dict[str, Any]) -> dict[str, Any]:
    """The draft as it stands, its fee table among it."""
    draft = ProcessDraft.objects.get(pk=values["process_draft"])
    return {"bpmn": draft.bpmn, "roles": draft.roles, "fees": draft.fees}


PERSON = "/can-bo/nguoi/<uuid:official_id>"
BODIES: dict[str, Body] = {
    "/api/v1/appointments": lambda w, v: {"agency": str(w.things["agency"]), "starts_at": "2026-11-10T09:00:00+07:00"},
    "/api/v1/appointments/{appointment}/arrival": lambda w, v: {"window": "A"},
    "/api/v1/dossiers/{dossier_id}/opinions": lambda w, v: {"party": "Sở X", "text": "x", "amount": 1, "unit": "hours"},
    "/api/v1/dossiers/{dossier_id}/opinions/{opinion_id}/taking-back": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/opinions/{opinion_id}/record": _opinion,
    "/api/v1/opinions/{opinion_id}/answer": _opinion_given,
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/ask_opinion": lambda w, v: {
        "party": "Sở X",
        "text": "x",
        "amount": "1",
        "unit": "hours",
    },
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/y-kien/<uuid:opinion_id>": lambda w, v: {"act": "take_back", "reason": "x"},
    "/ban-lam-viec/y-kien/<uuid:opinion_id>": lambda w, v: {"stance": "agrees", "text": "x"},
    "/api/v1/presences": lambda w, v: {
        "agency": str(w.things["agency"]),
        "kind": "cccd",
        "number": "091161000124",
        "full_name": "Ai Đó",
        "birth_date": "1961-01-01",
        "papers_seen": True,
    },
    "/api/v1/presences/{presence}/drafts": lambda w, v: {"procedure": "1.001193"},
    "/api/v1/presences/{presence}/joints": lambda w, v: {"joined": "khai-sinh", "results": "each"},
    "/api/v1/presences/{presence}/certified-copies": lambda w, v: {
        "title": "Bằng tốt nghiệp",
        "original_seen": True,
        "pages": SimpleUploadedFile("a.png", picture()),
    },
    "/api/v1/certified-copies/{copy_id}/refusal": lambda w, v: {"reason": "x"},
    "/api/v1/certified-copies/{copy_id}/revocation": lambda w, v: {"reason": "x"},
    "/api/v1/tickets": lambda w, v: {"agency": str(w.things["agency"]), "window": "A"},
    "/api/v1/tickets/next": lambda w, v: {"agency": str(w.things["agency"]), "windows": ["A"], "place": "1"},
    "/api/v1/tickets/{ticket}/call": lambda w, v: {"place": "1"},
    "/api/v1/process-drafts": lambda w, v: {"procedure": "1.004222"},
    "/api/v1/process-drafts/{process_draft}": _redrawn,
    "/api/v1/process-drafts/{process_draft}/proposal": lambda w, v: {"valid_from": "2026-12-01", "basis": "x"},
    "/api/v1/process-maps": lambda w, v: {"procedure": "1.001193", "since": "2026-11-09", "until": "2026-11-09"},
    "/api/v1/digitised-batches": _archive,
    "/api/v1/digitised-batches/{batch_id}/lines/{digitised_id}/revocation": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/so-hoa": lambda w, v: {
        "agency": str(w.things["agency"]),
        "file": SimpleUploadedFile("so.zip", old_papers().read()),
    },
    "/ban-lam-viec/so-hoa/<uuid:batch_id>": lambda w, v: {"do": "sign"},
    "/ban-lam-viec/ban-sao/<uuid:copy_id>": lambda w, v: {"do": "sign"},
    "/ban-lam-viec/quay/ban-chinh/<uuid:paper_id>": lambda w, v: {"original": "seen"},
    "/ban-lam-viec/quay/doi-chieu": lambda w, v: {
        "kind": "cccd",
        "number": "091161000124",
        "full_name": "Ai Đó",
        "birth_date-day": "1",
        "birth_date-month": "1",
        "birth_date-year": "1961",
        "papers_seen": "1",
    },
    "/ban-lam-viec/quay/nguoi/<uuid:presence_id>/nop": lambda w, v: {"code": "1.001193"},
    "/ban-lam-viec/quay/nguoi/<uuid:presence_id>/nop-chung": lambda w, v: {"joined": "khai-sinh", "part": "card"},
    "/ban-lam-viec/quay/so": lambda w, v: {"do": "recall", "thing": str(w.things["ticket"]), "place": "1"},
    "/lay-so/<str:token>": lambda w, v: {"window": "A"},
    "/lich-hen/dat": lambda w, v: {"co-quan": str(w.things["agency"]), "slot": "2026-11-10T09:00:00+07:00"},
    "/api/v1/data-requests": lambda w, v: {"kind": "export"},
    "/api/v1/data-requests/at-counter": _counter,
    "/api/v1/erasures/{request_id}/decision": lambda w, v: {"approve": False, "answer": "x"},
    "/api/v1/official-lists": _upload,
    "/api/v1/person-corrections": lambda w, v: {
        "agency_id": str(w.things["agency"]),
        "kind": "cccd",
        "number": "091161000123",
        "full_name": "Danh Thị Sà Phol",
        "birth_date": "1961-04-12",
        "sex": "female",
        "reason": "x",
        "papers_seen": True,
    },
    "/api/v1/officials/{official}/leaves": _leave,
    "/api/v1/officials/{official}/role-proposals": _province_role,
    "/api/v1/officials/{official}/transfer": _moved,
    "/api/v1/operations/notices": lambda w, v: notice_words(),
    "/api/v1/operations/notices/{notice}": lambda w, v: notice_words(),
    "/api/v1/operations/retries": lambda w, v: {"jobs": [1]},
    "/ban-lam-viec/du-lieu-ca-nhan": lambda w, v: {**_counter(w, v), **_born("birth_date", 14, 3, 1998)},
    "/can-bo/danh-sach/": _upload,
    "/can-bo/sua-ho-ten/<uuid:correction_id>/duyet": lambda w, v: {"compared": "1"},
    "/can-bo/sua-ho-ten/": lambda w, v: {"agency": str(w.things["agency"])},
    "/can-bo/moi/": lambda w, v: _at(w, login="hontre.khac", full_name="Người Khác", title="Công chức", role=""),
    f"{PERSON}/vai-tro/": lambda w, v: _at(w, role="clerk"),
    f"{PERSON}/quyen-ky/": _signs,
    f"{PERSON}/nghi/": _leave,
    f"{PERSON}/dieu-chuyen/": _moved,
    f"{PERSON}/de-nghi/": _province_role,
    f"{PERSON}/thoi-viec/": lambda w, v: {"last_day": ""},
    "/chien-luoc/ban-chup": lambda w, v: {"year": "2026"},
    "/chien-luoc/viec/<str:key>/ghi": lambda w, v: {"do": "comment", "comment": "x"},
    "/du-lieu-cua-toi": lambda w, v: {"kind": "export"},
    "/van-hanh/thong-bao/moi": lambda w, v: {**notice_words(), "starts_at": "2026-11-09T08:00"},
    "/van-hanh/thong-bao/<uuid:notice_id>": lambda w, v: {**notice_words(), "starts_at": "2026-11-09T08:00"},
    "/van-hanh/thu-lai": lambda w, v: {"job": "1"},
    "/van-hanh/xoa-du-lieu/<uuid:request_id>": lambda w, v: {"do": "refuse", "answer": "x"},
}
#: Addresses of which a part chooses what is done: a row for each.
SPREAD: dict[str, tuple[str, tuple[str, ...]]] = {
    "/api/v1/data-requests/{request_id}/{form}": ("{form}", ("json", "pdf")),
    "/can-bo/danh-sach/<uuid:list_id>/<slug:name>": ("<slug:name>", ("bo", "hoan-tac", "mat-khau", "nhap")),
    "/can-bo/de-nghi/<uuid:proposal_id>/<slug:verdict>": ("<slug:verdict>", ("duyet", "khong")),
    "/can-bo/sua-ho-ten/<uuid:correction_id>/<slug:verdict>": ("<slug:verdict>", ("duyet", "khong")),
    "/can-bo/nguoi/<uuid:official_id>/<slug:name>/": (
        "<slug:name>",
        ("de-nghi", "dieu-chuyen", "nghi", "quyen-ky", "thoi-viec", "vai-tro"),
    ),
    "/can-bo/nguoi/<uuid:official_id>/ket-thuc/<slug:kind>/<uuid:term_id>": (
        "<slug:kind>",
        ("nghi", "quyen-ky", "vai-tro"),
    ),
    "/chien-luoc/ban-chup/<uuid:snapshot>/<str:act>": ("<str:act>", ("dong-dau", "ky")),
    "/du-lieu-cua-toi/<uuid:request_id>/<str:form>": ("<str:form>", ("json", "pdf")),
    "/ban-lam-viec/quy-trinh/ban-thao/<uuid:process_draft>/<slug:verb>": (
        "<slug:verb>",
        ("bo", "chay-thu", "duyet", "huy", "khong", "trinh"),
    ),
    "/ban-lam-viec/quy-trinh/ban-thao/<uuid:process_draft>/tep/<str:name>": (
        "<str:name>",
        ("fees.dmn", "process.bpmn"),
    ),
    "/van-hanh/sap-xep/<slug:plan_name>/<slug:verb>": ("<slug:verb>", ("duyet", "khong", "lap", "thuc-hien")),
    "/van-hanh/thong-bao/<uuid:notice_id>/<str:name>": ("<str:name>", ("cong-bo", "huy", "ket-thuc")),
}
