"""The API of people: `/api/v1`."""

from ninja import Router

from tinhso.people.api import corrections, identity, imports, officials

router = Router()
for _part in (identity, corrections, officials, imports):
    router.add_router("", _part.router)

__all__ = ["router"]
