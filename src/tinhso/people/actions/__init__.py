"""What can be done to people: each a verb, one transaction, policy first."""

from tinhso.people.actions.authority import end_signing_authority, grant_signing_authority
from tinhso.people.actions.corrections import approve_correction, propose_correction, refuse_correction
from tinhso.people.actions.identity import (
    AtCounter,
    SeenIdentity,
    add_identifier,
    claim_identity,
    close_account,
    find_for_counter,
    know_at_counter,
    verify_by_vneid,
    verify_identity,
)
from tinhso.people.actions.imports import (
    FirstPassword,
    confirm_import,
    drop_import,
    show_first_passwords,
    undo_import,
    upload_list,
)
from tinhso.people.actions.leave import end_leave, end_service, take_leave, turn_of_day
from tinhso.people.actions.officials import appoint_official, reset_first_password
from tinhso.people.actions.posts import end_post, grant_post, transfer, undo_act
from tinhso.people.actions.proposals import approve_role, propose_role, refuse_role
from tinhso.people.actions.sessions import revoke_of_official, revoke_own

__all__ = [
    "AtCounter",
    "FirstPassword",
    "SeenIdentity",
    "add_identifier",
    "appoint_official",
    "approve_correction",
    "approve_role",
    "claim_identity",
    "close_account",
    "confirm_import",
    "drop_import",
    "end_leave",
    "end_post",
    "end_service",
    "end_signing_authority",
    "find_for_counter",
    "grant_post",
    "grant_signing_authority",
    "know_at_counter",
    "propose_correction",
    "propose_role",
    "refuse_correction",
    "refuse_role",
    "reset_first_password",
    "revoke_of_official",
    "revoke_own",
    "show_first_passwords",
    "take_leave",
    "transfer",
    "turn_of_day",
    "undo_act",
    "undo_import",
    "upload_list",
    "verify_by_vneid",
    "verify_identity",
]
