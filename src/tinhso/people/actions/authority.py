"""Leave to sign: granted with its paper, ended, and never longer than the post that carries it."""

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound
from tinhso.kernel.events import emit
from tinhso.kernel.policy import Actor
from tinhso.people import terms
from tinhso.people.actions.staff import act_on, end_authority, not_oneself
from tinhso.people.events import SigningAuthorityGranted
from tinhso.people.models import SigningAuthority, SigningForm, StaffActKind
from tinhso.people.policies import MANAGE_OFFICIALS


def grant_signing_authority(
    actor: Actor,
    official_id: UUID,
    *,
    agency_id: UUID,
    form: SigningForm,
    position: str,
    on_behalf_of: str = "",
    basis: str = "",
    valid_from: date,
    valid_to: date | None = None,
    version: int | None = None,
) -> SigningAuthority:
    """Let the official sign for the agency in this form (Decree 30/2020, article 13).

    Raises Denied, NotFound, Invalid, Conflict, Stale.
    """
    MANAGE_OFFICIALS.require(actor, agency_id)
    wrong = _wrong(form, position, on_behalf_of, basis, valid_to)
    if valid_from < clock.today():
        wrong["valid_from"] = _("Quyền ký có từ hôm nay trở đi: ghi lùi ngày sẽ đổi giá trị của chữ ký đã có.")
    if wrong:
        raise Invalid(next(iter(wrong.values())), fields=wrong)
    with act_on(actor, official_id, version) as act:
        not_oneself(act)
        try:
            with transaction.atomic():
                authority = SigningAuthority.objects.create(
                    official=act.official,
                    agency_id=agency_id,
                    form=form,
                    position=position,
                    on_behalf_of=on_behalf_of,
                    basis=basis,
                    valid_from=valid_from,
                    valid_to=valid_to,
                    granted_by_id=actor.account,
                    granted_by_name=actor.name,
                )
        except IntegrityError:
            raise Conflict(
                _("Cán bộ đã có quyền ký khác ở cơ quan này lúc đó, hoặc ngày kết thúc đứng trước ngày đầu.")
            ) from None
        act.changes.append(terms.made(authority))
        emit(
            actor,
            SigningAuthorityGranted(official_id, agency_id, form, valid_from, valid_to),
            subject=f"official:{official_id}",
        )
        act.keep(StaffActKind.AUTHORITY_GRANTED, valid_from, basis)
    return authority


def _wrong(form: SigningForm, position: str, on_behalf_of: str, basis: str, valid_to: date | None) -> dict[str, str]:
    """What is missing for this form of signing, by field."""
    wrong = {}
    if not position.strip():
        wrong["position"] = _("Hãy ghi chức vụ in trên chữ ký.")
    if (form == SigningForm.OWN) != (not on_behalf_of):
        wrong["on_behalf_of"] = _("Ký thay, thừa lệnh, thừa ủy quyền phải ghi ký cho ai; ký chính danh thì không.")
    if form == SigningForm.BY_DELEGATION and not basis:
        wrong["basis"] = _("Thừa ủy quyền phải có văn bản ủy quyền: hãy ghi số và ngày của văn bản.")
    if form == SigningForm.BY_DELEGATION and not valid_to:
        wrong["valid_to"] = _("Thừa ủy quyền phải có ngày hết hạn.")
    return wrong


def end_signing_authority(
    actor: Actor, authority_id: UUID, *, last_day: date | None = None, basis: str = "", version: int | None = None
) -> None:
    """The last day of leave to sign; without one it ends at once. What was signed stays valid.

    Raises Denied, NotFound, Invalid, Conflict, Stale.
    """
    found = SigningAuthority.objects.filter(pk=authority_id).first()
    if found is None:
        raise NotFound
    MANAGE_OFFICIALS.require(actor, found.agency_id)
    with act_on(actor, found.official_id, version) as act:
        authority = SigningAuthority.objects.select_for_update(of=("self",)).get(pk=authority_id)
        end_authority(act, authority, last_day)
        act.keep(StaffActKind.AUTHORITY_ENDED, last_day or clock.today(), basis)
