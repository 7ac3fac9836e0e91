"""`/api/v1` of applications: drafts, dossiers, tracking, verification. Thin: an action or a query, a schema out."""

from ninja import Router

from tinhso.dossiers.api import (
    acts,
    counter,
    digitised,
    dossiers,
    drafts,
    fees,
    joints,
    papers,
    public,
    ratings,
    thread,
)

router = Router(tags=["dossiers"])
for part in (drafts, dossiers, acts, counter, fees, joints, papers, public, ratings, thread, digitised):
    router.add_router("", part.router)
