"""What can be done with applications. Every act: `(actor, id, …, version=…)`, one transaction, policy first."""

from tinhso.dossiers.actions import bulk
from tinhso.dossiers.actions.citizen import answer_supplement, attach_answer, rate, withdraw
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
from tinhso.dossiers.actions.signing import reissue_result, return_result, revoke_result, seal, sign
from tinhso.dossiers.actions.stopping import applicant_ready, ask_fee, await_applicant, resume, settle_fee, suspend
from tinhso.dossiers.actions.views import remove_view, save_view

__all__ = [
    "RECORDED",
    "Point",
    "Saved",
    "StaleTopic",
    "answer_supplement",
    "applicant_ready",
    "ask_export",
    "ask_fee",
    "ask_receipt",
    "attach",
    "attach_answer",
    "await_applicant",
    "bulk",
    "claim",
    "detach",
    "extend",
    "hand_over",
    "propose",
    "rate",
    "receive",
    "refuse",
    "reissue_result",
    "remove_view",
    "request_supplement",
    "resume",
    "return_result",
    "revoke_result",
    "save_topic",
    "save_view",
    "seal",
    "send_back",
    "settle_fee",
    "sign",
    "start_draft",
    "submit",
    "suspend",
    "take_export",
    "withdraw",
]
