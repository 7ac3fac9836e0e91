"""An API with one act, to try the house's rules on; served only inside the tests."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import File, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.kernel import problems
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.kernel.http import IF_MATCH, HouseAPI, etag, require_match
from tinhso.kernel.policy import PUBLIC, SIGNED_IN, guard
from tinhso.places.models import SpecialDay

router = Router()


class DayIn(Schema):
    day: date
    name: str = Field(min_length=1, max_length=20)


class DayOut(Schema):
    id: UUID
    name: str


@router.post("/days", response={201: DayOut})
@guard(SIGNED_IN)
def add_day(request: HttpRequest, body: DayIn, then: str = ""):
    with transaction.atomic():
        made = SpecialDay.objects.create(day=body.day, name=body.name, working=False)
        if then == "refuse":
            raise Conflict
        if then == "name":
            raise Invalid(fields={"name": "Tên này đã có."})
    if then == "break":
        raise RuntimeError("secret path /srv/keys")
    return 201, made


@router.post("/files", response={201: str})
@guard(SIGNED_IN)
def add_file(request: HttpRequest, file: File[UploadedFile]):
    SpecialDay.objects.create(day=date(2031, 1, SpecialDay.objects.filter(day__year=2031).count() + 1), working=False)
    return 201, file.name


@router.put("/days/{version}", openapi_extra=IF_MATCH)
@guard(PUBLIC)
def change(request: HttpRequest, response: HttpResponse, version: int) -> str:
    require_match(request, version)
    response["ETag"] = etag(version + 1)
    return "ok"


api = HouseAPI(title="trial", version="1", urls_namespace="trial")
api.add_router("", router)
urlpatterns = [path("api/v1/", api.urls)]
handler404 = problems.not_found
handler500 = problems.fault
