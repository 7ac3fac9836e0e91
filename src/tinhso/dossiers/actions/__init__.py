"""What can be done with applications. Every act: `(actor, id, …, version=…)`, one transaction, policy first."""

from tinhso.dossiers.actions.citizen import answer_supplement, attach_answer, rate, withdraw
from tinhso.dossiers.actions.desk import (
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
from tinhso.dossiers.actions.signing import reissue_result, return_result, revoke_result, seal, sign

__all__ = [
    "Point",
    "Saved",
    "StaleTopic",
    "answer_supplement",
    "ask_receipt",
    "attach",
    "attach_answer",
    "claim",
    "detach",
    "hand_over",
    "propose",
    "rate",
    "receive",
    "refuse",
    "reissue_result",
    "request_supplement",
    "return_result",
    "revoke_result",
    "save_topic",
    "seal",
    "send_back",
    "sign",
    "start_draft",
    "submit",
    "withdraw",
]
