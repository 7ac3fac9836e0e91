"""Filing for a person who stands at the counter: identified by an official, on the same forms as the portal.

The draft is the official's to fill in, the dossier is the person's: it appears in their account whenever they have one
with the same identity (Decree 61/2018/NĐ-CP, art. 17: received at the one-stop unit).
"""

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tinhso.dossiers import scans
from tinhso.dossiers.actions.desk import receive
from tinhso.dossiers.actions.drafts import (
    PAPER_LIMIT,
    attach,
    component_of,
    keep_paper,
    own_draft,
    send,
    standing_there,
    under_todays_law,
    unlocked,
)
from tinhso.dossiers.events import OriginalMarked, PaperReused, PersonIdentified
from tinhso.dossiers.models import Attachment, Dossier, Draft, Original, Presence, Ticket
from tinhso.dossiers.policies import COUNTER, account_of, counter_of
from tinhso.dossiers.seen import note
from tinhso.dossiers.words import sentence
from tinhso.kernel import clock
from tinhso.kernel.errors import Denied, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import actions as people
from tinhso.people.actions import SeenIdentity
from tinhso.vault import queries as vault


def identify(
    actor: Actor, agency_id: UUID, seen: SeenIdentity, *, papers_seen: bool, phone: str = "", ticket: UUID | None = None
) -> Presence:
    """The official saw the paper and the person: from here on they act for that person, at this agency.

    Raises Denied, NotFound, Invalid, Conflict (the paper does not agree with what is known), TooMany.
    """
    COUNTER.require(actor, agency_id)
    person = people.know_at_counter(actor, agency_id, seen, papers_seen=papers_seen)
    if person.pk == actor.subject:
        raise Denied(_("Không ai tự tiếp nhận hồ sơ của mình. Nhờ đồng nghiệp ở quầy khác."))
    called = _ticket(actor, agency_id, ticket)
    with transaction.atomic():
        presence = Presence.objects.create(
            agency_id=agency_id,
            person=person,
            kind=seen.kind,
            number=seen.number.strip()[:30],
            phone=sentence(phone, longest=20),
            seen_by_id=account_of(actor),
            seen_by_name=actor.name,
            ticket=called,
        )
        emit(
            actor,
            PersonIdentified(presence=presence.id, person=person.pk, agency=agency_id, kind=seen.kind),
            subject=f"presence:{presence.id}",
        )
    note(actor, presence, ["full_name", "birth_date", "identifier"])
    return presence


def _ticket(actor: Actor, agency_id: UUID, ticket: UUID | None) -> Ticket | None:
    if ticket is None:
        return None
    found = Ticket.objects.filter(id=ticket, agency_id=agency_id).first()
    if found is None:
        raise NotFound
    COUNTER.require(actor, found)
    return found


@transaction.atomic
def leave(actor: Actor, presence_id: UUID) -> Presence:
    """The person goes, also from a visit noted twice; what is open of theirs stays where it is."""
    presence = Presence.objects.select_for_update().filter(id=presence_id).first()
    if presence is None:
        raise NotFound
    COUNTER.require(actor, presence)
    if presence.ended_at is None:
        presence.ended_at = clock.now()
        open_ones = Presence.objects.filter(
            person_id=presence.person_id, agency_id=presence.agency_id, seen_by_id=actor.account, ended_at=None
        )
        open_ones.update(ended_at=presence.ended_at)
    return presence


def file_at_counter(actor: Actor, draft_id: UUID, key: str) -> Dossier:
    """Send the draft of the person who stands there and take it in at once: the legal time begins now.

    Doing it again answers the same dossier. Raises like `submit`.
    """
    return under_todays_law(actor, draft_id, lambda: _file(actor, draft_id, key))


@transaction.atomic
def _file(actor: Actor, draft_id: UUID, key: str) -> Dossier:
    draft = own_draft(actor, draft_id, lock=True)
    if draft.presence_id is None:
        raise NotFound
    dossier = send(actor, draft_id, key)
    if dossier.received_at is None and not dossier.closed:
        dossier = receive(actor, dossier.id, version=dossier.version)
    return dossier


