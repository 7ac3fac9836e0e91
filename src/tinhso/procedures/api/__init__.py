"""Procedures over HTTP: what is published of them, and the studio where how they run is changed."""

from ninja import Router

from tinhso.procedures.api import catalogue, studio

router = Router(tags=["procedures"])
for _part in (catalogue, studio):
    router.add_router("", _part.router)

__all__ = ["router"]
