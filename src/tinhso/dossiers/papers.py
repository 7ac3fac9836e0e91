"""What is printed on a result: the values fixed when the leader signs, and the page made from them.

The values are kept with the result, so that the same document can be made again years later.
"""

from typing import Any

from django.conf import settings

from tinhso.dossiers.models import Dossier, Proposal, Result
from tinhso.kernel import clock
from tinhso.kernel.pdf.qr import qr_data
from tinhso.kernel.pdf.render import render
from tinhso.people.queries import Authority
from tinhso.places import queries as places
from tinhso.places.models import Agency
from tinhso.procedures import results
from tinhso.procedures.spec import ProcedureSpec

#: How the form of signing is printed before whose authority is used (Decree 30/2020/NĐ-CP, art. 13).
PRINTED_FORM = {"kt": "KT.", "tl": "TL.", "tuq": "TUQ."}

#: Where anybody checks a file; printed on it when the instance has a public address.
CHECK_PATH = "/kiem-tra"


def printed_values(dossier: Dossier, result: Result, authority: Authority) -> dict[str, Any]:
    """Everything the template needs besides the pack; the number and the day are the ones of the book."""
    return values_of(dossier, result.number, authority, places.agency(dossier.agency_id), _answer(dossier))


def values_of(dossier: Dossier, number: str, authority: Authority, agency: Agency, answer: str) -> dict[str, Any]:
    """The same from what is known already; asks nothing."""
    day = clock.today()
    return {
        "data": dossier.data,
        "facts": {
            "agency": {
                "name": agency.name,
                "place": agency.unit.name,
                "parent_name": agency.parent.name if agency.parent is not None else "",
            },
            "result": {
                "number": number,
                "day": f"{day:%d}",
                "month": f"{day:%m}",
                "year": f"{day:%Y}",
                "date": f"{day:%d/%m/%Y}",
                "procedure": dossier.procedure_version.name,
                "answer": answer,
            },
            "signer": {
                "name": authority.full_name,
                "authority": printed_authority(authority),
                "position": authority.position,
            },
        },
    }


def _answer(dossier: Dossier) -> str:
    """What the official wrote when last putting the result to the leader."""
    if not dossier.procedure_version.spec.result.answered:
        return ""
    texts = Proposal.objects.filter(dossier=dossier).order_by("-id").values_list("text", flat=True)
    return texts.first() or ""


def printed_authority(authority: Authority) -> str:
    """The line above the signer's own position: "KT. CHỦ TỊCH"; empty for the head signing in their own right."""
    form = PRINTED_FORM.get(authority.form, "")
    return f"{form} {authority.on_behalf_of}" if form else ""


def document(spec: ProcedureSpec, result: Result) -> bytes:
    """The unsigned PDF/A of a result. Slow: for jobs."""
    address = settings.HERE.settings.get("address") or f"http://127.0.0.1:{settings.HERE.port}"
    check = f"{str(address).rstrip('/')}{CHECK_PATH}"
    facts = {**result.values["facts"], "check": {"address": check, "qr": qr_data(check)}}
    html = results.render(spec, result.values["data"], facts, sample=settings.HERE.sample)
    return render(html, title=f"{result.title} {result.number}")
