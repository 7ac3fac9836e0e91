"""The dossiers' part of a province pack: who is told in time (`escalation`), which papers are made (`papers`)."""

from tinhso.dossiers.pack import ratings
from tinhso.dossiers.pack.escalation import EscalationRule, rules
from tinhso.dossiers.pack.papers import Form, Kind, Made, form_on, kind_for, kind_of, kinds, kinds_made

__all__ = [
    "EscalationRule",
    "Form",
    "Kind",
    "Made",
    "form_on",
    "kind_for",
    "kind_of",
    "kinds",
    "kinds_made",
    "ratings",
    "rules",
]
