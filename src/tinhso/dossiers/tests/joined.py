"""Joined filings filled in and worked on, for the tests about them."""

from typing import Any
from uuid import UUID

from tests.filing import FORM

from tinhso.dossiers import actions, queries, signature
from tinhso.dossiers.models import Dossier, Joint, JointPart, SigningSession
from tinhso.dossiers.tests.conftest import actor_of, now_at, picture
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.places.models import Agency

BIRTH, DEATH = "khai-sinh", "khai-tu"

#: What the joined birth form asks besides the birth registration's own questions.
DWELLING: dict[str, Any] = {
    "new_address": "Ấp 1, đặc khu Kiên Hải, tỉnh An Giang",
    "arrived_on": "2026-11-03",
    "basis": "family",
    "host_name": "Nguyễn Văn Chủ Hộ",
    "host_id_number": "091060054321",
    "host_relation": "Cháu",
    "host_agrees": "yes",
}
DEAD: dict[str, dict[str, dict[str, Any]]] = {
    "death": {
        "applicant": {**FORM["applicant"], "relation": "child"},
        "deceased": {
            "full_name": "Trần Văn Mất",
            "birth_date": "1950-02-03",
            "sex": "male",
            "ethnicity": "Kinh",
            "nationality": "Việt Nam",
            "id_number": "091050067890",
            "last_residence": "Ấp Mẫu, đặc khu Kiên Hải, tỉnh An Giang",
            "death_date": "2026-11-05",
            "death_place": "Trung tâm Y tế Kiên Hải",
            "death_paper": "notice",
        },
    },
    "removal": {"applicant": {"relation": "member"}},
    "funeral": {
        "deceased": {"funeral_date": "2026-11-07", "benefit": "monthly", "other_support": False},
        "payment": {"method": "counter"},
    },
}


def save(actor: Actor, draft: UUID, topic: str, values: dict[str, Any]) -> dict[str, str]:
    """What is still wrong in it."""
    return actions.save_topic(actor, draft, topic, values, queries.draft(actor, draft).version).errors


def birth(mother: Actor, agency: Agency, **how: Any) -> Joint:
    """The joined birth form, complete, not yet sent."""
    joint = actions.start_joint(mother, BIRTH, agency.id, **how)
    drafts = queries.joint(mother, joint.id).drafts
    for topic, values in FORM.items():
        assert save(mother, drafts["birth"], topic, values) == {}
    actions.attach(mother, drafts["birth"], "birth_paper", name="giấy chứng sinh.png", content=picture())
    if "residence" in drafts:
        assert save(mother, drafts["residence"], "dwelling", DWELLING) == {}
    return joint


def death(mother: Actor, agency: Agency, **how: Any) -> Joint:
    """The joined death form, complete, not yet sent."""
    joint = actions.start_joint(mother, DEATH, agency.id, **how)
    drafts = queries.joint(mother, joint.id).drafts
    for part, topics in DEAD.items():
        for topic, values in topics.items() if part in drafts else ():
            assert save(mother, drafts[part], topic, values) == {}
    actions.attach(mother, drafts["death"], "death_notice", name="giấy báo tử.png", content=picture())
    return joint


def sent(mother: Actor, joint: Joint) -> Joint:
    actions.submit_joint(mother, joint.id)
    run_waiting()
    joint.refresh_from_db()
    return joint


def part(joint: Joint, key: str) -> JointPart:
    return JointPart.objects.get(joint=joint, key=key)


def dossier(joint: Joint, key: str) -> Dossier:
    found = part(joint, key).dossier
    assert found is not None
    return found


def receive(one: Dossier) -> None:
    """At the counter."""
    actions.receive(actor_of("hontre.tiepnhan"), one.id, version=now_at(one))
    run_waiting()


def issue(one: Dossier, at: str = "hontre") -> None:
    """From receipt to the seal, by the officials of a place."""
    desk, leader = actor_of(f"{at}.hotich"), actor_of(f"{at}.phochutich")
    actions.propose(desk, one.id, text="Đồng ý.", version=now_at(one))
    for _again in range(3):  # a shared process may have more steps before the leader
        if "sign" not in queries.dossier(leader, one.id).acts:
            actions.propose(desk, one.id, text="Đã xác minh, đồng ý.", version=now_at(one))
    actions.sign(leader, one.id, version=now_at(one))
    signed(one)
    actions.seal(actor_of(f"{at}.vanthu"), one.id, version=now_at(one))
    signed(one)


def signed(one: Dossier) -> None:
    """What the signing job does once it has the signed bytes; drawing and signing them is tested elsewhere, slowly."""
    for session in SigningSession.objects.filter(signature__result__dossier=one).exclude(state="done"):
        signature._keep(session.id, b"%PDF-1.7 " + str(session.id).encode() + b"\n%%EOF")
    run_waiting()


def hand_out(one: Dossier) -> None:
    actions.return_result(actor_of("hontre.vanthu"), one.id, version=now_at(one))
    run_waiting()


def refuse(one: Dossier) -> None:
    desk = actor_of("hontre.tiepnhan" if one.received_at is None else "hontre.hotich")
    ground = one.procedure_version.spec.refusal_reasons[0].code
    actions.refuse(desk, one.id, ground, text="Không đủ điều kiện.", version=now_at(one))
    run_waiting()


def states(joint: Joint) -> dict[str, str]:
    return dict(JointPart.objects.filter(joint=joint).values_list("key", "state"))
