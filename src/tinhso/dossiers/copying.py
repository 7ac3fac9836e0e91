"""Making an ordered signature on a certified copy, in two phases with the first one kept; and what the register says
of exactly that file.

A fault is shown on the copy and tried again; done twice, the second time changes nothing.
"""

from base64 import b64encode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tinhso.dossiers.events import CopyIssued, CopySigned
from tinhso.dossiers.models import CertifiedCopy, CopyPage, CopyState
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Problem, Unavailable
from tinhso.kernel.events import emit
from tinhso.kernel.pdf.qr import qr_data
from tinhso.kernel.pdf.render import render
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.registries import IssuedFile, issued_sources
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, person_key, seal_key, signer
from tinhso.places import queries as places

LARGEST = 40 * 1024 * 1024
ORDERED = (CopyState.SIGNING, CopyState.SEALING)
KIND = "certified_copy"
TITLE = "Bản sao chứng thực điện tử"
STANDING = "Mẫu của hệ thống, chưa đối chiếu lời chứng với văn bản ban hành."


def waiting() -> list[UUID]:
    """Copies whose signature or seal was ordered and is not made yet."""
    return list(CertifiedCopy.objects.filter(state__in=ORDERED).order_by("id").values_list("id", flat=True)[:100])


def make(copy_id: UUID) -> None:
    """Make the signature that is ordered, if any. Raises Unavailable when it must be tried again."""
    copy = CertifiedCopy.objects.get(id=copy_id)
    if copy.state not in ORDERED:
        return
    try:
        signed = _signed(copy)
    except Problem as problem:
        _note_fault(copy_id, str(problem.detail))
        raise Unavailable(problem.detail) from problem
    except Exception as fault:
        _note_fault(copy_id, _("Lỗi khi lập hoặc ký văn bản (%(kind)s).") % {"kind": type(fault).__name__})
        raise
    _keep(copy_id, CopyState(copy.state), signed)


def _note_fault(copy_id: UUID, words: str) -> None:
    CertifiedCopy.objects.filter(id=copy_id).update(fault=words[:500])


def _signed(copy: CertifiedCopy) -> bytes:
    agency = places.agency(copy.agency_id)
    seals = copy.state == CopyState.SEALING
    role = Role.SEAL if seals else Role.PERSON
    key = (
        seal_key(agency_id=str(agency.id), agency=agency.name)
        if seals
        else person_key(
            account_id=str(copy.signer_id), name=copy.signer_name, agency_id=str(agency.id), agency=agency.name
        )
    )
    hand = signer(key)
    if copy.prepared is None:
        unsigned = files.read(copy.file_id) if seals and copy.file_id else document(copy)
        reason = _("Chứng thực bản sao đúng với bản chính, số %(number)s") % {"number": copy.number}
        prepared = hand.begin(unsigned, SignatureRequest(role=role, reason=reason, location=agency.unit.name))
        CertifiedCopy.objects.filter(id=copy.id, state=copy.state).update(prepared=prepared.to_bytes())
    else:
        prepared = Prepared.from_bytes(bytes(copy.prepared))
    return hand.complete(prepared, hand.sign(prepared))


def document(copy: CertifiedCopy) -> bytes:
    """The unsigned PDF/A: the words of the certification, then every page of the original. Slow: for jobs."""
    agency, day = places.agency(copy.agency_id), clock.local(copy.attested_at)
    pages = CopyPage.objects.filter(copy=copy).order_by("number").values_list("file_id", flat=True)
    check = f"{settings.SITE_URL.rstrip('/')}/kiem-tra"
    context = {
        "copy": copy,
        "agency": agency.name,
        "agency_parent": agency.parent.name if agency.parent is not None else "",
        "place": agency.unit.name,
        "day_words": f"ngày {day:%d} tháng {day:%m} năm {day:%Y}",
        "attested": f"{day:%H:%M}, ngày {day:%d/%m/%Y}",
        "pages": [f"data:image/jpeg;base64,{b64encode(files.read(one)).decode()}" for one in pages],
        "check": {"address": check, "qr": qr_data(check)},
        "note": STANDING,
        "sample": settings.HERE.sample,
    }
    return render(render_to_string("print/dossiers/certified_copy.html", context), title=f"{TITLE} {copy.number}")


def _keep(copy_id: UUID, made: CopyState, signed: bytes) -> None:
    """Store the signed file and move on, in one transaction; a second maker finds it done."""
    with transaction.atomic():
        copy = CertifiedCopy.objects.select_for_update().get(id=copy_id)
        if copy.state != made:
            return
        name = f"ban-sao-{copy.number}.pdf".replace("/", "-")
        stored = files.store(SYSTEM, name=name, content=signed, allowed=frozenset({files.PDF}), limit=LARGEST)
        copy.file, copy.digest, copy.prepared, copy.fault = stored, stored.sha256, None, ""
        sealed, now = made == CopyState.SEALING, clock.now()
        copy.state = CopyState.ISSUED if sealed else CopyState.SIGNED
        copy.issued_at = now if sealed else None
        copy.save()
        about = f"certified-copy:{copy.id}"
        kind = str(Role.SEAL if sealed else Role.PERSON)
        emit(SYSTEM, CopySigned(copy=copy.id, agency=copy.agency_id, kind=kind, digest=stored.sha256), subject=about)
        if sealed:
            issued = CopyIssued(
                copy=copy.id,
                agency=copy.agency_id,
                person=copy.person_id,
                title=f"{TITLE}: {copy.title}"[:255],
                number=copy.number,
                file=stored.id,
                issued_at=now,
            )
            emit(SYSTEM, issued, subject=about)


def issued_copy(sha256: str) -> IssuedFile | None:
    """The certified copy that is exactly this file: in force, not sealed yet, or taken back."""
    row = CertifiedCopy.objects.defer("prepared").filter(digest=sha256).first()
    if row is None:
        return None
    refusal = None
    if row.state == CopyState.REVOKED:
        when = f"{clock.local(row.revoked_at):%d/%m/%Y}" if row.revoked_at else ""
        refusal = (
            "copy-revoked",
            _("Bản sao này đã bị thu hồi ngày %(day)s. Tệp không còn giá trị.") % {"day": when},
        )
    elif row.state != CopyState.ISSUED:
        refusal = ("copy-not-issued", _("Bản này chưa ký và đóng dấu xong nên chưa có giá trị."))
    return IssuedFile(
        title=f"{TITLE}: {row.title}",
        number=row.number,
        agency=places.names([row.agency_id]).get(row.agency_id, ""),
        issued_at=row.issued_at,
        state=row.state,
        state_words=str(CopyState(row.state).label),
        refusal=refusal,
    )


issued_sources.register("dossiers.certified_copies", issued_copy)
