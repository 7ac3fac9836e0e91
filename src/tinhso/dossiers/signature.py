"""Making an ordered signature, in two phases and with nothing lost between them.

Phase one fixes the document and is stored; phase two asks the key and the time-stamp authority, which may not answer:
the fault is recorded, shown on the dossier, and tried again. Done twice, one after the other or at the same time (the
job of a worker that was killed comes back while another takes up what waits), the second changes nothing: what is done
is never written over.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tinhso.dossiers import flow
from tinhso.dossiers.events import ResultIssued, ResultRevoked, SignatureMade
from tinhso.dossiers.models import Dossier, Phase, Result, ResultState, Signature, SigningSession
from tinhso.dossiers.papers import document
from tinhso.dossiers.policies import READ
from tinhso.dossiers.taking import taken
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Invalid, Problem, Unavailable
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, person_key, seal_key, signer
from tinhso.places import queries as places
from tinhso.procedures import process

PDF = frozenset({"application/pdf"})
LARGEST_RESULT = 20 * 1024 * 1024


def make(session_id: UUID) -> None:
    """Make the signature of a session. Raises Unavailable when it must be tried again."""
    session = _session(session_id)
    if session.state == SigningSession.State.DONE:
        return
    _open(session_id).update(attempts=session.attempts + 1)
    try:
        _keep(session_id, _signed(session))
    except Problem as problem:
        _note_fault(session_id, str(problem.detail))
        raise Unavailable(problem.detail) from problem
    except Exception as fault:
        _note_fault(session_id, _("Lỗi khi lập hoặc ký văn bản (%(kind)s).") % {"kind": type(fault).__name__})
        raise


def _note_fault(session_id: UUID, words: str) -> None:
    """Show on the dossier why the signature is not there yet."""
    _open(session_id).update(state=SigningSession.State.FAILED, last_error=words[:500])


def _open(session_id: UUID) -> "QuerySet[SigningSession]":
    """The session while it is not done."""
    return SigningSession.objects.filter(id=session_id).exclude(state=SigningSession.State.DONE)


def waiting() -> list[UUID]:
    """Sessions whose signature is still to be made."""
    return list(
        SigningSession.objects.exclude(state=SigningSession.State.DONE)
        .order_by("id")
        .values_list("id", flat=True)[:100]
    )


def _session(session_id: UUID) -> SigningSession:
    return SigningSession.objects.select_related(
        "signature__result__dossier__procedure_version", "signature__result__entry"
    ).get(id=session_id)


def _signed(session: SigningSession) -> bytes:
    """Both phases; the first is stored so that a fault of the second does not begin anew."""
    signature = session.signature
    if session.prepared is None:
        session.key = _key(signature)
        prepared = signer(session.key).begin(_unsigned(signature), _request(signature))
        _open(session.id).update(key=session.key, prepared=prepared.to_bytes(), state=SigningSession.State.PREPARED)
    else:
        prepared = Prepared.from_bytes(bytes(session.prepared))
    hand = signer(session.key)
    try:
        return hand.complete(prepared, hand.sign(prepared))
    except Invalid:  # of no use any more (certificate ended, holder refused): the next attempt begins anew
        _open(session.id).update(prepared=None)
        raise


def _unsigned(signature: Signature) -> bytes:
    result = signature.result
    if signature.kind == "seal":
        return files.read(_file_of(result))
    return document(result.dossier.procedure_version.spec, result)


def _file_of(result: Result) -> UUID:
    if result.file_id is None:
        raise Unavailable(_("Chưa có bản đã ký để đóng dấu."))
    return result.file_id


def _key(signature: Signature) -> str:
    dossier = signature.result.dossier
    agency = places.agency(dossier.agency_id)
    if signature.kind == "seal":
        return seal_key(agency_id=str(agency.id), agency=agency.name)
    return person_key(
        account_id=str(signature.account_id), name=signature.name, agency_id=str(agency.id), agency=agency.name
    )


def _request(signature: Signature) -> SignatureRequest:
    result = signature.result
    agency = places.agency(result.dossier.agency_id)
    return SignatureRequest(
        role=Role(signature.kind),
        reason=_("Cấp %(title)s số %(number)s") % {"title": result.title, "number": result.number},
        location=agency.unit.name,
    )


def _keep(session_id: UUID, signed: bytes) -> None:
    """Store the signed file and move the dossier on, in one transaction; a second maker finds it done."""
    dossier_id = _session(session_id).signature.result.dossier_id
    with transaction.atomic():
        Dossier.objects.select_for_update().only("id").get(id=dossier_id)
        if _open(session_id).exists():
            _kept(session_id, dossier_id, signed)


def _kept(session_id: UUID, dossier_id: UUID, signed: bytes) -> None:
    with taken(SYSTEM, dossier_id, None, READ, _("ký số"), closed=True) as dossier:
        session = _session(session_id)
        signature, now = session.signature, clock.now()
        result = signature.result
        dossier.last_actor = signature.name
        name = f"{dossier.code}-{result.number}.pdf".replace("/", "-")
        stored = files.store(SYSTEM, name=name, content=signed, allowed=PDF, limit=LARGEST_RESULT)
        session.state, session.prepared, session.last_error, session.done_at = SigningSession.State.DONE, None, "", now
        session.save()
        signature.signed_at = now
        signature.save(update_fields=["signed_at"])
        result.file, result.digest = stored, stored.sha256
        flow.tell(
            dossier,
            SignatureMade(
                dossier=dossier.id,
                version=dossier.version,
                result=result.id,
                signature=signature.id,
                kind=signature.kind,
            ),
        )
        if signature.kind == "person":
            result.state = ResultState.SIGNING
            result.save()
            _end(dossier, "sign", signature.name)
        else:
            _issue(dossier, result)
            _end(dossier, "seal", signature.name)


def _issue(dossier: Dossier, result: Result) -> None:
    """The seal is on: the document is in force, and what it replaces is not any more."""
    now = clock.now()
    if result.supersedes is not None:
        _supersede(dossier, result.supersedes, result)
    result.state, result.issued_at = ResultState.ACTIVE, now
    result.save()
    if not dossier.closed:
        dossier.phase = Phase.SIGNED
        dossier.finished_at = now
    flow.tell(
        dossier,
        ResultIssued(
            dossier=dossier.id,
            version=dossier.version,
            result=result.id,
            person=dossier.applicant_person_id,
            kind=dossier.procedure_version.spec.result.kind,
            title=result.title,
            number=result.number,
            file=_file_of(result),
            digest=result.digest,
            issued_at=now,
            issuer=dossier.agency_id,
            supersedes=result.supersedes_id,
        ),
    )


def _supersede(dossier: Dossier, old: Result, new: Result) -> None:
    if old.state == ResultState.ACTIVE:
        old.state = ResultState.SUPERSEDED
        old.save(update_fields=["state"])
    if old.entry is not None and old.entry.voided_at is None:
        old.entry.voided_at = clock.now()
        old.entry.void_reason = _("Cấp lại, số mới %(number)s: %(reason)s") % {
            "number": new.number,
            "reason": new.reissue_reason,
        }
        old.entry.save()
    flow.tell(dossier, ResultRevoked(dossier=dossier.id, version=dossier.version, result=old.id, superseded=True))


def _end(dossier: Dossier, outcome: str, by: str) -> None:
    """End the step that waited for this signature, if the process has one that ends so."""
    spec = dossier.procedure_version.spec
    for step in flow.open_steps(dossier):
        if outcome in {o.name for o in process.step(spec, step.task).outcomes}:
            flow.end_step(SYSTEM, dossier, step, outcome, by=by)
            return
