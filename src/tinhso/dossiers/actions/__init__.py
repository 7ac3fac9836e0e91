"""What can be done with applications. Every act: `(actor, id, …, version=…)`, one transaction, policy first."""

from tinhso.dossiers.actions import bulk
from tinhso.dossiers.actions.appointments import book, cancel
from tinhso.dossiers.actions.cashier import Money, collect, void_receipt
from tinhso.dossiers.actions.charging import ask_fee, drop_fee, exempt, settle_fee
from tinhso.dossiers.actions.citizen import answer_supplement, attach_answer, rate, withdraw
from tinhso.dossiers.actions.copies import attest, refuse_copy, seal_copy, sign_copy
from tinhso.dossiers.actions.counter import (
    attach_pages,
    file_at_counter,
    identify,
    leave,
    mark_original,
    reuse,
    reuse_known,
)
from tinhso.dossiers.actions.desk import (
    RECORDED,
    Point,
    ask_receipt,
    claim,
    hand_over,
    propose,
    receive,
    refuse,
    request_supplement,
    send_back,
)
from tinhso.dossiers.actions.drafts import Saved, StaleTopic, attach, detach, save_topic, start_draft, submit
from tinhso.dossiers.actions.exporting import ask_export, take_export
from tinhso.dossiers.actions.extending import extend
from tinhso.dossiers.actions.papers import (
    LONGEST_LIST,
    make_control_sheet,
    make_hand_over_list,
    make_tracking_book,
    print_paper,
)
from tinhso.dossiers.actions.queueing import (
    admit,
    agency_of_kiosk,
    call,
    call_next,
    draw,
    draw_at_kiosk,
    finish,
    kiosk_token,
    recall,
    skip,
)
from tinhso.dossiers.actions.signing import reissue_result, return_result, revoke_result, seal, sign
from tinhso.dossiers.actions.stopping import applicant_ready, await_applicant, resume, suspend
from tinhso.dossiers.actions.views import remove_view, save_view

__all__ = [
    "LONGEST_LIST",
    "RECORDED",
    "Money",
    "Point",
    "Saved",
    "StaleTopic",
    "admit",
    "agency_of_kiosk",
    "answer_supplement",
    "applicant_ready",
    "ask_export",
    "ask_fee",
    "ask_receipt",
    "attach",
    "attach_answer",
    "attach_pages",
    "attest",
    "await_applicant",
    "book",
    "bulk",
    "call",
    "call_next",
    "cancel",
    "claim",
    "collect",
    "detach",
    "draw",
    "draw_at_kiosk",
    "drop_fee",
    "exempt",
    "extend",
    "file_at_counter",
    "finish",
    "hand_over",
    "identify",
    "kiosk_token",
    "leave",
    "make_control_sheet",
    "make_hand_over_list",
    "make_tracking_book",
    "mark_original",
    "print_paper",
    "propose",
    "rate",
    "recall",
    "receive",
    "refuse",
    "refuse_copy",
    "reissue_result",
    "remove_view",
    "request_supplement",
    "resume",
    "return_result",
    "reuse",
    "reuse_known",
    "revoke_result",
    "save_topic",
    "save_view",
    "seal",
    "seal_copy",
    "send_back",
    "settle_fee",
    "sign",
    "sign_copy",
    "skip",
    "start_draft",
    "submit",
    "suspend",
    "take_export",
    "void_receipt",
    "withdraw",
]
