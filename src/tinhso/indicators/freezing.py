"""What a snapshot holds: every target with its value, its meaning and its source, as plain data and as a page.

Numbers are kept as text so that they read back exactly as they were.
"""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import override

from tinhso.indicators import queries
from tinhso.indicators.models import Snapshot
from tinhso.indicators.queries import TargetFacts
from tinhso.indicators.strategy import Decision, decision
from tinhso.kernel import clock
from tinhso.kernel.canonical import canonical
from tinhso.kernel.errors import NotFound
from tinhso.kernel.pdf.qr import qr_data
from tinhso.kernel.pdf.render import Attached, render
from tinhso.kernel.policy import SYSTEM
from tinhso.places import queries as places

#: How the form of signing is printed (Decree 30/2020/NĐ-CP, art. 13).
PRINTED_FORM = {"kt": "KT.", "tl": "TL.", "tuq": "TUQ."}


def frozen(year: int) -> dict[str, Any]:
    """The targets of now, for a year's numbers, in Vietnamese whoever orders it.

    Raises NotFound when the province follows no strategy.
    """
    known = decision()
    if known is None:
        raise NotFound
    with override("vi"):
        return _frozen(known, year)


def _frozen(known: Decision, year: int) -> dict[str, Any]:
    found, _next = queries.targets(SYSTEM, year=year)
    titles = queries.clauses()
    return {
        "decision": {"number": known.number, "title": known.title, "source": known.source},
        "year": year,
        "taken_at": clock.local(clock.now()).isoformat(timespec="seconds"),
        "clauses": {facts.clause: titles.get(facts.clause, "") for facts in found},
        "targets": [_target(facts) for facts in found],
    }


def _target(facts: TargetFacts) -> dict[str, Any]:
    current = facts.current
    return {
        "id": facts.id,
        "clause": facts.clause,
        "title": facts.title,
        "sentence": facts.sentence,
        "year": facts.year,
        "value": str(facts.value),
        "unit": facts.unit,
        "direction": facts.direction,
        "owner": facts.owner,
        "status": str(facts.status),
        "status_words": facts.status_words,
        "expected": str(facts.expected),
        "measure": facts.measure,
        "definition": facts.definition,
        "note": facts.note,
        "source": facts.source,
        "current": current
        and {
            "value": str(current.value),
            "numerator": current.numerator,
            "denominator": current.denominator,
            "unverified": current.unverified,
            "period": current.period,
        },
    }


def paper(snapshot: Snapshot) -> bytes:
    """The unsigned PDF/A of a snapshot with its data attached. Slow: for jobs."""
    agency = places.agency(snapshot.agency_id)
    address = settings.HERE.settings.get("address") or f"http://127.0.0.1:{settings.HERE.port}"
    check = f"{str(address).rstrip('/')}/kiem-tra"
    form = PRINTED_FORM.get(snapshot.signer_form, "")
    title = f"Số liệu chiến lược năm {snapshot.year}, bản {snapshot.number}"
    sections = [
        (key, heading, [t for t in snapshot.data["targets"] if t["clause"] == key])
        for key, heading in snapshot.data["clauses"].items()
    ]
    html = render_to_string(
        "indicators/print/snapshot.html",
        {
            "snapshot": snapshot,
            "agency": agency,
            "document_title": title,
            "sections": sorted(sections, key=lambda section: section[0]),
            "day": clock.local(snapshot.taken_at),
            "authority": f"{form} {snapshot.signer_for}" if form else "",
            "address": check,
            "qr": qr_data(check),
            "sample": settings.HERE.sample,
        },
    )
    data = Attached("so-lieu.json", canonical(snapshot.data), "Số liệu của bản chụp, dạng máy đọc được")
    return render(html, title=title, attachments=(data,), at=snapshot.taken_at)
