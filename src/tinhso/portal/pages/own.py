"""What the state holds for me, who looked at it, what was told to me."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import disclosure, notify
from tinhso.kernel.downloads import handed_out
from tinhso.kernel.policy import SIGNED_IN, ActedRequest, guard
from tinhso.portal.kept import keeps_typed
from tinhso.portal.readings import in_words, readings
from tinhso.vault import queries as vault_queries
from tinhso.vault.policies import OWN_READINGS
from tinhso.vault.queries import own_ids


@keeps_typed()
@guard(SIGNED_IN)
@require_safe
def vault(request: ActedRequest) -> HttpResponse:
    """My documents. Without a verified identity: how to get one, and nothing that the state holds."""
    actor = request.actor
    if not actor.assured or actor.subject is None:
        return render(request, "portal/unassured.html", {"what": "vault"})
    found, following = vault_queries.holdings(actor, actor.subject, cursor=request.GET.get("after") or None)
    return render(request, "portal/vault.html", {"holdings": found, "next": following or ""})


@keeps_typed()
@guard(SIGNED_IN)
@require_safe
def holding(request: ActedRequest, holding_id: UUID) -> HttpResponse:
    """A document of mine, as it was signed."""
    return handed_out(vault_queries.download(request.actor, holding_id), attach=True)


@keeps_typed()
@guard(SIGNED_IN)
@require_safe
def disclosures(request: ActedRequest) -> HttpResponse:
    """Who has seen my data: reader, agency, purpose, what was read."""
    actor = request.actor
    if not OWN_READINGS.allows(actor):
        return render(request, "portal/unassured.html", {"what": "disclosures"})
    found = disclosure.seen_by_others(*own_ids(actor), after=_uuid(request.GET.get("after", "")), limit=51)
    following = str(found[49].id) if len(found) > 50 else ""
    lines = in_words(actor, readings(found[:50]))
    return render(request, "portal/disclosures.html", {"rows": lines, "next": following})


@keeps_typed()
@guard(SIGNED_IN)
@require_safe
def notices(request: ActedRequest) -> HttpResponse:
    """Messages to me, the newest first."""
    found = notify.inbox(request.actor, after=_uuid(request.GET.get("after", "")), limit=21)
    following = str(found[19].id) if len(found) > 20 else ""
    return render(request, "portal/notices.html", {"notices": found[:20], "next": following})


@guard(SIGNED_IN)
@require_POST
def notices_read(request: ActedRequest) -> HttpResponse:
    notify.mark_all_read(request.actor)
    return redirect("portal:notices")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
