"""What anybody may ask: follow a dossier by code and digits, check a file, see the numbers."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile

from tinhso.dossiers import queries
from tinhso.dossiers.api.schemas import Count, TrackedBy
from tinhso.dossiers.policies import COUNTS, TRACK, VERIFY
from tinhso.dossiers.queries import Tracked
from tinhso.dossiers.verification import Verification, verify_for
from tinhso.kernel.errors import TooLarge
from tinhso.kernel.policy import ActedRequest, guard
from tinhso.people.entrance import address_of

router = Router()

#: Larger than any result of ours; what is larger is not read.
LARGEST_CHECKED = 20 * 1024 * 1024


@router.post("/tracking", response=Tracked, summary="Status and dates by code and last four digits; no names")
@guard(TRACK)
def track(request: ActedRequest, body: TrackedBy) -> Any:
    return queries.track(body.code, body.last4, address_of(request))


@router.post("/verifications", response=Verification, summary="Check a signed result by its file")
@guard(VERIFY)
def verify(request: ActedRequest, file: File[UploadedFile]) -> Any:
    if file.size is not None and file.size > LARGEST_CHECKED:
        raise TooLarge(_("Tệp quá lớn để kiểm tra. Hãy tải lên đúng tệp kết quả gốc."))
    return verify_for(address_of(request), file.read())


@router.get("/counts/dossiers", response=Count, summary="How many dossiers were sent")
@guard(COUNTS)
def dossier_count(
    request: ActedRequest, agency: UUID | None = None, since: date | None = None, until: date | None = None
) -> Any:
    return {"count": queries.dossier_count(agency, since, until)}
