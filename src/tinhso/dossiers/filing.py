"""A draft becomes a dossier: the code, the first step, the event. Inside a transaction, with the draft locked."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers import flow
from tinhso.dossiers.applicants import applicant_of, present_applicant
from tinhso.dossiers.belonging import addressee
from tinhso.dossiers.codes import Gone, next_code
from tinhso.dossiers.events import Submitted
from tinhso.dossiers.models import Attachment, Channel, Dossier, Draft
from tinhso.dossiers.policies import account_of
from tinhso.kernel import clock
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import queries as people
from tinhso.procedures import process


def filed(applicant: Actor, draft: Draft, data: dict[str, Any], now: datetime, teller: Actor | None = None) -> Dossier:
    """The dossier of a checked draft, with this data. ``teller``: in whose name it is told, when not the applicant's
    (a part of a joined filing that begins later)."""
    spec, presence = draft.procedure_version.spec, draft.presence
    known = applicant_of(applicant, spec, data) if presence is None else present_applicant(presence, data, spec)
    account = account_of(applicant) if presence is None else people.account_of(presence.person_id)
    ready = process.opened(spec, data)
    # last, for whoever else files at this agency waits for the day's next number until this transaction ends
    code = _code(draft, clock.local(now).date())
    dossier = Dossier.objects.create(
        code=code,
        draft=draft,
        applicant_account_id=account,
        applicant_person_id=presence.person_id if presence else applicant.subject if applicant.assured else None,
        applicant_name=known.name,
        subject_name=known.subject_name,
        tracking_digits=known.digits,
        procedure_version=draft.procedure_version,
        agency_id=draft.agency_id,
        presence=presence,
        channel=Channel.ONLINE if presence is None else Channel.COUNTER,
        data=data,
        sources=draft.sources,
        submitted_at=now,
        last_actor=applicant.name if presence is None else presence.seen_by_name,
        last_act=_("nộp hồ sơ"),
    )
    Attachment.objects.filter(draft=draft, removed_at=None).update(dossier=dossier)
    flow.begin(dossier, ready)
    emit(
        teller or applicant,
        Submitted(
            dossier=dossier.id,
            version=dossier.version,
            code=dossier.code,
            procedure=draft.procedure_version.code,
            agency=dossier.agency_id,
            draft=draft.id,
            presence=draft.presence_id,
        ),
        subject=flow.subject(dossier),
    )
    return dossier


def _code(draft: Draft, day: date) -> str:
    """The next code of the agency that the draft goes to; when that one is gone, of who took over its work. Raises
    Gone."""
    try:
        return next_code(draft.agency_id, day)
    except Gone:
        heir = addressee(draft)
        if heir == draft.agency_id:
            raise
        draft.agency_id = heir
        draft.save(update_fields=["agency"])
        return next_code(heir, day)
