"""The dossiers' part of a province pack: who is told in time (`escalation`), which papers are made (`papers`), how long
a dossier's thread stays open (`thread`), which old papers may be digitised (`digitised`)."""

from tinhso.dossiers.pack import ratings
from tinhso.dossiers.pack.digitised import DigitisedKind, digitised_kinds
from tinhso.dossiers.pack.escalation import EscalationRule, rules
from tinhso.dossiers.pack.papers import Form, Kind, Made, form_on, kind_for, kind_of, kinds, kinds_made
from tinhso.dossiers.pack.thread import ThreadRules, thread_rules

__all__ = [
    "DigitisedKind",
    "EscalationRule",
    "Form",
    "Kind",
    "Made",
    "ThreadRules",
    "digitised_kinds",
    "form_on",
    "kind_for",
    "kind_of",
    "kinds",
    "kinds_made",
    "ratings",
    "rules",
    "thread_rules",
]
