"""The API of people: `/api/v1`."""

from ninja import Router

from tinhso.people.api import identity, imports, officials

router = Router()
for _part in (identity, officials, imports):
    router.add_router("", _part.router)

__all__ = ["router"]