def attach_pages(
    actor: Actor, draft_id: UUID, component: str, pages: Sequence[tuple[str, BinaryIO | bytes]], *, original: str = ""
) -> Attachment:
    """Scanned or photographed pages as one PDF. Raises Invalid, TooLarge, Conflict."""
    if original not in Original.values:
        raise Invalid(fields={"original": _("Chọn điều đã làm với bản chính.")})
    draft = own_draft(actor, draft_id)
    unlocked(draft)
    if len(pages) == 1 and not scans.is_picture(pages[0][1]):
        paper = attach(actor, draft_id, component, name=pages[0][0], content=pages[0][1])
    else:
        bound = scans.bind(pages, limit=PAPER_LIMIT)
        paper = attach(actor, draft_id, component, name=_pdf_name(draft, component), content=BytesIO(bound))
    if original:
        mark_original(actor, paper.id, original)
        paper.refresh_from_db()
    return paper


def _pdf_name(draft: Draft, component: str) -> str:
    """The paper's own name, as the procedure calls it. Raises Invalid for a paper that it does not ask for."""
    asked = component_of(draft.procedure_version.spec.components, component)
    return f"{asked.name.replace('/', '-')[:100]}.pdf"


@transaction.atomic
def mark_original(actor: Actor, attachment_id: UUID, original: str) -> Attachment:
    """Note that the original was seen, or seen and given back. Raises NotFound, Invalid."""
    paper = (
        Attachment.objects.select_for_update(of=("self",))
        .select_related("draft", "dossier")
        .filter(id=attachment_id, removed_at=None)
        .first()
    )
    if paper is None:
        raise NotFound
    COUNTER.require(actor, paper)
    if original not in (Original.SEEN, Original.RETURNED):
        raise Invalid(fields={"original": _("Chọn điều đã làm với bản chính.")})
    paper.original, paper.original_at = original, clock.now()
    paper.save(update_fields=["original", "original_at"])
    about = f"dossier:{paper.dossier_id}" if paper.dossier_id else f"draft:{paper.draft_id}"
    emit(
        actor,
        OriginalMarked(attachment=paper.id, original=original, draft=paper.draft_id, dossier=paper.dossier_id),
        subject=about,
    )
    return paper


@transaction.atomic
def reuse(actor: Actor, draft_id: UUID, component: str, holding_id: UUID) -> Attachment:
    """Put a paper that the state holds for this very person into the draft: they need not bring it."""
    draft = own_draft(actor, draft_id, lock=True)
    unlocked(draft)
    if draft.presence is None:
        raise NotFound
    standing_there(actor, draft.presence, counter_of(draft))
    asked = next((c for c in draft.procedure_version.spec.components if c.code == component), None)
    found = vault.held_for(draft.presence.person_id, holding_id)
    if asked is None or found is None or not asked.held or found.kind != asked.held:
        raise NotFound
    told = {"source": _("%(title)s số %(number)s") % {"title": found.title, "number": found.number}}
    told |= {"at": found.issued_at.isoformat(), "holding": str(found.id)}
    paper = keep_paper(actor, draft, asked, found.file, name=f"{found.title}.pdf", held=told)
    emit(
        actor,
        PaperReused(draft=draft.id, component=component, holding=found.id),
        subject=f"draft:{draft.id}",
    )
    note(actor, draft.presence, [f"vault:{found.kind}"])
    return paper


def reuse_known(actor: Actor, draft_id: UUID) -> int:
    """Put into the draft each paper that is asked for and of which the state holds exactly one in force: how many.

    Of several it is for the official to choose; a paper that was brought already stays.
    """
    draft = own_draft(actor, draft_id)
    if draft.presence is None or draft.locked:
        return 0
    there = set(Attachment.objects.filter(draft=draft, removed_at=None).values_list("component", flat=True))
    wanted = [
        c for c in draft.procedure_version.spec.components if c.held and c.code not in there and c.asked(draft.data)
    ]
    held = vault.held_of(draft.presence.person_id, {c.held for c in wanted}) if wanted else []
    count = 0
    for component in wanted:
        fitting = [one for one in held if one.kind == component.held]
        if len(fitting) == 1:
            reuse(actor, draft_id, component.code, fitting[0].id)
            count += 1
    return count
