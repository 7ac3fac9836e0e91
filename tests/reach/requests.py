"""What is sent to an address by somebody who may, so that a refusal is a refusal of the person."""

from typing import TYPE_CHECKING, Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.filing import PROCEDURE
from tests.reach import bodies
from tests.reach.filled import picture
from tests.reach.routes import Route

if TYPE_CHECKING:
    from tests.reach.world import World

#: A ground of exemption in the fee table of the birth registration.
POOR = "Người thuộc hộ nghèo"

#: The stage at which the thing asked for makes sense; everything else is asked of a dossier just sent.
STAGE = {
    **dict.fromkeys(("ket-qua", "result", "revocation", "reissue", "revoke_result", "reissue_result"), "issued"),
    **dict.fromkeys(("return", "return_result", "rating", "danh-gia"), "issued"),
    **dict.fromkeys(("receipt-requests", "giay-tiep-nhan"), "issued"),
    **dict.fromkeys(("<uuid:issued_id>",), "issued"),
    **dict.fromkeys(("signature", "sign", "send-back", "send_back"), "proposed"),
    **dict.fromkeys(("seal",), "signed"),
    **dict.fromkeys(("supplement-answers", "files", "bo-sung"), "asked"),
    **dict.fromkeys(
        ("proposal", "propose", "supplement-requests", "request_supplement", "refusal", "refuse"), "working"
    ),
    **dict.fromkeys(("hand-over", "hand_over"), "working"),
    **dict.fromkeys(("suspension", "suspend", "wait", "await_applicant", "fee-requests", "ask_fee"), "working"),
    **dict.fromkeys(("extension", "extend", "ask_opinion"), "working"),
    **dict.fromkeys(("resumption", "resume"), "suspended"),
    **dict.fromkeys(("wait-end", "applicant_ready"), "waited"),
    **dict.fromkeys(("fee-settlement", "settle_fee"), "charged"),
    **dict.fromkeys(("<uuid:payment_id>",), "extended"),
    **dict.fromkeys(("fees", "request", "exemption", "release", "yeu-cau", "mien", "thoi-thu"), "working"),
}

QUERY = {
    Route("GET", "/can-bo/xac-minh-danh-tinh/"): "?ma=me.hontre@vidu.vn",
    Route("GET", "/tra-cuu"): "?ma=H33",
    Route("GET", "/ban-lam-viec/tim"): "?q=be+ba",
    Route("GET", "/api/v1/tracking-book"): "?agency={agency}&year=2026",
    Route("GET", "/thu-tuc"): "?q=khai+sinh",
    Route("GET", "/api/v1/queues/{agency}/slots"): "?day=2026-11-10",
}


