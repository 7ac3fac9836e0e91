"""One receipt for a joined filing: a paper of the kind `receipt` (`paperwork`) that names every part and its date."""

from dataclasses import asdict
from uuid import UUID

from django.db import transaction

from tinhso.dossiers import flow
from tinhso.dossiers.joined import moving
from tinhso.dossiers.joined.board import printed
from tinhso.dossiers.models import Dossier, with_procedure
from tinhso.dossiers.paperwork import issue_joint_receipt, joint_receipt
from tinhso.kernel.events import emit_all
from tinhso.kernel.policy import SYSTEM


@transaction.atomic
def make(joint_id: UUID) -> None:
    """Make it, on the first part that was received, unless it is there. The lock on the joint keeps two parts that are
    received at once from making two."""
    if moving.locked(joint_id) is None:
        return
    rows = Dossier.objects.filter(joint_part__joint=joint_id, received_at__isnull=False)
    first = with_procedure(rows.select_for_update(of=("self",))).order_by("joint_part__number").first()
    if first is None or joint_receipt(joint_id) is not None:
        return
    issue_joint_receipt(SYSTEM, first, joint_id, [asdict(part) for part in printed(first)])
    if first.told:
        emit_all(SYSTEM, first.told, subject=flow.subject(first))
