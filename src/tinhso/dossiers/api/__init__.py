"""`/api/v1` of applications: drafts, dossiers, tracking, verification. Thin: an action or a query, a schema out."""

from ninja import Router

from tinhso.dossiers.api import (
    acts,
    copies,
    counter,
    digitised,
    dossiers,
    drafts,
    fees,
    joints,
    maps,
    opinions,
    papers,
    public,
    ratings,
    thread,
    trials,
)

router = Router(tags=["dossiers"])
_COURSE = (drafts, dossiers, acts, opinions, counter, copies, fees, joints)
for part in (*_COURSE, maps, papers, public, ratings, thread, trials, digitised):
    router.add_router("", part.router)
