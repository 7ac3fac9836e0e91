"""What can be done with applications. Every act: `(actor, id, …, version=…)`, one transaction, policy first."""

from tinhso.dossiers.actions.cashier import Money, collect, void_receipt
from tinhso.dossiers.actions.charging import ask_fee, drop_fee, exempt, settle_fee
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
from tinhso.dossiers.actions.extending import extend
from tinhso.dossiers.actions.signing import reissue_result, return_result, revoke_result, seal, sign
from tinhso.dossiers.actions.stopping import applicant_ready, await_applicant, resume, suspend

__all__ = [
    "RECORDED",
    "Money",
    "Point",
    "Saved",
    "StaleTopic",
    "answer_supplement",
    "applicant_ready",
    "ask_fee",
    "ask_receipt",
    "attach",
    "attach_answer",
    "await_applicant",
    "claim",
    "collect",
    "detach",
    "drop_fee",
    "exempt",
    "extend",
    "hand_over",
    "propose",
    "rate",
    "receive",
    "refuse",
    "reissue_result",
    "request_supplement",
    "resume",
    "return_result",
    "revoke_result",
    "save_topic",
    "seal",
    "send_back",
    "settle_fee",
    "sign",
    "start_draft",
    "submit",
    "suspend",
    "void_receipt",
    "withdraw",
]