def _file(_world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    return {"component": "birth_paper", "file": SimpleUploadedFile("giay.png", picture())}


def _official(world: "World", _values: dict[str, Any]) -> dict[str, Any]:
    return {"agency_id": str(world.things["agency"]), "role": "clerk", "valid_from": "2026-11-09"}


#: What is sent with each change, for those who may make it.
BODIES = {
    "/api/v1/accounts": lambda w, v: {"contact": "moi@vidu.vn", "full_name": "Moi", "password": "hoa sen trang 2174"},
    "/api/v1/received-ratings/{rating_key}/reply": lambda w, v: {"outcome": "answered", "text": "x"},
    "/api/v1/accounts/{account}/closure": lambda w, v: {"reason": "lost"},
    "/api/v1/accounts/{pending}/confirmation": lambda w, v: {"code": "000000"},
    "/api/v1/drafts": lambda w, v: {"procedure": PROCEDURE, "agency": str(w.things["agency"])},
    "/api/v1/drafts/{draft_id}/files": _file,
    "/api/v1/dossiers/{dossier_id}/files": _file,
    "/api/v1/dossiers/{dossier_id}/messages": lambda w, v: {
        "text": "x",
        "files": SimpleUploadedFile("giay.png", picture()),
    },
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/trao-doi": lambda w, v: {"text": "x"},
    "/ho-so/<uuid:dossier_id>/trao-doi": lambda w, v: {"text": "x"},
    "/api/v1/dossiers/{dossier_id}/extension": lambda w, v: {"until": "2026-11-11", "reason": "x"},
    "/api/v1/dossiers/{dossier_id}/fee-requests": lambda w, v: {"amount": 8000, "reason": "x"},
    "/api/v1/dossiers/{dossier_id}/fee-settlement": lambda w, v: {"receipt_number": "x"},
    "/api/v1/dossiers/{dossier_id}/fees/{fee_id}/request": lambda w, v: {"amount": 8000, "reason": "x"},
    "/api/v1/dossiers/{dossier_id}/fees/{fee_id}/exemption": lambda w, v: {"claim": POOR, "note": "x"},
    "/api/v1/dossiers/{dossier_id}/fees/{fee_id}/release": lambda w, v: {"reason": "x"},
    "/api/v1/fees/{fee_id}/payment": lambda w, v: {"amount": 8000, "method": "cash"},
    "/api/v1/fee-receipts/{payment_id}/void": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/resumption": lambda w, v: {"text": "x"},
    "/api/v1/dossiers/{dossier_id}/suspension": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/wait": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/hand-over": lambda w, v: {"to_account": str(w.accounts["specialist"].pk)},
    "/api/v1/dossiers/{dossier_id}/refusal": lambda w, v: {"reason": "x", "text": "x"},
    "/api/v1/dossiers/{dossier_id}/send-back": lambda w, v: {"text": "x"},
    "/api/v1/dossiers/{dossier_id}/revocation": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/reissue": lambda w, v: {"reason": "x"},
    "/api/v1/dossiers/{dossier_id}/rating": lambda w, v: {"stars": 5},
    "/api/v1/dossiers/{dossier_id}/supplement-requests": lambda w, v: {"points": [{"text": "x"}]},
    "/api/v1/dossiers/{dossier_id}/supplement-answers": lambda w, v: {"text": "x"},
    "/api/v1/identity-verifications": lambda w, v: {
        "account": w.accounts["unverified"].login,
        "agency_id": str(w.things["agency"]),
        "full_name": "Võ Thành Nam",
        "birth_date": "1990-05-05",
        "sex": "male",
        "kind": "cccd",
        "number": "091090001234",
        "papers_seen": True,
    },
    "/api/v1/me/identity": lambda w, v: {"full_name": "Ai Đó"},
    "/api/v1/officials": lambda w, v: {
        "agency_id": str(w.things["agency"]),
        "login": "nguoi.moi",
        "full_name": "Người Mới",
        "title": "Công chức",
    },
    "/api/v1/officials/{official}/posts": _official,
    "/api/v1/officials/{official}/signing-authorities": lambda w, v: {
        "agency_id": str(w.things["agency"]),
        "form": "chinh_danh",
        "position": "CHỦ TỊCH",
        "valid_from": "2027-01-01",
    },
    "/api/v1/password-resets": lambda w, v: {"contact": "moi@vidu.vn"},
    "/api/v1/password-resets/{pending}/confirmation": lambda w, v: {"code": "000000", "password": "hoa sen trang 2174"},
    "/api/v1/sessions": lambda w, v: {"login": "khong.co", "password": "sai"},
    "/api/v1/tracking": lambda w, v: {"code": w.things["code"], "last4": "0000"},
    "/api/v1/verifications": lambda w, v: {"file": SimpleUploadedFile("a.pdf", b"khong phai pdf")},
    "/api/v1/joints": lambda w, v: {"joined": "khai-sinh", "agency": str(w.things["agency"])},
    "/api/v1/joints/{joint_id}/return-choice": lambda w, v: {"results": "each"},
    "/api/v1/joints/{joint_id}/withdrawal": lambda w, v: {"part": "card"},
    "/api/v1/outside-parts/{outside_id}/sending": lambda w, v: {"text": "x"},
    "/api/v1/outside-parts/{outside_id}/answer": lambda w, v: {"done": True, "reference": "x"},
    "/lam-chung/<slug:joined_key>/nop": lambda w, v: {"agency": str(w.things["agency"]), "part": "card"},
    "/lam-chung/ho-so/<uuid:joint_id>": lambda w, v: {"act": "return", "return": "each"},
    "/ban-lam-viec/lien-thong/<uuid:outside_id>": lambda w, v: {"act": "send"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/ask_fee": lambda w, v: {"amount": "8.000", "reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/await_applicant": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/extend": lambda w, v: {"until": "11/11/2026", "reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/phi/<uuid:fee_id>/yeu-cau": lambda w, v: {"amount": "8000", "reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/phi/<uuid:fee_id>/mien": lambda w, v: {"claim": POOR, "note": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/phi/<uuid:fee_id>/thoi-thu": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/thu-phi/<uuid:fee_id>": lambda w, v: {"amount": "8000", "method": "cash"},
    "/ban-lam-viec/thu-phi/bien-lai/<uuid:payment_id>/huy": lambda w, v: {"then": "again", "reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/resume": lambda w, v: {"note": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/settle_fee": lambda w, v: {"receipt_number": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/suspend": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/hand_over": lambda w, v: {"to": str(w.accounts["specialist"].pk)},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/request_supplement": lambda w, v: {"point": "x", "component": ""},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/send_back": lambda w, v: {"note": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/revoke_result": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/ho-so/<uuid:dossier_id>/reissue_result": lambda w, v: {"reason": "x"},
    "/ban-lam-viec/hang-loat": lambda w, v: {
        "do": "claim",
        "pick": f"{w.things['sent']}:{w.version(w.things['sent'])}",
    },
    "/ban-lam-viec/bo-loc": lambda w, v: {"name": "x", "han": "late", "chia-se": str(w.things["agency"])},
    "/ban-lam-viec/xuat": lambda w, v: {"format": "csv", "co-quan": str(w.things["agency"])},
    "/api/v1/hand-over-lists": lambda w, v: {
        "agency": str(w.things["agency"]),
        "dossiers": [str(w.things["working"])],
        "to": "x",
    },
    "/api/v1/tracking-books": lambda w, v: {"agency": str(w.things["agency"]), "year": 2026},
    "/ban-lam-viec/giay-to/ban-giao": lambda w, v: {
        "co-quan": str(w.things["agency"]),
        "pick": str(w.things["working"]),
        "den-noi": "x",
    },
    "/ban-lam-viec/giay-to/so-theo-doi": lambda w, v: {"co-quan": str(w.things["agency"]), "nam": "2026"},
    "/ho-so/<uuid:dossier_id>/danh-gia": lambda w, v: {"stars": "5"},
    "/ho-so/<uuid:dossier_id>/bo-sung": lambda w, v: {"text": "x"},
    "/thu-tuc/<str:code>/nop": lambda w, v: {"agency": str(w.things["agency"])},
    "/to-khai/<uuid:draft_id>/<str:name>": lambda w, v: {"family_name": "Khác"},
    **bodies.BODIES,
}
