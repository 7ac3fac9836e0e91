"""Making a paper: its number and its content are fixed in the transaction of the act; nothing is drawn here."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import override

from tinhso.dossiers import flow
from tinhso.dossiers.events import PaperIssued
from tinhso.dossiers.models import BookEntry, Dossier, Paper
from tinhso.dossiers.pack import Form, Kind, Made, form_on, kind_for, kinds_made
from tinhso.dossiers.paperwork.contents import CONTENTS, TRACKING_BOOK, Taken, Values, heading, law_day, of_dossier
from tinhso.kernel import clock
from tinhso.kernel.ids import new_id
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.places.models import Agency

_NEXT = """
WITH book AS (
    INSERT INTO dossiers_book (id, created_at, agency_id, kind, year, last)
    VALUES (%(book)s, %(at)s, %(agency)s, %(series)s, %(year)s, 1)
    ON CONFLICT (agency_id, kind, year) DO UPDATE SET last = dossiers_book.last + 1
    RETURNING last
)
INSERT INTO dossiers_paper (id, created_at, agency_id, dossier_id, kind, about, number, year, title, form, law, values,
    issued_at, issued_by_id, issued_by_name, sealed, digest, key, attempts, try_after, last_error, prints)
SELECT %(id)s, %(at)s, %(agency)s, %(dossier)s, %(kind)s, %(about)s, last, %(year)s, %(title)s, %(form)s, %(law)s,
    %(values)s, %(at)s, %(account)s, %(name)s, %(sealed)s, '', '', 0, %(real)s, '', 0 FROM book
RETURNING number
"""


def issue(actor: Actor, dossier: Dossier, made: Made, about: str, what: Any) -> list[Paper]:
    """The papers that this act makes of a dossier, in the act's own transaction with the dossier locked; the act tells
    of them. None of a kind that the law of the dossier's day does not have."""
    papers = []
    for kind in kinds_made(made):
        form = form_on(kind, law_day(dossier))
        if form is not None:
            papers.append(_of_dossier(actor, dossier, kind, form, about, what))
    return papers


def issue_asked(actor: Actor, dossier: Dossier, template: str, about: str, what: Any) -> Paper | None:
    """A paper that somebody asks for, the one that is there already when it is about the same; None when the law of the
    dossier's day has no such form."""
    kind = kind_for(template)
    form = form_on(kind, law_day(dossier)) if kind is not None else None
    if kind is None or form is None:
        return None
    known = Paper.objects.filter(kind=kind.id, about=about).first()
    return known or _of_dossier(actor, dossier, kind, form, about, what)


def issue_alone(actor: Actor, template: str, agency_id: UUID, about: str, values: dict[str, Any]) -> Paper | None:
    """A paper of an agency that is about no single dossier: by the law of today; None when it has no such form."""
    kind = kind_for(template)
    form = form_on(kind, clock.today()) if kind is not None else None
    if kind is None or form is None:
        return None
    standing = {**heading(places.agency(agency_id), clock.now()), **values, "note": form.standing}
    return _numbered(actor, kind, form, agency_id, None, about, standing)


def _of_dossier(actor: Actor, dossier: Dossier, kind: Kind, form: Form, about: str, what: Any) -> Paper:
    with override("vi"):
        values = standing(dossier, places.agency(dossier.agency_id), kind, form, what)
    paper = _numbered(actor, kind, form, dossier.agency_id, dossier.id, about, values)
    flow.tell(dossier, issued(dossier, paper))
    return paper


def standing(dossier: Dossier, agency: Agency, kind: Kind, form: Form, what: Any) -> dict[str, Any]:
    """What stands on a paper of that kind, in the language of the moment; ``what``: what the act made. Asks nothing
    that the dossier has read."""
    return {
        **heading(agency, clock.now()),
        **of_dossier(dossier),
        **CONTENTS[kind.template](dossier, what),
        "note": form.standing,
    }


def issued(dossier: Dossier, paper: Paper) -> PaperIssued:
    """What is told of a paper that has its number."""
    return PaperIssued(
        dossier=dossier.id,
        version=dossier.version,
        paper=paper.id,
        kind=paper.kind,
        number=paper.number,
        year=paper.year,
    )


def _numbered(
    actor: Actor, kind: Kind, form: Form, agency: UUID, dossier: UUID | None, about: str, values: dict[str, Any]
) -> Paper:
    """The row under the next number of the agency's series for this kind and year; one statement, so that the series
    is locked for as short as the act lasts and a rollback gives the number back."""
    paper = unnumbered(actor, kind, form, agency, dossier, about, values)
    at, real = paper.issued_at, paper.try_after
    with connection.cursor() as cursor:
        cursor.execute(
            _NEXT,
            {
                "book": new_id(),
                "at": at,
                "real": real,
                "agency": agency,
                "series": f"paper.{kind.id}",
                "year": paper.year,
                "id": paper.id,
                "dossier": dossier,
                "kind": kind.id,
                "about": about,
                "title": form.title,
                "form": form.number,
                "law": form.law,
                "values": json.dumps(values, ensure_ascii=False),
                "account": actor.account,
                "name": actor.name,
                "sealed": paper.sealed,
            },
        )
        (paper.number,) = cursor.fetchone()
    paper._state.adding = False
    return paper


def unnumbered(
    actor: Actor,
    kind: Kind,
    form: Form,
    agency: UUID,
    dossier: UUID | None,
    about: str,
    values: dict[str, Any],
    *,
    row: Callable[..., Paper] = Paper,
) -> Paper:
    """The row before it has its number, made by ``row``; not written."""
    at = clock.now()
    return row(
        created_at=at,
        agency_id=agency,
        dossier_id=dossier,
        kind=kind.id,
        about=about,
        year=clock.today().year,
        title=form.title,
        form=form.number,
        law=form.law,
        values=values,
        issued_at=at,
        issued_by_id=actor.account,
        issued_by_name=actor.name,
        sealed=kind.sealed and values.get("format") != "xlsx",  # a workbook bears no seal
        try_after=clock.real(),
    )


def receipt_of(actor: Actor, dossier: Dossier) -> Paper | None:
    """The receipt that was made on receipt or is made now; None when the law of the day has no such form."""
    return _receipt(actor, dossier, flow.subject(dossier), ())


def joint_receipt(joint: UUID) -> Paper | None:
    """The one receipt of a joined filing; None while there is none."""
    about = f"joint:{joint}"
    return Paper.objects.filter(kind__in=[kind.id for kind in kinds_made(Made.RECEIVED)], about=about).first()


def issue_joint_receipt(actor: Actor, dossier: Dossier, joint: UUID, parts: Sequence[Values]) -> Paper | None:
    """That receipt, made once, on this dossier, with the joint locked; None like `receipt_of`."""
    return _receipt(actor, dossier, f"joint:{joint}", parts)


def _receipt(actor: Actor, dossier: Dossier, about: str, parts: Sequence[Values]) -> Paper | None:
    for kind in kinds_made(Made.RECEIVED):
        known = Paper.objects.filter(kind=kind.id, about=about).first()
        if known is not None:
            return known
    entry = BookEntry.objects.filter(dossier=dossier, book__kind=TRACKING_BOOK).order_by("id").first()
    return next(iter(issue(actor, dossier, Made.RECEIVED, about, Taken(entry, parts))), None)
